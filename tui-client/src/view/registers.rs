//! A register: what it holds, as it stands today.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Look, scroll_to};
use crate::model::registers::{ChangeForm, Entry, Register, RegistersPage};
use crate::text;
use crate::widgets::field;
use crate::widgets::layer::{centred, open_layer};

/// The widths of state and period.
const STATE: usize = 10;
const PERIOD: usize = 22;

pub fn draw(look: Look<'_>, page: &RegistersPage, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let mut tabs: Vec<Span<'static>> = vec![Span::raw(" ")];
    for register in Register::ALL {
        let name = format!(" {} ", look.words.get(register.key()));
        let style = if register == page.register {
            look.theme.selected()
        } else {
            look.theme.dim()
        };
        tabs.push(Span::styled(name, style));
    }
    let count = format!(
        "  {}/{}",
        (page.selected + 1).min(page.entries.len()),
        page.entries.len()
    );
    tabs.push(Span::styled(count, look.theme.dim()));
    let mut lines = vec![Line::from(tabs)];
    if page.entries.is_empty() {
        let key = if page.loading {
            "link-waiting"
        } else if page.refused {
            "register-not-yours"
        } else {
            "empty-list"
        };
        lines.push(Line::styled(
            format!("   {}", look.words.get(key)),
            look.theme.dim(),
        ));
    }
    // The chosen one is told whole below the list.
    let height = usize::from(area.height).saturating_sub(3).max(1);
    let top = scroll_to(page.selected, page.entries.len(), height);
    for (n, entry) in page.entries.iter().enumerate().skip(top).take(height) {
        lines.push(line(look, page.register, entry, cells, n == page.selected));
    }
    frame.render_widget(Paragraph::new(lines), area);
    if let Some(entry) = page.entries.get(page.selected)
        && area.height > 4
    {
        let at = Rect {
            y: area.y + area.height - 2,
            height: 2,
            ..area
        };
        frame.render_widget(Paragraph::new(whole(look, entry, cells)), at);
    }
}

fn line(
    look: Look<'_>,
    register: Register,
    entry: &Entry,
    cells: usize,
    chosen: bool,
) -> Line<'static> {
    let style = if chosen {
        look.theme.selected()
    } else {
        ratatui::style::Style::new()
    };
    let state = if register == Register::Refusals {
        entry.note.clone()
    } else {
        look.words.name("register-state", &entry.state)
    };
    let is_good = matches!(
        entry.state.as_str(),
        "in_force" | "issued" | "renewed" | "approved"
    );
    let mark = if is_good {
        style
    } else {
        style.patch(look.theme.warn())
    };
    let period = if entry.to.is_empty() {
        format!("{} ~", entry.from)
    } else {
        format!("{}~{}", entry.from, entry.to)
    };
    let whose = (cells / 4).clamp(8, 24);
    let period_cells = if cells < 70 { 0 } else { PERIOD };
    let title = cells.saturating_sub(whose + STATE + period_cells + 4);
    // Officers go by their certificates, idle items by their field.
    let told = match register {
        Register::Certificates => format!("{} {}", entry.title, entry.code),
        Register::Shortages => format!("{} {}", field_name(look, entry), entry.title),
        _ => entry.title.clone(),
    };
    let mut spans = vec![
        Span::styled(
            format!(" {} ", text::pad(&text::clean(&told), title)),
            style,
        ),
        Span::styled(
            format!("{} ", text::pad(&text::clean(&entry.whose), whose)),
            style,
        ),
        Span::styled(format!("{} ", text::pad(&state, STATE)), mark),
    ];
    if period_cells > 0 {
        spans.push(Span::styled(
            text::pad(&period, period_cells),
            style.patch(look.theme.dim()),
        ));
    }
    Line::from(spans)
}

fn field_name(look: Look<'_>, entry: &Entry) -> String {
    look.words.name("officer-field", &entry.field)
}

/// Two lines about an entry.
fn whole(look: Look<'_>, entry: &Entry, cells: usize) -> Vec<Line<'static>> {
    let first = format!(" {} {} {}", entry.code, entry.title, entry.whose);
    let words = look.words;
    let course = entry.course.iter();
    let course: Vec<String> = course
        .map(|step| format!("{} {}", words.name("register-state", &step.state), step.on))
        .collect();
    let evaluated = entry.evaluated.as_ref();
    let evaluated =
        evaluated.map(|step| format!("{} {}", step.on, words.name("evaluation", &step.state)));
    let parts = [
        Some(course.join(" > ")),
        evaluated,
        (!entry.field.is_empty()).then(|| field_name(look, entry)),
        Some(entry.note.clone()),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|p| !p.is_empty())
        .collect();
    let second = format!(" {}", parts.join("  "));
    [first, second]
        .map(|told| Line::styled(text::truncate(&text::clean(&told), cells), look.theme.dim()))
        .into()
}

/// The form of a change in a window.
pub fn change(
    look: Look<'_>,
    open: &ChangeForm,
    area: Rect,
    frame: &mut Frame<'_>,
) -> Option<Position> {
    let key = if open.code.is_some() {
        "register-change"
    } else {
        "register-new"
    };
    let title = format!("{} {}", look.words.get(key), text::clean(&open.title));
    let width = area.width.saturating_sub(4).min(76);
    let window = centred(area, width, field::height(&open.form) + 2);
    let title = text::truncate(&title, usize::from(width).saturating_sub(4));
    let inner = open_layer(frame, window, &title);
    field::draw(frame, inner, &open.form, look.words, look.theme)
}
