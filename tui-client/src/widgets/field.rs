//! Forms: labels on the left, fields on the right, the caret where the input method looks for it.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget};

use crate::i18n::Text;
use crate::model::failure::Say;
use crate::model::form::{Choice, Control, Field, Form, Label};
use crate::text;
use crate::theme::Theme;

/// What a choice is called.
pub fn label(words: &Text, label: &Label) -> String {
    match label {
        Label::Name(family, name) => words.name(family, name),
        Label::Text(text) => text::clean(text),
        Label::Limited(text, limit) => {
            format!(
                "{} ({})",
                text::clean(text),
                crate::view::time::limit(words, limit)
            )
        }
    }
}

/// A message with its variables, in the language set.
pub fn say(words: &Text, say: &Say) -> String {
    let args: Vec<(&str, fluent::FluentValue<'_>)> = say
        .args
        .iter()
        .map(|(name, value)| {
            // The name of an action is said in words.
            let value = if *name == "action" {
                words.name("action", value)
            } else {
                text::clean(value)
            };
            (*name, value.into())
        })
        .collect();
    words.with(say.key, &args)
}

/// The rows that the visible fields take.
pub fn height(form: &Form) -> u16 {
    form.fields
        .iter()
        .filter(|f| !f.hidden)
        .map(Field::rows)
        .sum::<u16>()
        + 1
}

/// Draws the form; the last row of the area explains the field that has the keyboard. Gives the
/// caret.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    form: &Form,
    words: &Text,
    theme: Theme,
) -> Option<Position> {
    if area.height < 2 || area.width < 12 {
        return None;
    }
    let labels: Vec<(usize, String)> = form
        .fields
        .iter()
        .enumerate()
        .filter(|(_, f)| !f.hidden)
        .map(|(at, f)| (at, words.name("field", f.name)))
        .collect();
    let widest = labels
        .iter()
        .map(|(_, l)| text::width(l))
        .max()
        .unwrap_or(0);
    let label_cells = (widest + 3).min(usize::from(area.width) * 2 / 5);
    let label_width = u16::try_from(label_cells).unwrap_or(12);

    let rows_area = Rect {
        height: area.height - 1,
        ..area
    };
    let mut tops = Vec::new();
    let mut y = 0u16;
    for (at, _) in &labels {
        tops.push(y);
        y += form.fields[*at].rows();
    }
    let focus_at = labels
        .iter()
        .position(|(at, _)| *at == form.focus)
        .unwrap_or(0);
    let focus_end = tops
        .get(focus_at)
        .map_or(0, |t| t + form.fields[labels[focus_at].0].rows());
    let scroll = focus_end.saturating_sub(rows_area.height);

    let mut caret = None;
    for ((at, name), top) in labels.iter().zip(&tops) {
        let field = &form.fields[*at];
        let focused = *at == form.focus && !form.sending;
        let Some(row) = top
            .checked_sub(scroll)
            .filter(|r| r + field.rows() <= rows_area.height)
        else {
            continue;
        };
        let line = Rect {
            y: rows_area.y + row,
            height: field.rows(),
            ..rows_area
        };
        let mark = if field.fault.is_some() {
            Span::styled("!", theme.bad())
        } else if focused {
            Span::styled("▸", theme.accent())
        } else {
            Span::raw(" ")
        };
        if matches!(field.control, Control::Button) {
            draw_button(frame, line, form, name, focused, words, theme);
            if focused {
                caret = Some(Position::new(line.x + 2, line.y));
            }
            continue;
        }
        let head = Rect { height: 1, ..line };
        draw_label(
            frame,
            head,
            mark,
            name,
            (field.required, focused),
            label_cells,
            theme,
        );
        let value = Rect {
            x: line.x + label_width,
            width: line.width.saturating_sub(label_width),
            ..line
        };
        let position = draw_value(frame, value, field, focused, words, theme);
        if focused {
            caret = position;
        }
    }
    let hint = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..area
    };
    draw_hint(frame, hint, form, words, theme);
    if y > scroll + rows_area.height {
        // More fields below: told at the edge, where the eye goes on.
        let mark = Rect {
            x: hint.right() - 1,
            width: 1,
            ..hint
        };
        frame.render_widget(Span::styled("▾", theme.accent()), mark);
    }
    caret
}

fn draw_label(
    frame: &mut Frame<'_>,
    area: Rect,
    mark: Span<'static>,
    name: &str,
    (required, focused): (bool, bool),
    cells: usize,
    theme: Theme,
) {
    let star = if required { "*" } else { " " };
    let style = if focused {
        theme.bold()
    } else {
        ratatui::style::Style::new()
    };
    let text = format!("{}{star}", text::pad(name, cells.saturating_sub(3)));
    frame.render_widget(Line::from(vec![mark, Span::styled(text, style)]), area);
}

fn draw_button(
    frame: &mut Frame<'_>,
    line: Rect,
    form: &Form,
    name: &str,
    focused: bool,
    words: &Text,
    theme: Theme,
) {
    let text = if form.sending {
        words.get("form-sending")
    } else if form.armed {
        words.get("form-press-again")
    } else {
        name.to_owned()
    };
    let style = match (focused, form.armed) {
        (true, true) => theme.selected().patch(theme.bad()),
        (true, false) => theme.selected(),
        _ => theme.bold(),
    };
    let button = Span::styled(format!("[ {text} ]"), style);
    let mark = Span::styled(if focused { "▸" } else { " " }, theme.accent());
    frame.render_widget(Line::from(vec![mark, button]), line);
}

/// What the focused field wants, or what is wrong with it.
fn draw_hint(frame: &mut Frame<'_>, area: Rect, form: &Form, words: &Text, theme: Theme) {
    let Some(field) = form.focused() else { return };
    let (hint, style) = if let Some(fault) = &field.fault {
        (say(words, fault), theme.bad())
    } else {
        let name = field.name.replace('_', "-");
        let own = format!("hint-{}-{name}", form.about.replace('_', "-"));
        let mut keys = vec![own, format!("hint-{name}")];
        if matches!(field.control, Control::Choice { .. }) {
            keys.push("hint-choice".to_owned());
        }
        let known = keys.iter().find(|key| words.has(key));
        (
            known.map(|key| words.get(key)).unwrap_or_default(),
            theme.dim(),
        )
    };
    let hint = text::truncate(&hint, usize::from(area.width.saturating_sub(1)));
    frame.render_widget(
        Paragraph::new(Line::styled(format!(" {hint}"), style)),
        area,
    );
}

fn draw_value(
    frame: &mut Frame<'_>,
    area: Rect,
    field: &Field,
    focused: bool,
    words: &Text,
    theme: Theme,
) -> Option<Position> {
    let cells = usize::from(area.width);
    let plain = |frame: &mut Frame<'_>, spans: Vec<Span<'static>>| {
        frame.render_widget(Line::from(spans), area);
        Some(Position::new(area.x, area.y))
    };
    match &field.control {
        Control::Line(input) => Some(draw_line(frame, area, input, false, theme)),
        Control::Secret(input) => Some(draw_line(frame, area, input, true, theme)),
        Control::Area(editor) => Some(draw_area(frame, area, editor, theme)),
        Control::Choice { options, chosen } => {
            let spans = choices(options, *chosen, focused, cells, words, theme);
            plain(frame, spans)
        }
        Control::Checks {
            options,
            checked,
            at,
        } => {
            let mut spans = Vec::new();
            if options.is_empty() {
                spans.push(Span::styled(words.get("form-none"), theme.dim()));
            }
            for (n, (option, on)) in options.iter().zip(checked).enumerate() {
                let text = format!(
                    "[{}] {} ",
                    if *on { "x" } else { " " },
                    label(words, &option.label)
                );
                let style = if focused && n == *at {
                    theme.selected()
                } else {
                    ratatui::style::Style::new()
                };
                spans.push(Span::styled(text, style));
            }
            plain(frame, spans)
        }
        Control::Pick { picked, .. } => {
            let names: Vec<String> = picked.iter().map(|p| text::clean(&p.name)).collect();
            let (shown, style) = if names.is_empty() {
                (words.get("form-enter-to-choose"), theme.dim())
            } else {
                (names.join(", "), ratatui::style::Style::new())
            };
            let style = if focused { theme.selected() } else { style };
            let shown = text::truncate(&shown, cells.saturating_sub(3));
            plain(
                frame,
                vec![Span::styled(shown, style), Span::styled(" ▾", theme.dim())],
            )
        }
        Control::Toggle(on) => {
            let word = words.get(if *on { "form-yes" } else { "form-no" });
            let style = if focused {
                theme.selected()
            } else {
                ratatui::style::Style::new()
            };
            plain(
                frame,
                vec![Span::styled(
                    format!("[{}] {word}", if *on { "x" } else { " " }),
                    style,
                )],
            )
        }
        Control::Button => None,
    }
}

/// A text of one line, scrolled so that the caret is seen.
fn draw_line(
    frame: &mut Frame<'_>,
    area: Rect,
    input: &tui_input::Input,
    secret: bool,
    theme: Theme,
) -> Position {
    let room = usize::from(area.width).saturating_sub(1).max(1);
    let (shown, at) = if secret {
        ("*".repeat(input.value().chars().count()), input.cursor())
    } else {
        (input.value().to_owned(), input.visual_cursor())
    };
    let scroll = at.saturating_sub(room.saturating_sub(1));
    let visible = after(&shown, scroll);
    let line = Line::from(Span::styled(text::pad_cut(&visible, room), theme.field()));
    frame.render_widget(line, area);
    let x = u16::try_from(at - scroll)
        .unwrap_or(0)
        .min(area.width.saturating_sub(1));
    Position::new(area.x + x, area.y)
}

/// A text of several lines. The widget scrolls by itself; the caret is where it says.
fn draw_area(
    frame: &mut Frame<'_>,
    area: Rect,
    editor: &ratatui_textarea::TextArea<'static>,
    theme: Theme,
) -> Position {
    let inner = Rect {
        width: area.width.saturating_sub(1),
        ..area
    };
    frame.buffer_mut().set_style(inner, theme.field());
    editor.render(inner, frame.buffer_mut());
    let cursor = editor.screen_cursor();
    let (top, left) = editor.scroll_offset();
    let row = u16::try_from(cursor.row).unwrap_or(0).saturating_sub(top);
    let column = u16::try_from(cursor.col).unwrap_or(0).saturating_sub(left);
    Position::new(
        inner.x + column.min(inner.width.saturating_sub(1)),
        inner.y + row.min(inner.height.saturating_sub(1)),
    )
}

/// All choices beside each other where they fit, else the chosen one with its place.
fn choices(
    options: &[Choice],
    chosen: Option<usize>,
    focused: bool,
    cells: usize,
    words: &Text,
    theme: Theme,
) -> Vec<Span<'static>> {
    if options.is_empty() {
        return vec![Span::styled(words.get("form-none"), theme.dim())];
    }
    let names: Vec<String> = options.iter().map(|o| label(words, &o.label)).collect();
    let whole: usize = names.iter().map(|n| text::width(n) + 4).sum();
    let on = if focused {
        theme.selected()
    } else {
        theme.bold()
    };
    if whole <= cells {
        return names
            .iter()
            .enumerate()
            .flat_map(|(at, name)| {
                let is = chosen == Some(at);
                let text = if is {
                    format!("({name})")
                } else {
                    format!(" {name} ")
                };
                let style = if is { on } else { theme.dim() };
                let gap = Span::raw("  ");
                [Span::styled(text, style), gap]
            })
            .collect();
    }
    let place = chosen.map_or_else(
        || format!("-/{}", names.len()),
        |c| format!("{}/{}", c + 1, names.len()),
    );
    let name = chosen
        .and_then(|c| names.get(c).cloned())
        .unwrap_or_else(|| words.get("form-left-right"));
    let name = text::truncate(&name, cells.saturating_sub(place.len() + 6));
    let style = if focused {
        theme.selected()
    } else {
        ratatui::style::Style::new()
    };
    vec![
        Span::styled(format!("< {name} >"), style),
        Span::styled(format!(" {place}"), theme.dim()),
    ]
}

/// The text from a cell on; half a character at the edge becomes a blank.
fn after(shown: &str, cells: usize) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    let mut gone = 0;
    let mut rest = String::new();
    for grapheme in shown.graphemes(true) {
        let wide = text::width(grapheme);
        if gone >= cells {
            rest.push_str(grapheme);
        } else {
            gone += wide;
            for _ in cells..gone {
                rest.push(' ');
            }
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::model::form::Field;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use serde_json::json;

    fn caret(field: Field) -> Position {
        let mut terminal = Terminal::new(TestBackend::new(40, 6)).unwrap();
        let words = Text::new(Lang::Chinese);
        let form = Form::new(vec![field]);
        let mut caret = None;
        terminal
            .draw(|f| caret = draw(f, f.area(), &form, &words, Theme::default()))
            .unwrap();
        caret.unwrap()
    }

    #[test]
    fn the_caret_stands_after_the_chinese_text_it_follows() {
        let empty = caret(Field::line("address"));
        let full = caret(Field::line("address").filled(&json!("村口abc")));
        assert_eq!((full.x - empty.x, full.y), (7, empty.y));
        let area = caret(Field::area("text").filled(&json!("道路塌陷\n快来")));
        assert_eq!((area.x - empty.x, area.y - empty.y), (4, 1));
    }

    #[test]
    fn the_caret_stays_in_a_field_that_is_too_short_for_its_text() {
        let at = caret(Field::line("address").filled(&json!("网格员处理任务".repeat(20))));
        assert!(at.x < 40, "{at:?}");
    }
}
