//! The login form.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::Look;
use crate::model::screens::Login;
use crate::text;
use crate::widgets::field;
use crate::widgets::layer::centred;

pub fn draw(look: Look<'_>, page: &Login, area: Rect, frame: &mut Frame<'_>) -> Option<Position> {
    let width = area.width.min(60);
    let rows = centred(area, width, 10);
    let title = look.words.get(if page.again {
        "login-again"
    } else {
        "login-title"
    });
    let cells = usize::from(rows.width);
    for (n, (line, style)) in [
        (look.words.get("product-long"), look.theme.bold()),
        (title, look.theme.dim()),
    ]
    .into_iter()
    .enumerate()
    {
        let y = rows.y + u16::try_from(n).unwrap_or(0);
        if y < rows.bottom() {
            let line = Line::styled(text::truncate(&line, cells), style);
            frame.render_widget(
                line,
                Rect {
                    y,
                    height: 1,
                    ..rows
                },
            );
        }
    }
    let form = Rect {
        y: rows.y + 3,
        height: rows.height.saturating_sub(3),
        ..rows
    };
    field::draw(
        frame,
        form.intersection(area),
        &page.form,
        look.words,
        look.theme,
    )
}
