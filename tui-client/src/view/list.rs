//! Lists with filter and paging.

use std::fmt::Write as _;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::{Look, scroll_to};
use crate::model::screens::{ListPage, ListSource};
use crate::text;
use crate::widgets::rows::{self, Columns};

pub fn draw(look: Look<'_>, page: &ListPage, area: Rect, frame: &mut Frame<'_>) {
    let cells = usize::from(area.width);
    let shown = page.shown();
    let mut title = match &page.source {
        ListSource::Query(query) => {
            let mut title = look.words.get(query.shelf.key());
            if let Some(stage) = &query.stage {
                _ = write!(
                    title,
                    " [{}]",
                    look.words.name(query.shelf.stages().0, stage)
                );
            }
            if query.overdue {
                _ = write!(title, " [{}]", look.words.name("mark", "overdue"));
            }
            title
        }
        ListSource::Behind {
            range,
            indicator,
            part,
        } => look.words.with(
            "list-behind",
            &[
                ("indicator", look.words.name("indicator", indicator).into()),
                ("period", look.words.get(range.period.key()).into()),
                ("part", look.words.name("part", part.name()).into()),
            ],
        ),
    };
    if !page.filter.is_empty() {
        _ = write!(title, " \"{}\"", page.filter);
    }
    let more = if page.next.is_some() { "+" } else { "" };
    _ = write!(
        title,
        "  {}/{}{more}",
        (page.selected + 1).min(shown.len()),
        shown.len()
    );
    let mut lines = vec![Line::styled(
        text::truncate(&format!(" {title}"), cells),
        look.theme.bold(),
    )];
    if shown.is_empty() {
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
    let top = scroll_to(page.selected, shown.len(), height);
    let columns = Columns::of(shown.iter().copied(), look.words, cells);
    for (n, row) in shown.iter().enumerate().skip(top).take(height) {
        let chosen = (n == page.selected).then(|| look.theme.selected());
        lines.push(rows::line(
            row,
            look.words,
            look.theme,
            look.now,
            (cells, columns),
            chosen,
        ));
    }
    frame.render_widget(Paragraph::new(lines), area);
}
