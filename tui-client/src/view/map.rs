//! The map of grids with its list; the list alone, ranked and with bars, where there is no room for a map.

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use super::{Look, figure_value, scroll_to, time};
use crate::model::map::{MapPage, Sheet};
use crate::text;
use crate::widgets::map::paint::{Class, Picture, percent};
use crate::widgets::map::panes::divide;
use crate::widgets::map::scale::Bar;

/// The room for a rate and the sign of its class in the list.
const RATE: usize = 7;

/// The sign of the case from which the map was opened.
const MARK: &str = "X";

/// The room for a bar.
const BAR: usize = 20;

pub fn draw(look: Look<'_>, page: &MapPage, area: Rect, frame: &mut Frame<'_>) -> Option<Position> {
    let cells = usize::from(area.width);
    let head = Line::styled(text::truncate(&title(look, page), cells), look.theme.bold());
    frame.render_widget(
        head,
        Rect {
            height: area.height.min(1),
            ..area
        },
    );
    let panes = divide(area);
    if let Some(rule) = panes.rule {
        let rows = (0..rule.height).map(|_| Line::styled("│", look.theme.dim()));
        frame.render_widget(Paragraph::new(rows.collect::<Vec<_>>()), rule);
    }
    if let Some(area) = panes.map {
        let size = (area.width, area.height);
        if let Some(raster) = page.raster(size) {
            let tiles = page.tiles();
            let picture = Picture {
                raster: &raster,
                tiles: &tiles,
                selected: page.selected,
                here: page.here(size),
                theme: look.theme,
            };
            frame.render_widget(picture, area);
            over(look, page, area, frame);
        }
    }
    let caret = filter(look, page, panes.filter, frame);
    rows(look, page, panes.rows, frame);
    legend(look, page, panes.legend, frame);
    caret
}

/// The part of the map's width that the scale bar may take: one of so many.
const BAR_PART: u16 = 4;

/// What lies over the map: the case from which it was opened, and the scale in the lower left corner.
fn over(look: Look<'_>, page: &MapPage, area: Rect, frame: &mut Frame<'_>) {
    let size = (area.width, area.height);
    if let Some((column, row)) = page.marked(size) {
        let (x, y) = (area.x + column, area.y + row);
        let buffer = frame.buffer_mut();
        // Half of a wide character would stand over the sign.
        if column > 0
            && let Some(left) = buffer.cell_mut((x - 1, y))
            && text::width(left.symbol()) > 1
        {
            left.set_symbol(" ");
        }
        if let Some(cell) = buffer.cell_mut((x, y)) {
            let style = look.theme.bold().patch(look.theme.selected());
            cell.set_symbol(MARK).set_style(style);
        }
    }
    let metres = page.metres_per_cell(size);
    let bar = metres.and_then(|metres| Bar::within(area.width / BAR_PART, metres));
    if let Some(bar) = bar {
        let told = format!("{} ", bar.drawn());
        let wide = u16::try_from(text::width(&told)).unwrap_or(area.width);
        let at = Rect {
            y: area.bottom().saturating_sub(1),
            width: wide.min(area.width),
            height: area.height.min(1),
            ..area
        };
        // Nothing of the map shines through.
        frame.render_widget(Clear, at);
        frame.render_widget(Line::raw(told), at);
    }
}

fn title(look: Look<'_>, page: &MapPage) -> String {
    let mut title = format!(
        " {} {}",
        look.words.get("map-title"),
        text::one_line(&text::clean(&page.title))
    );
    if page.sheet.as_ref().is_some_and(Sheet::is_schematic) {
        _ = write!(title, " {}", look.words.get("map-schematic"));
    }
    if let Some(mark) = &page.mark {
        let number = text::one_line(&text::clean(&mark.number));
        let told = look.words.with("map-case", &[("number", number.into())]);
        _ = write!(title, "  {MARK} {told}");
    }
    if let Some(rates) = &page.rates {
        let indicator = look.words.name("indicator", page.indicator());
        let period = look.words.get(page.range.period.key());
        _ = write!(title, "  {indicator}  {period}");
        if let Some(at) = rates.as_of {
            let as_of = look.words.with("as-of", &[("at", time::short(at).into())]);
            _ = write!(title, "  {as_of}");
        }
    }
    title
}

/// What the list is filtered by, and how much of it is left.
fn filter(look: Look<'_>, page: &MapPage, area: Rect, frame: &mut Frame<'_>) -> Option<Position> {
    let all = page.sheet.as_ref().map_or(0, |sheet| sheet.grids.len());
    let count = format!(" {}/{all}", page.shown().len());
    let label = format!("{} ", look.words.get("map-filter"));
    let cells = usize::from(area.width);
    let used = text::width(&label) + text::width(&count);
    let room = cells.checked_sub(used).filter(|room| *room > 1)?;
    let scroll = page.filter.visual_scroll(room - 1);
    let shown = after(page.filter.value(), scroll);
    let line = Line::from(vec![
        Span::styled(label.clone(), look.theme.dim()),
        Span::styled(text::pad_cut(shown, room), look.theme.field()),
        Span::styled(count, look.theme.dim()),
    ]);
    frame.render_widget(line, area);
    let at = text::width(&label) + page.filter.visual_cursor().saturating_sub(scroll);
    let column = u16::try_from(at).ok().filter(|at| *at < area.width)?;
    (page.in_list && area.height > 0).then(|| Position::new(area.x + column, area.y))
}

/// The rest of a text from so many cells on.
fn after(text: &str, cells: usize) -> &str {
    let mut used = 0;
    let cut = text.char_indices().find(|(_, c)| {
        let there = used >= cells;
        used += text::width(c.encode_utf8(&mut [0; 4]));
        there
    });
    cut.map_or("", |(at, _)| &text[at..])
}

fn rows(look: Look<'_>, page: &MapPage, area: Rect, frame: &mut Frame<'_>) {
    let (cells, height) = (usize::from(area.width), usize::from(area.height));
    let grids = page
        .sheet
        .as_ref()
        .map_or(&[][..], |sheet| sheet.grids.as_slice());
    let shown = page.shown();
    let mut lines = Vec::new();
    if shown.is_empty() {
        let key = match page.sheet {
            None if look.model.waiting > 0 => "link-waiting",
            _ => "empty-list",
        };
        let text = format!(" {}", look.words.get(key));
        lines.push(Line::styled(text::truncate(&text, cells), look.theme.dim()));
    }
    let digits = grids.len().to_string().len();
    let tiles = page.tiles();
    // Where there is no map bars tell what its colours would; beside one the list is never so wide.
    let has_bars = page.rates.is_some() && cells >= 2 * BAR;
    let top = scroll_to(page.place(), shown.len(), height);
    for grid in shown.iter().skip(top).take(height) {
        let (Some(named), Some(tile)) = (grids.get(*grid), tiles.get(*grid)) else {
            continue;
        };
        let style = match page.selected {
            Some(chosen) if chosen == *grid && page.in_list => look.theme.selected(),
            Some(chosen) if chosen == *grid => look.theme.resting(),
            _ => Style::new(),
        };
        let number = format!("{:>digits$} ", tile.number);
        let rate = tile.value.map(percent).unwrap_or_default();
        let bar = if has_bars {
            format!(" {}", text::pad(&bar(tile.value, BAR), BAR))
        } else {
            String::new()
        };
        let room = cells.saturating_sub(digits + 1 + RATE + text::width(&bar));
        let told = if page.rates.is_some() && cells > RATE {
            let sign = tile.class.sign();
            let sign = match tile.class {
                Class::Few | Class::Nothing => sign,
                _ if look.theme.mono => sign,
                _ => " ",
            };
            format!("{}{sign}", text::pad_left(&rate, RATE - 1))
        } else {
            String::new()
        };
        let room = room + RATE.saturating_sub(text::width(&told));
        lines.push(Line::from(vec![
            Span::styled(number, style.patch(look.theme.dim())),
            Span::styled(text::pad(&fitting(&named.name, room), room), style),
            Span::styled(bar, style),
            Span::styled(told, style.patch(tile.class.style(look.theme))),
        ]));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// A name in so many cells: what every grid is called is left away before anything else is cut.
fn fitting(name: &str, cells: usize) -> String {
    match name.strip_suffix("网格") {
        Some(rest) if text::width(name) > cells && !rest.is_empty() => text::truncate(rest, cells),
        _ => text::truncate(name, cells),
    }
}

/// A bar for a rate; the whole room is 100 %.
fn bar(value: Option<f64>, cells: usize) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0.0 to 100.0"
    )]
    let part = value.unwrap_or_default().clamp(0.0, 100.0) as usize;
    "#".repeat(part * cells / 100)
}

/// The chosen grid in full, and what grounds and signs mean.
fn legend(look: Look<'_>, page: &MapPage, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let mut lines = vec![Line::raw("")];
    if let Some(grid) = page.chosen() {
        lines.push(Line::styled(
            text::truncate(&grid.name, cells),
            look.theme.bold(),
        ));
    }
    if page.rates.is_some() {
        lines.push(Line::raw(text::truncate(&numbers(look, page), cells)));
        let colour = |class: Class| class.style(look.theme);
        let labels = Class::RATES
            .into_iter()
            .zip(["<80", "80+", "90+", "95+", "98+"]);
        let told: Vec<Span<'static>> = labels
            .map(|(class, label)| {
                let sign = if look.theme.mono { class.sign() } else { " " };
                Span::styled(format!("{sign}{label} "), colour(class))
            })
            .collect();
        let (worse, better) = told.split_at(3);
        lines.push(Line::from(worse.to_vec()));
        lines.push(Line::from(better.to_vec()));
        let patterns = [
            (Class::Few, "map-few-legend"),
            (Class::Nothing, "map-none-legend"),
        ];
        let told = patterns.map(|(class, key)| format!("{} {}", class.sign(), look.words.get(key)));
        let line = text::truncate(&told.join("  "), cells);
        lines.push(Line::styled(line, look.theme.dim()));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// The rate of the chosen grid with its numerator and denominator.
fn numbers(look: Look<'_>, page: &MapPage) -> String {
    let figure = page.selected.and_then(|grid| page.figure(grid));
    let terms = figure.and_then(|f| Some((f, f.value?, f.numerator?, f.denominator?)));
    let Some((figure, _, numerator, denominator)) = terms else {
        return look.words.get("map-none");
    };
    look.words.with(
        "map-numbers",
        &[
            ("value", figure_value(figure).into()),
            ("numerator", format!("{numerator:.0}").into()),
            ("denominator", denominator.to_string().into()),
        ],
    )
}
