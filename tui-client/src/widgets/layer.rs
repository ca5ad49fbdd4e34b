//! Windows above the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Block, Clear, Widget};

use crate::text;

/// Opens a window with a frame and a title, and gives the room inside.
///
/// A wide character that the left edge would cut in half is taken away first: otherwise terminals
/// draw it whole and swallow the border.
pub fn open_layer(frame: &mut Frame<'_>, area: Rect, title: &str) -> Rect {
    let area = area.intersection(frame.area());
    mend_edge(frame, area);
    Clear.render(area, frame.buffer_mut());
    let room = usize::from(area.width).saturating_sub(4);
    let block = Block::bordered()
        .title(format!(" {} ", text::truncate(title, room)))
        .title_style(Style::new().add_modifier(Modifier::BOLD));
    let inner = block.inner(area);
    block.render(area, frame.buffer_mut());
    inner
}

fn mend_edge(frame: &mut Frame<'_>, area: Rect) {
    if area.x == 0 {
        return;
    }
    let buffer = frame.buffer_mut();
    for y in area.top()..area.bottom() {
        if let Some(cell) = buffer.cell_mut((area.x - 1, y))
            && text::width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
}

/// A window of that size in the middle, never larger than the screen.
pub fn centred(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::backend::CrosstermBackend;
    use ratatui::widgets::Paragraph;
    use ratatui::{Terminal, TerminalOptions, Viewport};
    use std::cell::RefCell;
    use std::rc::Rc;

    /// Bytes into an emulated terminal: what it shows is what counts.
    #[derive(Clone)]
    struct Emulated(Rc<RefCell<vt100::Parser>>);

    impl std::io::Write for Emulated {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().process(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn shown(x: u16) -> Vec<String> {
        let parser = Rc::new(RefCell::new(vt100::Parser::new(
            5.try_into().unwrap(),
            20.try_into().unwrap(),
            0,
        )));
        let backend = CrosstermBackend::new(Emulated(parser.clone()));
        let viewport = Viewport::Fixed(Rect::new(0, 0, 20, 5));
        let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        for window in [false, true] {
            terminal
                .draw(|frame| {
                    let under = "网格员处理任务上报中\n".repeat(5);
                    frame.render_widget(Paragraph::new(under), frame.area());
                    if window {
                        open_layer(frame, Rect::new(x, 1, 10, 3), "确认");
                    }
                })
                .unwrap();
        }
        let parser = parser.borrow();
        parser.screen().rows(0, 20).collect()
    }

    #[test]
    fn a_window_over_chinese_text_keeps_its_borders_at_every_column() {
        for x in 0..10 {
            let rows = shown(x);
            for (y, row) in rows.iter().enumerate().take(4).skip(1) {
                let borders: Vec<char> = row.chars().filter(|c| "┌┐└┘│".contains(*c)).collect();
                assert_eq!(borders.len(), 2, "column {x}, row {y}: {row:?}");
            }
        }
    }
}
