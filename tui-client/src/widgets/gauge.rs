//! Bars and curves of text.

use ratatui::text::Span;

use crate::theme::Theme;

/// A bar of so many cells for a part in hundredths.
pub fn bar(theme: Theme, used: u16, late: bool, cells: u16) -> Vec<Span<'static>> {
    let full = (u32::from(used.min(100)) * u32::from(cells) / 100) as usize;
    let style = match used {
        _ if late => theme.bad(),
        75.. => theme.warn(),
        _ => theme.good(),
    };
    vec![
        Span::styled("█".repeat(full), style),
        Span::styled(
            "░".repeat(usize::from(cells).saturating_sub(full)),
            theme.dim(),
        ),
    ]
}

/// The course of a figure, oldest first; gaps where there was nothing to count.
pub fn curve(values: &[Option<f64>], cells: usize) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let shown = &values[values.len().saturating_sub(cells)..];
    let known = || shown.iter().flatten().copied();
    let (low, high) = (
        known().fold(f64::INFINITY, f64::min),
        known().fold(f64::NEG_INFINITY, f64::max),
    );
    shown
        .iter()
        .map(|value| match value {
            None => ' ',
            Some(_) if high - low < 1e-9 => STEPS[3],
            Some(v) => {
                // Between 0 and 7 by construction.
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "0.0 to 7.0"
                )]
                let step = ((v - low) / (high - low) * 7.0).round() as usize;
                STEPS[step.min(7)]
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_shows_low_and_high_and_gaps() {
        assert_eq!(curve(&[Some(1.0), None, Some(8.0)], 5), "▁ █");
        assert_eq!(curve(&[Some(5.0), Some(5.0)], 5), "▄▄");
        assert_eq!(curve(&[], 5), "");
    }

    #[test]
    fn a_bar_fills_its_cells_exactly() {
        let cells: usize = bar(Theme::default(), 50, false, 9)
            .iter()
            .map(Span::width)
            .sum();
        assert_eq!(cells, 9);
    }
}
