//! A QR code in half blocks: two modules in one cell.

use qrcode::{Color, EcLevel, QrCode};
use ratatui::style::{Color as Ink, Style};
use ratatui::text::{Line, Span};

/// The code with its quiet zone; nothing if the text is too long for one.
///
/// Black on white by explicit colours. Without colours the light modules are drawn, which is right
/// on the dark ground that most terminals have.
pub fn lines(text: &str, mono: bool) -> Option<Vec<Line<'static>>> {
    const QUIET: usize = 2;
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let n = code.width();
    let dark = |x: usize, y: usize| {
        let inside = (QUIET..QUIET + n).contains(&x) && (QUIET..QUIET + n).contains(&y);
        inside && code[(x - QUIET, y - QUIET)] == Color::Dark
    };
    let side = n + 2 * QUIET;
    let style = if mono {
        Style::new()
    } else {
        Style::new().fg(Ink::White).bg(Ink::Black)
    };
    let row = |y: usize| -> String {
        (0..side)
            .map(|x| match (!dark(x, y), y + 1 < side && !dark(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            })
            .collect()
    };
    Some(
        (0..side)
            .step_by(2)
            .map(|y| Line::from(Span::styled(row(y), style)))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rating_link_fits_under_its_text_on_a_small_screen() {
        let link = "http://192.168.100.100:8080/rate/0123456789abcdefghijklmnopqrstuv";
        let lines = lines(link, false).unwrap();
        assert!(lines.len() <= 19, "{}", lines.len());
    }
}
