//! Windows above the screen.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Look, form, scroll_to};
use crate::keymap::{self, Context, Key};
use crate::model::case::Reporter;
use crate::model::form::Form;
use crate::model::picker::Picker;
use crate::model::screens::{Layer, Screen, Trouble};
use crate::text;
use crate::theme::Glyphs;
use crate::update::{context_of, menu_keys, permitted};
use crate::widgets::field;
use crate::widgets::layer::{centred, open_layer};
use crate::widgets::qr;

pub fn draw(look: Look<'_>, layer: &Layer, area: Rect, frame: &mut Frame<'_>) -> Option<Position> {
    match layer {
        Layer::Help { scroll } => {
            help(look, *scroll, area, frame);
            None
        }
        Layer::Menu { selected } => {
            menu(look, *selected, area, frame);
            None
        }
        Layer::Picker(open) => picker(look, open, area, frame),
        Layer::Action(open) => form::action(look, open, area, frame),
        Layer::Filter(fields) => filter(look, "key-filter", fields, area, frame),
        Layer::Sign { form, taking } => {
            let title = if taking.is_some() {
                "duty-take-over"
            } else {
                "duty-hand-over"
            };
            filter(look, title, form, area, frame)
        }
        Layer::Change(open) => super::registers::change(look, open, area, frame),
        Layer::Why { scroll } => {
            why(look, *scroll, area, frame);
            None
        }
        Layer::Rating { link, number } => {
            rating(look, link, number, area, frame);
            None
        }
        Layer::Resident { resident, number } => {
            resident_in_clear(look, resident, number, area, frame);
            None
        }
        Layer::Trouble(open) => {
            trouble(look, open, area, frame);
            None
        }
    }
}

/// Lines in a window as large as they need, scrolled.
fn reader(
    look: Look<'_>,
    title: &str,
    lines: Vec<Line<'static>>,
    scroll: usize,
    area: Rect,
    frame: &mut Frame<'_>,
) {
    let wanted = lines.iter().map(Line::width).max().unwrap_or(0).max(30) + 4;
    let width = u16::try_from(wanted)
        .unwrap_or(area.width)
        .min(area.width.saturating_sub(2));
    let height = u16::try_from(lines.len() + 2).unwrap_or(area.height);
    let inner = open_layer(frame, centred(area, width, height), title);
    let rows = usize::from(inner.height);
    let top = scroll.min(lines.len().saturating_sub(rows));
    let total = lines.len();
    let mut shown: Vec<Line<'static>> = lines.into_iter().skip(top).take(rows).collect();
    if top + rows < total
        && let Some(last) = shown.last_mut()
    {
        *last = Line::styled(
            look.words
                .with("more-below", &[("n", (total - top - rows + 1).into())]),
            look.theme.dim(),
        );
    }
    frame.render_widget(Paragraph::new(shown), inner);
}

/// The context in which the help was asked for.
fn helped(look: Look<'_>) -> Context {
    let below = look
        .model
        .layers
        .iter()
        .rev()
        .find(|l| !matches!(l, Layer::Help { .. }));
    context_of(below, look.model.screen())
}

/// The keys that hold here, printed from the table by which they work.
fn help(look: Look<'_>, scroll: usize, area: Rect, frame: &mut Frame<'_>) {
    let bindings: Vec<(String, String)> = keymap::help(helped(look))
        .into_iter()
        .filter(|binding| permitted(look.model, binding.command))
        .map(|binding| {
            let keys: Vec<String> = binding.keys.iter().map(|k| Key::name(*k)).collect();
            (keys.join(" "), look.words.get(binding.key))
        })
        .collect();
    let widest = bindings.iter().map(|(keys, _)| text::width(keys)).max();
    let column = widest.unwrap_or_default().max(13) + 1;
    let mut lines: Vec<Line<'static>> = bindings
        .into_iter()
        .map(|(keys, meaning)| {
            Line::from(vec![
                Span::styled(text::pad(&keys, column), look.theme.bold()),
                Span::raw(meaning),
            ])
        })
        .collect();
    lines.push(Line::raw(""));
    let cells = usize::from(area.width).saturating_sub(8).max(10);
    for key in ["help-signs", "help-drafts", "help-input-method"] {
        for part in text::wrap(&look.words.get(key), cells.min(70)) {
            lines.push(Line::styled(part, look.theme.dim()));
        }
    }
    reader(
        look,
        &look.words.get("help-title"),
        lines,
        scroll,
        area,
        frame,
    );
}

fn menu(look: Look<'_>, selected: usize, area: Rect, frame: &mut Frame<'_>) {
    let entries = menu_keys(look.model);
    let window = centred(area, 34, u16::try_from(entries.len() + 2).unwrap_or(14));
    let inner = open_layer(frame, window, &look.words.get("key-menu"));
    let top = scroll_to(selected, entries.len(), usize::from(inner.height));
    let lines: Vec<Line<'static>> = entries
        .iter()
        .enumerate()
        .skip(top)
        .take(usize::from(inner.height))
        .map(|(n, (entry, key))| {
            let key = key.map(Key::name).unwrap_or_default();
            let label = format!(" {key:<3} {}", look.words.get(entry.key()));
            let style = if n == selected {
                look.theme.selected()
            } else {
                Style::new()
            };
            Line::styled(text::pad(&label, usize::from(inner.width)), style)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inner);
}

fn picker(look: Look<'_>, open: &Picker, area: Rect, frame: &mut Frame<'_>) -> Option<Position> {
    let width = area.width.saturating_sub(6).min(80).max(area.width.min(30));
    let window = centred(area, width, area.height.saturating_sub(1).min(24));
    let title = format!(
        "{} {}/{}",
        look.words.name("field", open.field),
        open.shown.len(),
        open.items.len()
    );
    let inner = open_layer(frame, window, &title);
    if inner.height < 2 {
        return None;
    }
    let cells = usize::from(inner.width);
    let label = format!("{} ", look.words.get("picker-filter"));
    let shown = text::pad_cut(
        open.filter.value(),
        cells.saturating_sub(text::width(&label)),
    );
    let line = Line::from(vec![
        Span::styled(label.clone(), look.theme.dim()),
        Span::styled(shown, look.theme.field()),
    ]);
    frame.render_widget(line, Rect { height: 1, ..inner });
    let list = Rect {
        y: inner.y + 1,
        height: inner.height - 1,
        ..inner
    };
    let mut lines = Vec::new();
    if open.shown.is_empty() {
        let key = if open.loading {
            "link-waiting"
        } else {
            "picker-nothing"
        };
        lines.push(Line::styled(
            format!(" {}", look.words.get(key)),
            look.theme.dim(),
        ));
    }
    let rows = usize::from(list.height);
    let top = scroll_to(open.selected, open.shown.len(), rows);
    let name_cells = cells * 3 / 5;
    for (n, at) in open.shown.iter().enumerate().skip(top).take(rows) {
        let Some(item) = open.items.get(*at) else {
            continue;
        };
        let mark = if !open.many {
            " "
        } else if open.chosen.contains(&item.id) {
            "[x] "
        } else {
            "[ ] "
        };
        let style = if n == open.selected {
            look.theme.selected()
        } else {
            Style::new()
        };
        lines.push(Line::from(vec![
            Span::styled(
                text::pad(&format!("{mark}{}", text::clean(&item.name)), name_cells),
                style,
            ),
            Span::styled(
                text::pad(&text::clean(&item.detail), cells.saturating_sub(name_cells)),
                style.patch(look.theme.dim()),
            ),
        ]));
    }
    frame.render_widget(Paragraph::new(lines), list);
    let at = text::width(&label) + open.filter.visual_cursor();
    let x = u16::try_from(at)
        .unwrap_or(0)
        .min(inner.width.saturating_sub(1));
    Some(Position::new(inner.x + x, inner.y))
}

fn filter(
    look: Look<'_>,
    title: &str,
    fields: &Form,
    area: Rect,
    frame: &mut Frame<'_>,
) -> Option<Position> {
    let window = centred(area, 60, field::height(fields) + 2);
    let inner = open_layer(frame, window, &look.words.get(title));
    field::draw(frame, inner, fields, look.words, look.theme)
}

/// What cannot be done now, and why not, in the server's words.
fn why(look: Look<'_>, scroll: usize, area: Rect, frame: &mut Frame<'_>) {
    let Some(Screen::Case(page)) = look.model.screen() else {
        return;
    };
    let Some(dossier) = &page.dossier else { return };
    let cells = usize::from(area.width).saturating_sub(8).max(10);
    let mut lines = Vec::new();
    // What the post forbids is of least interest; the same reason is told once for all targets.
    let mut refused = page.refused();
    refused.sort_by_key(|offer| offer.code.as_deref() == Some("post_forbids"));
    for same in refused.chunk_by(|a, b| a.action == b.action && a.reason == b.reason) {
        let Some(first) = same.first() else { continue };
        let whom: Vec<String> = same
            .iter()
            .map(|offer| text::clean(&dossier.case.whom(&offer.target)))
            .filter(|whom| !whom.is_empty())
            .collect();
        let name = format!(
            "{} {}",
            look.words.name("action", &first.action),
            whom.join(", ")
        );
        lines.push(Line::styled(
            text::truncate(&name, cells),
            look.theme.bold(),
        ));
        let reason = first.reason.clone().unwrap_or_default();
        for part in text::wrap(&text::clean(&reason), cells.saturating_sub(2)) {
            lines.push(Line::styled(format!("  {part}"), look.theme.dim()));
        }
    }
    if lines.is_empty() {
        lines.push(Line::raw(look.words.get("why-none")));
    }
    reader(look, &look.words.get("key-why"), lines, scroll, area, frame);
}

/// The link that the resident rates by: as text, and as a code where it fits.
fn rating(look: Look<'_>, link: &str, number: &str, area: Rect, frame: &mut Frame<'_>) {
    let mut lines = Vec::new();
    let whole = frame.area();
    let cells = usize::from(area.width).saturating_sub(4);
    for part in text::wrap(link, cells) {
        lines.push(Line::styled(part, look.theme.bold()));
    }
    let code = if look.theme.glyphs == Glyphs::Unicode {
        qr::lines(link, look.theme.mono)
    } else {
        None
    };
    match code {
        // The code is worth the rows of bar and footer.
        Some(code) if code.len() + lines.len() + 2 <= usize::from(whole.height) => {
            lines.extend(code);
        }
        _ => lines.push(Line::styled(
            look.words.get("rating-no-code"),
            look.theme.dim(),
        )),
    }
    let title = look
        .words
        .with("rating-title", &[("number", number.into())]);
    let room = if lines.len() + 2 > usize::from(area.height) {
        whole
    } else {
        area
    };
    reader(look, &title, lines, 0, room, frame);
}

/// The resident in clear, with the reminder that the look is on record.
fn resident_in_clear(
    look: Look<'_>,
    resident: &Reporter,
    number: &str,
    area: Rect,
    frame: &mut Frame<'_>,
) {
    let cells = usize::from(area.width).saturating_sub(8).clamp(10, 50);
    let mut lines = vec![
        Line::styled(text::clean(&resident.name), look.theme.bold()),
        Line::styled(text::clean(&resident.telephone), look.theme.bold()),
        Line::raw(""),
    ];
    for part in text::wrap(&look.words.get("resident-on-record"), cells) {
        lines.push(Line::styled(part, look.theme.dim()));
    }
    let title = look
        .words
        .with("resident-title", &[("number", number.into())]);
    reader(look, &title, lines, 0, area, frame);
}

/// What happened, why, what to do, and the code to name when asking for help.
fn trouble(look: Look<'_>, open: &Trouble, area: Rect, frame: &mut Frame<'_>) {
    let words = look.words;
    let cells = usize::from(area.width).saturating_sub(8).clamp(10, 66);
    let failure = &open.failure;
    let mut lines = Vec::new();
    for part in text::wrap(
        &words.with(
            failure.key(),
            &[("detail", text::clean(&failure.detail).into())],
        ),
        cells,
    ) {
        lines.push(Line::styled(part, look.theme.bad()));
    }
    for (pointer, detail) in &failure.faults {
        for part in text::wrap(&text::clean(&format!("{pointer}  {detail}")), cells) {
            lines.push(Line::raw(part));
        }
    }
    lines.push(Line::raw(""));
    let advice = words.name(
        "advice",
        match failure.kind {
            crate::model::failure::Kind::Network => "network",
            crate::model::failure::Kind::Login => "login",
            crate::model::failure::Kind::Forbidden => "forbidden",
            crate::model::failure::Kind::NotFound => "not_found",
            crate::model::failure::Kind::Conflict => "conflict",
            crate::model::failure::Kind::Invalid => "invalid",
            crate::model::failure::Kind::Server => "server",
            crate::model::failure::Kind::Local => "local",
        },
    );
    for part in text::wrap(&advice, cells) {
        lines.push(Line::raw(part));
    }
    if open.case_id.is_some() {
        for part in text::wrap(&words.get("trouble-arrived-already"), cells) {
            lines.push(Line::styled(part, look.theme.bold()));
        }
    }
    let codes: Vec<&str> = [failure.code.as_deref(), failure.request_id.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    if !codes.is_empty() {
        lines.push(Line::styled(
            text::truncate(&codes.join("  "), cells),
            look.theme.dim(),
        ));
    }
    reader(look, &words.get(open.doing), lines, 0, area, frame);
}
