//! Text in cells: the one place that measures, cuts, pads and cleans what is shown.
//!
//! Widths are those of the terminal: a Chinese character takes two cells. Nothing here ever cuts
//! inside a character.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The mark at the end of a text that was cut. Two dots, since the ellipsis is two cells wide on
/// terminals that treat ambiguous characters as wide.
const TAIL: &str = "..";

/// How many cells the text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The longest beginning of whole characters that fits into the cells.
fn head(text: &str, cells: usize) -> (&str, usize) {
    let mut used = 0;
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let wide = grapheme.width();
        if used + wide > cells {
            break;
        }
        used += wide;
        end = at + grapheme.len();
    }
    (&text[..end], used)
}

/// The text, cut with a mark where it does not fit into the cells.
pub fn truncate(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    if cells <= TAIL.len() {
        return head(text, cells).0.to_owned();
    }
    let (kept, _) = head(text, cells - TAIL.len());
    format!("{kept}{TAIL}")
}

/// The text, cut or filled with blanks to exactly that many cells.
pub fn pad(text: &str, cells: usize) -> String {
    let mut cut = truncate(text, cells);
    let missing = cells.saturating_sub(cut.width());
    cut.extend(std::iter::repeat_n(' ', missing));
    cut
}

/// The text cut without a mark, or filled, to exactly that many cells: for text that is edited.
pub fn pad_cut(text: &str, cells: usize) -> String {
    let (kept, used) = head(text, cells);
    format!("{kept}{}", " ".repeat(cells - used))
}

/// Like [`pad`], with the blanks in front.
pub fn pad_left(text: &str, cells: usize) -> String {
    let cut = truncate(text, cells);
    format!("{}{cut}", " ".repeat(cells.saturating_sub(cut.width())))
}

/// The text broken into lines of at most that many cells: at blanks where there are some, between
/// Chinese characters anywhere.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if cells == 0 {
        return lines;
    }
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split_word_bounds() {
            let wide = word.width();
            if used + wide <= cells {
                line.push_str(word);
                used += wide;
                continue;
            }
            if !line.is_empty() {
                let carried = if closes(word) {
                    last_wide(&mut line)
                } else {
                    String::new()
                };
                lines.push(line.trim_end().to_owned());
                used = carried.width();
                line = carried;
            }
            if used > 0 && used + wide <= cells {
                line.push_str(word);
                used += wide;
                continue;
            }
            if word.trim().is_empty() {
                continue;
            }
            let mut rest = word;
            while rest.width() > cells {
                let (start, _) = head(rest, cells);
                // A character wider than the line: nothing of it can be shown.
                if start.is_empty() {
                    return lines;
                }
                lines.push(start.to_owned());
                rest = &rest[start.len()..];
            }
            line.push_str(rest);
            used = rest.width();
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Punctuation that does not begin a line in Chinese.
fn closes(word: &str) -> bool {
    word.starts_with([
        '，', '。', '、', '；', '：', '！', '？', '）', '”', '’', '》', '】',
    ])
}

/// Takes the last wide character from the line, to go before such punctuation; nothing if the line
/// has no other.
fn last_wide(line: &mut String) -> String {
    match line.grapheme_indices(true).next_back() {
        Some((at, grapheme)) if at > 0 && grapheme.width() == 2 => line.split_off(at),
        _ => String::new(),
    }
}

/// Whether the character steers the terminal or the direction of writing and must never be shown.
const fn is_steering(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Text of others, made harmless: no control characters, no marks that turn the direction.
/// Line ends stay.
pub fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| *c == '\n' || !is_steering(*c))
        .collect()
}

/// The most characters that one paste may bring.
const LONGEST_PASTE: usize = 5_000;

/// What was pasted, with line ends made one kind, controls taken out, and not longer than a report
/// may be.
pub fn pasted(text: &str) -> String {
    clean(&text.replace("\r\n", "\n").replace('\r', "\n"))
        .chars()
        .take(LONGEST_PASTE)
        .collect()
}

/// A pasted text for a field of one line.
pub fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

/// A key typed while the input method makes full-width characters: `１` means `1`, `？` means `?`.
pub fn fold(c: char) -> char {
    let mut folded = c.nfkc();
    match (folded.next(), folded.next()) {
        (Some(only), None) => match only {
            '。' => '.',
            '、' => '/',
            other => other,
        },
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_text_never_ends_inside_a_character() {
        assert_eq!(truncate("网格员处理任务", 7), "网格..");
        assert_eq!(truncate("网格员", 6), "网格员");
        assert_eq!(truncate("网格员", 1), "");
        assert_eq!(pad("网格员", 5), "网.. ");
        assert_eq!(pad_left("12", 4), "  12");
    }

    #[test]
    fn lines_break_at_blanks_and_between_chinese_characters() {
        assert_eq!(wrap("report to the scene", 9), ["report to", "the scene"]);
        assert_eq!(wrap("道路塌陷需要围挡", 7), ["道路塌", "陷需要", "围挡"]);
        assert_eq!(wrap("道路塌陷，围挡", 8), ["道路塌", "陷，围挡"]);
        assert_eq!(wrap("一\n\n二", 4), ["一", "", "二"]);
    }

    #[test]
    fn nothing_that_steers_the_terminal_is_shown() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\r\nd"), "a[31mbc\nd");
    }

    #[test]
    fn full_width_keys_mean_their_plain_ones() {
        assert_eq!(fold('？'), '?');
        assert_eq!(fold('１'), '1');
        assert_eq!(fold('：'), ':');
        assert_eq!(fold('报'), '报');
    }

    proptest! {
        #[test]
        fn whatever_is_written_fits(text in any::<String>(), cells in 0usize..40) {
            prop_assert!(width(&truncate(&text, cells)) <= cells);
            let clean = clean(&text).replace('\n', "");
            prop_assert_eq!(width(&pad(&clean, cells)), cells);
            for line in wrap(&clean, cells) {
                prop_assert!(width(&line) <= cells);
            }
        }
    }
}
