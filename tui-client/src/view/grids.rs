//! Divisions and their grids.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Look, scroll_to};
use crate::model::screens::GridsPage;
use crate::text;

pub fn draw(look: Look<'_>, page: &GridsPage, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let path: Vec<String> = std::iter::once(look.words.get("grids-title"))
        .chain(page.path.iter().map(|d| text::clean(&d.name)))
        .collect();
    let mut lines = vec![Line::styled(
        text::truncate(&format!(" {}", path.join(" > ")), cells),
        look.theme.bold(),
    )];
    let mut entries: Vec<(String, String, String)> = page
        .divisions
        .iter()
        .map(|d| {
            (
                d.name.clone(),
                d.code.clone(),
                look.words.name("level", &d.level),
            )
        })
        .collect();
    entries.extend(page.grids.iter().map(|g| {
        let at = match (g.lon, g.lat) {
            (Some(lon), Some(lat)) => format!("  {lon:.5},{lat:.5}"),
            _ => String::new(),
        };
        (
            g.name.clone(),
            g.code.clone(),
            format!("{}{at}", look.words.name("grid-kind", &g.kind)),
        )
    }));
    if entries.is_empty() {
        let key = if page.loading {
            "link-waiting"
        } else {
            "empty-list"
        };
        lines.push(Line::styled(
            format!("   {}", look.words.get(key)),
            look.theme.dim(),
        ));
    }
    let height = usize::from(area.height).saturating_sub(1);
    let top = scroll_to(page.selected, entries.len(), height);
    let name_cells = (cells / 2).clamp(10, 40);
    for (n, (name, code, kind)) in entries.iter().enumerate().skip(top).take(height) {
        let style = if n == page.selected {
            look.theme.selected()
        } else {
            ratatui::style::Style::new()
        };
        let rest = cells.saturating_sub(name_cells + 19);
        lines.push(Line::from(vec![
            Span::styled(
                format!(" {}", text::pad(&text::clean(name), name_cells)),
                style,
            ),
            Span::styled(text::pad(code, 17), style),
            Span::styled(text::pad(kind, rest), style.patch(look.theme.dim())),
        ]));
    }
    frame.render_widget(Paragraph::new(lines), area);
}
