//! Colours and signs: few, always beside a word, and never a background of our own.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

/// Which signs the terminal can be trusted with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glyphs {
    /// Box drawing and blocks, one cell wide each.
    #[default]
    Unicode,
    /// Only ASCII beside the letters of the language: for terminals on which box drawing and
    /// Chinese punctuation of ambiguous width take two cells.
    Ascii,
}

/// How things look. The meaning never rests on colour alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Theme {
    /// No colours: bold, reverse and underline remain.
    pub mono: bool,
    pub glyphs: Glyphs,
}

impl Theme {
    fn colored(self, color: Color) -> Style {
        if self.mono {
            Style::new()
        } else {
            Style::new().fg(color)
        }
    }

    /// Late, refused, lost.
    pub fn bad(self) -> Style {
        self.colored(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// Soon late, waiting.
    pub fn warn(self) -> Style {
        self.colored(Color::Yellow)
    }

    /// In time, done, connected.
    pub fn good(self) -> Style {
        self.colored(Color::Green)
    }

    /// The thing that is spoken of.
    pub fn accent(self) -> Style {
        self.colored(Color::Cyan)
    }

    /// Beside the matter: hints, labels.
    pub fn dim(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub fn bold(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The chosen row of the part that has the keyboard.
    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// The chosen row of another part.
    pub fn resting(self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }

    /// The bar at the top.
    pub fn bar(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// An input field.
    pub fn field(self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }

    /// Brings the finished picture into the signs that the terminal can show.
    ///
    /// Done once, on the cells: texts of the server hold ambiguous punctuation too.
    pub fn translate(self, buffer: &mut Buffer) {
        if self.glyphs == Glyphs::Unicode {
            return;
        }
        for cell in &mut buffer.content {
            if let Some(plain) = plain(cell.symbol()) {
                cell.set_symbol(plain);
            }
        }
    }
}

/// The ASCII sign for one of ambiguous width.
fn plain(symbol: &str) -> Option<&'static str> {
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else {
        return None;
    };
    Some(match c {
        '─' | '—' | '―' | '–' | '═' | '━' => "-",
        '│' | '┃' | '║' => "|",
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' | '╭' | '╮' | '╰' | '╯' | '±' | '✓' => {
            "+"
        }
        '█' | '▇' | '▆' | '▅' | '▓' => "#",
        '▄' | '▃' => "=",
        '▂' | '▁' => "_",
        '░' | '▒' | '·' | '•' | '…' | '‧' => ".",
        '▸' | '▶' | '→' | '►' => ">",
        '◀' | '←' => "<",
        '▴' | '▲' | '↑' => "^",
        '▾' | '▼' | '↓' => "v",
        '“' | '”' | '″' => "\"",
        '‘' | '’' | '′' | '°' => "'",
        '●' | '◆' | '■' | '★' | '※' => "*",
        '○' | '◇' | '□' | '☆' => "o",
        '÷' => "/",

        '×' | '✗' => "x",
        '⚠' => "!",
        '①'..='⑨' => ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
            .get(c as usize - '①' as usize)
            .copied()?,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    #[test]
    fn an_ascii_picture_holds_no_sign_of_ambiguous_width() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 30, 1));
        buffer.set_string(0, 0, "┌─“网格”…①×→█░·", Style::new());
        Theme {
            mono: true,
            glyphs: Glyphs::Ascii,
        }
        .translate(&mut buffer);
        let text: String = buffer
            .content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert!(text.starts_with("+-\"网 格 \".1x>#.."), "{text}");
    }
}
