//! What of a resident stands in texts that everybody reads: nothing where it was written freely, a mask where it is shown.

/// A text without the resident's name and telephone: what is written freely is read by everybody who sees the case.
///
/// A name of one character is not looked for: it would be found in other words. The telephone is found however its
/// digits are grouped, in full width too, with and without the country's 86.
pub fn conceal(text: &str, name: &str, telephone: &str) -> String {
    let name = name.trim();
    let concealed = if name.chars().count() > 1 {
        text.replace(name, COVER)
    } else {
        text.to_owned()
    };
    let digits: Vec<u32> = telephone.chars().filter_map(digit).collect();
    let own = match digits.as_slice() {
        [8, 6, own @ ..] | [0, 0, 8, 6, own @ ..] if own.len() >= SHORTEST_ABROAD => own,
        own => own,
    };
    if own.len() < SHORTEST {
        return concealed;
    }
    without_number(&concealed, own)
}

const COVER: &str = "***";

/// So many digits a telephone of the country has at least that is told with its 86.
const SHORTEST_ABROAD: usize = 10;

/// Shorter numbers than this are no telephones, and would be found in others.
const SHORTEST: usize = 5;

/// The digit that a character of half or full width is.
fn digit(c: char) -> Option<u32> {
    let half = match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0'))?,
        c => c,
    };
    half.to_digit(10)
}

/// The text without a number, whatever stands between its digits.
fn without_number(text: &str, number: &[u32]) -> String {
    let between =
        |c: char| c.is_whitespace() || matches!(c, '-' | '－' | '—' | '–' | '.' | '·' | '(' | ')');
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(end) = ends_after(rest, number, between) {
            kept.push_str(COVER);
            rest = rest.get(end..).unwrap_or_default();
        } else {
            kept.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    kept
}

/// Where the number ends with which a text begins; nothing where it begins otherwise.
fn ends_after(text: &str, number: &[u32], between: impl Fn(char) -> bool) -> Option<usize> {
    let mut wanted = number.iter();
    let mut next = wanted.next()?;
    for (at, c) in text.char_indices() {
        match digit(c) {
            Some(found) if found == *next => match wanted.next() {
                Some(following) => next = following,
                None => return Some(at + c.len_utf8()),
            },
            None if at > 0 && between(c) => {}
            _ => return None,
        }
    }
    None
}

/// What a mask leaves of a name: the first character, of a longer name than one.
pub fn masked_name(name: &str) -> String {
    let mut characters = name.trim().chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(_)) => format!("{first}**"),
        _ => "**".to_owned(),
    }
}

/// What a mask leaves of a telephone: the ends of a long one, the last two digits of a shorter one.
pub fn masked_telephone(telephone: &str) -> String {
    let digits: String = telephone
        .chars()
        .filter_map(digit)
        .filter_map(|d| char::from_digit(d, 10))
        .collect();
    // One digit is a byte.
    let ends = |head: usize, tail: usize| {
        let tail = digits.len().saturating_sub(tail);
        let (head, tail) = (digits.get(..head), digits.get(tail..));
        format!(
            "{}****{}",
            head.unwrap_or_default(),
            tail.unwrap_or_default()
        )
    };
    match digits.len() {
        11.. => ends(3, 4),
        7..=10 => ends(0, 2),
        _ => "****".to_owned(),
    }
}
