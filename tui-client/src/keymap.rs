//! The one table of keys: what is pressed, the footer and the help are all read from it.
//!
//! Everything is reached by arrows, Tab, Enter, Esc, Space, digits and F-keys. Letters are only a
//! second way, since an input method swallows them; in text fields they are text.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::widgets::map::hit::Way;

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    pub code: KeyCode,
    pub ctrl: bool,
    pub alt: bool,
    pub shift: bool,
}

impl Press {
    pub const fn plain(code: KeyCode) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
            shift: false,
        }
    }

    /// The event that the text fields understand.
    pub fn event(self) -> KeyEvent {
        let mut modifiers = KeyModifiers::NONE;
        modifiers.set(KeyModifiers::CONTROL, self.ctrl);
        modifiers.set(KeyModifiers::ALT, self.alt);
        modifiers.set(KeyModifiers::SHIFT, self.shift);
        KeyEvent::new(self.code, modifiers)
    }
}

impl From<KeyEvent> for Press {
    fn from(event: KeyEvent) -> Self {
        Self {
            code: event.code,
            ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
            alt: event.modifiers.contains(KeyModifiers::ALT),
            shift: event.modifiers.contains(KeyModifiers::SHIFT),
        }
    }
}

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    Help,
    Report,
    Whistle,
    Menu,
    Refresh,
    Why,
    Filter,
    Language,
    Quit,
    Back,
    Open,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
    NextField,
    PreviousField,
    Toggle,
    Save,
    Discard,
    Compare,
    Rating,
    /// Sign the handover of the desk.
    Sign,
    /// What one is told.
    Inbox,
    /// All of it was read.
    AllRead,
    /// The map of the division.
    Map,
    /// A quarter of the map that way.
    Pan(Way),
    ZoomIn,
    ZoomOut,
    /// The whole map.
    Fit,
    /// The village of the chosen grid.
    ToVillage,
    /// The next indicator.
    Indicator,
    /// The next period.
    Period,
    /// The so-many-th; the key 0 is the tenth.
    Digit(usize),
}

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    Everywhere,
    Login,
    Home,
    List,
    Case,
    Form,
    Picker,
    Dashboard,
    Grids,
    /// The map itself has the keyboard.
    Map,
    /// The list beside the map has it: letters and digits filter.
    MapList,
    Duty,
    Registers,
    /// The changesets of boundaries.
    Boundaries,
    /// One of them, before and after.
    Changeset,
    Reader,
    Menu,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    pub context: Context,
    pub keys: &'static [Key],
    pub command: Command,
    /// The message that says what it does.
    pub key: &'static str,
    /// In the footer, where there is room: the lower the earlier. 0: only in the help.
    pub footer: u8,
}

/// A key as it is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    F(u8),
    Char(char),
    Ctrl(char),
    Code(KeyCode),
    Shift(KeyCode),
    /// The digits, of which 0 comes after 9 as on the keyboard.
    Digits,
}

impl Key {
    /// How it is called on the keyboard.
    pub fn name(self) -> String {
        match self {
            Self::F(n) => format!("F{n}"),
            Self::Char(' ') => "Space".into(),
            Self::Char(c) => c.to_string(),
            Self::Ctrl(c) => format!("Ctrl-{}", c.to_ascii_uppercase()),
            Self::Digits => "0-9".into(),
            Self::Shift(code) => format!("Shift-{}", Self::Code(code).name()),
            Self::Code(code) => match code {
                KeyCode::Enter => "Enter".into(),
                KeyCode::Esc => "Esc".into(),
                KeyCode::Tab => "Tab".into(),
                KeyCode::BackTab => "Shift-Tab".into(),
                KeyCode::PageUp => "PgUp".into(),
                KeyCode::PageDown => "PgDn".into(),
                KeyCode::Home => "Home".into(),
                KeyCode::End => "End".into(),
                KeyCode::Delete => "Del".into(),
                KeyCode::Insert => "Ins".into(),
                KeyCode::Up => "↑".into(),
                KeyCode::Down => "↓".into(),
                KeyCode::Left => "←".into(),
                KeyCode::Right => "→".into(),
                other => format!("{other}"),
            },
        }
    }

    fn is(self, press: Press) -> bool {
        match self {
            Self::F(n) => press.code == KeyCode::F(n),
            Self::Char(c) => {
                !press.ctrl
                    && !press.alt
                    && matches!(press.code, KeyCode::Char(p) if crate::text::fold(p) == c)
            }
            Self::Ctrl(c) => press.ctrl && press.code == KeyCode::Char(c),
            Self::Code(code) => press.code == code && !press.ctrl && !press.alt,
            Self::Shift(code) => press.code == code && press.shift && !press.ctrl && !press.alt,
            Self::Digits => digit(press).is_some(),
        }
    }
}

/// What the key 0 stands for.
pub const TENTH: usize = 10;

/// The key that chooses the entry at that place, counted from 0, where one does.
pub fn digit_of(at: usize) -> Option<char> {
    let n = u32::try_from(at + 1).ok().filter(|_| at < TENTH)?;
    char::from_digit(n % 10, 10)
}

/// The key by which something is done everywhere.
pub fn key_of(command: Command) -> Option<Key> {
    let everywhere = TABLE.iter().filter(|b| b.context == Context::Everywhere);
    let binding = everywhere.into_iter().find(|b| b.command == command);
    binding.and_then(|b| b.keys.first().copied())
}

fn digit(press: Press) -> Option<usize> {
    let KeyCode::Char(c) = press.code else {
        return None;
    };
    let n = crate::text::fold(c).to_digit(10)?;
    let n = if n == 0 { TENTH } else { n as usize };
    (!press.ctrl && !press.alt).then_some(n)
}

const UP: &[Key] = &[Key::Code(KeyCode::Up), Key::Char('k')];
const DOWN: &[Key] = &[Key::Code(KeyCode::Down), Key::Char('j')];
const OPEN: &[Key] = &[Key::Code(KeyCode::Enter)];
const TAB: &[Key] = &[Key::Code(KeyCode::Tab)];
const BACKTAB: &[Key] = &[Key::Code(KeyCode::BackTab)];

const fn line(
    context: Context,
    keys: &'static [Key],
    command: Command,
    key: &'static str,
    footer: u8,
) -> Binding {
    Binding {
        context,
        keys,
        command,
        key,
        footer,
    }
}

/// The table. In a context its own lines come before those of everywhere.
pub const TABLE: &[Binding] = {
    use Command as C;
    use Context as X;
    &[
        // The first screen.
        line(X::Home, OPEN, C::Open, "key-open", 1),
        line(X::Home, UP, C::Up, "key-up", 0),
        line(X::Home, DOWN, C::Down, "key-down", 0),
        line(X::Home, TAB, C::NextField, "key-next-part", 5),
        line(X::Home, BACKTAB, C::PreviousField, "key-previous-part", 0),
        line(
            X::Home,
            &[Key::Code(KeyCode::Left)],
            C::Left,
            "key-to-queues",
            0,
        ),
        line(
            X::Home,
            &[Key::Code(KeyCode::Right)],
            C::Right,
            "key-to-list",
            0,
        ),
        line(
            X::Home,
            &[Key::Digits],
            C::Digit(0),
            "key-part-by-number",
            6,
        ),
        line(
            X::Home,
            &[Key::Code(KeyCode::Delete)],
            C::Discard,
            "key-discard-draft",
            0,
        ),
        // Lists.
        line(X::List, OPEN, C::Open, "key-open", 1),
        line(X::List, UP, C::Up, "key-up", 0),
        line(X::List, DOWN, C::Down, "key-down", 0),
        line(
            X::List,
            &[Key::F(7), Key::Char('/')],
            C::Filter,
            "key-filter",
            2,
        ),
        line(X::List, &[Key::F(6)], C::AllRead, "key-all-read", 3),
        // A case.
        line(X::Case, OPEN, C::Open, "key-act", 1),
        line(X::Case, TAB, C::NextField, "key-switch", 2),
        line(X::Case, BACKTAB, C::PreviousField, "key-switch", 0),
        line(X::Case, UP, C::Up, "key-up", 0),
        line(X::Case, DOWN, C::Down, "key-down", 0),
        line(
            X::Case,
            &[Key::Digits],
            C::Digit(0),
            "key-action-by-number",
            3,
        ),
        line(X::Case, &[Key::F(7)], C::Why, "key-why", 4),
        line(X::Case, &[Key::F(6)], C::Rating, "key-rating", 5),
        // Forms.
        line(X::Form, &[Key::F(9)], C::Save, "key-submit", 1),
        line(X::Form, TAB, C::NextField, "key-next-field", 2),
        line(X::Form, BACKTAB, C::PreviousField, "key-previous-field", 0),
        line(
            X::Form,
            &[Key::Code(KeyCode::Down)],
            C::Down,
            "key-next-field",
            0,
        ),
        line(
            X::Form,
            &[Key::Code(KeyCode::Up)],
            C::Up,
            "key-previous-field",
            0,
        ),
        line(X::Form, OPEN, C::Open, "key-choose", 3),
        line(X::Form, &[Key::Char(' ')], C::Toggle, "key-toggle", 4),
        line(
            X::Form,
            &[Key::Code(KeyCode::Left)],
            C::Left,
            "key-choice-before",
            0,
        ),
        line(
            X::Form,
            &[Key::Code(KeyCode::Right)],
            C::Right,
            "key-choice-after",
            0,
        ),
        line(
            X::Form,
            &[Key::Digits],
            C::Digit(0),
            "key-choice-by-number",
            0,
        ),
        // The list that opens from a field.
        line(X::Picker, OPEN, C::Open, "key-take", 1),
        line(
            X::Picker,
            &[Key::Code(KeyCode::Tab)],
            C::Toggle,
            "key-mark",
            2,
        ),
        line(X::Picker, &[Key::Code(KeyCode::Up)], C::Up, "key-up", 0),
        line(
            X::Picker,
            &[Key::Code(KeyCode::Down)],
            C::Down,
            "key-down",
            0,
        ),
        // Figures.
        line(X::Dashboard, OPEN, C::Open, "key-cases-behind", 1),
        line(X::Dashboard, TAB, C::NextField, "key-compare-focus", 2),
        line(X::Dashboard, BACKTAB, C::NextField, "key-compare-focus", 0),
        line(
            X::Dashboard,
            &[Key::Code(KeyCode::Left)],
            C::Left,
            "key-period-before",
            0,
        ),
        line(
            X::Dashboard,
            &[Key::Code(KeyCode::Right)],
            C::Right,
            "key-period",
            3,
        ),
        line(X::Dashboard, &[Key::F(7)], C::Compare, "key-compare", 4),
        line(X::Dashboard, UP, C::Up, "key-up", 0),
        line(X::Dashboard, DOWN, C::Down, "key-down", 0),
        // Divisions and grids.
        line(X::Grids, OPEN, C::Open, "key-down-level", 1),
        line(
            X::Grids,
            &[Key::Code(KeyCode::Right)],
            C::Open,
            "key-down-level",
            0,
        ),
        line(
            X::Grids,
            &[Key::Code(KeyCode::Left)],
            C::Back,
            "key-up-level",
            0,
        ),
        line(X::Grids, &[Key::F(6)], C::Map, "key-map", 2),
        line(X::Grids, UP, C::Up, "key-up", 0),
        line(X::Grids, DOWN, C::Down, "key-down", 0),
        // The map. What is pressed with Shift comes before the same key without.
        line(X::Map, OPEN, C::Open, "key-cases-behind", 1),
        line(
            X::Map,
            &[Key::Char('+'), Key::Char('='), Key::Code(KeyCode::Insert)],
            C::ZoomIn,
            "key-zoom-in",
            2,
        ),
        line(
            X::Map,
            &[Key::Char('-'), Key::Code(KeyCode::Delete)],
            C::ZoomOut,
            "key-zoom-out",
            3,
        ),
        line(
            X::Map,
            &[Key::Char('0'), Key::Code(KeyCode::Home)],
            C::Fit,
            "key-fit",
            4,
        ),
        line(
            X::Map,
            &[Key::Char('*'), Key::Code(KeyCode::End)],
            C::ToVillage,
            "key-to-village",
            0,
        ),
        line(X::Map, TAB, C::NextField, "key-to-list", 5),
        line(X::Map, BACKTAB, C::NextField, "key-to-list", 0),
        line(X::Map, &[Key::F(6)], C::Indicator, "key-indicator", 6),
        line(X::Map, &[Key::F(7)], C::Period, "key-period", 6),
        line(
            X::Map,
            &[
                Key::Shift(KeyCode::Up),
                Key::Char('K'),
                Key::Code(KeyCode::PageUp),
            ],
            C::Pan(Way::Up),
            "key-pan-up",
            0,
        ),
        line(
            X::Map,
            &[
                Key::Shift(KeyCode::Down),
                Key::Char('J'),
                Key::Code(KeyCode::PageDown),
            ],
            C::Pan(Way::Down),
            "key-pan-down",
            0,
        ),
        line(
            X::Map,
            &[Key::Shift(KeyCode::Left), Key::Char('H')],
            C::Pan(Way::Left),
            "key-pan-left",
            0,
        ),
        line(
            X::Map,
            &[Key::Shift(KeyCode::Right), Key::Char('L')],
            C::Pan(Way::Right),
            "key-pan-right",
            0,
        ),
        line(X::Map, &[Key::Code(KeyCode::Up)], C::Up, "key-pick", 0),
        line(X::Map, &[Key::Code(KeyCode::Down)], C::Down, "key-pick", 0),
        line(X::Map, &[Key::Code(KeyCode::Left)], C::Left, "key-pick", 0),
        line(
            X::Map,
            &[Key::Code(KeyCode::Right)],
            C::Right,
            "key-pick",
            0,
        ),
        // The list beside it.
        line(X::MapList, OPEN, C::Open, "key-cases-behind", 1),
        line(X::MapList, TAB, C::NextField, "key-to-map", 2),
        line(X::MapList, BACKTAB, C::NextField, "key-to-map", 0),
        line(X::MapList, &[Key::F(6)], C::Indicator, "key-indicator", 3),
        line(X::MapList, &[Key::F(7)], C::Period, "key-period", 4),
        line(X::MapList, &[Key::Code(KeyCode::Up)], C::Up, "key-up", 0),
        line(
            X::MapList,
            &[Key::Code(KeyCode::Down)],
            C::Down,
            "key-down",
            0,
        ),
        // The desk.
        line(X::Duty, OPEN, C::Open, "key-open", 1),
        line(X::Duty, &[Key::F(7)], C::Sign, "key-sign", 2),
        line(X::Duty, UP, C::Up, "key-up", 0),
        line(X::Duty, DOWN, C::Down, "key-down", 0),
        // Registers.
        line(X::Registers, OPEN, C::Open, "key-register-step", 1),
        line(
            X::Registers,
            &[Key::F(7)],
            C::Compare,
            "key-register-new",
            2,
        ),
        line(
            X::Registers,
            &[Key::Code(KeyCode::Right)],
            C::Right,
            "key-register-next",
            3,
        ),
        line(
            X::Registers,
            &[Key::Code(KeyCode::Left)],
            C::Left,
            "key-register-next",
            0,
        ),
        line(X::Registers, UP, C::Up, "key-up", 0),
        line(X::Registers, DOWN, C::Down, "key-down", 0),
        // Changes of boundaries.
        line(X::Boundaries, OPEN, C::Open, "key-open", 1),
        line(X::Boundaries, UP, C::Up, "key-up", 0),
        line(X::Boundaries, DOWN, C::Down, "key-down", 0),
        line(
            X::Changeset,
            &[
                Key::Code(KeyCode::Tab),
                Key::Code(KeyCode::Right),
                Key::Code(KeyCode::Down),
                Key::Char('j'),
            ],
            C::NextField,
            "key-next-change",
            1,
        ),
        line(
            X::Changeset,
            &[
                Key::Code(KeyCode::BackTab),
                Key::Code(KeyCode::Left),
                Key::Code(KeyCode::Up),
                Key::Char('k'),
            ],
            C::PreviousField,
            "key-previous-change",
            0,
        ),
        line(
            X::Changeset,
            &[Key::Char(' '), Key::F(6)],
            C::Toggle,
            "key-other-side",
            2,
        ),
        line(
            X::Changeset,
            &[Key::Char('+'), Key::Char('='), Key::Code(KeyCode::Insert)],
            C::ZoomIn,
            "key-zoom-in",
            3,
        ),
        line(
            X::Changeset,
            &[Key::Char('-'), Key::Char('0'), Key::Code(KeyCode::Delete)],
            C::Fit,
            "key-fit",
            4,
        ),
        // Something to be read.
        line(X::Reader, OPEN, C::Open, "key-done", 1),
        line(X::Reader, UP, C::Up, "key-up", 0),
        line(X::Reader, DOWN, C::Down, "key-down", 0),
        // The menu.
        line(X::Menu, OPEN, C::Open, "key-choose", 1),
        line(X::Menu, UP, C::Up, "key-up", 0),
        line(X::Menu, DOWN, C::Down, "key-down", 0),
        line(X::Menu, &[Key::Digits], C::Digit(0), "key-by-number", 2),
        // The login.
        line(X::Login, OPEN, C::Save, "key-login", 1),
        line(X::Login, TAB, C::NextField, "key-next-field", 2),
        line(X::Login, BACKTAB, C::PreviousField, "key-previous-field", 0),
        line(
            X::Login,
            &[Key::Code(KeyCode::Down)],
            C::Down,
            "key-next-field",
            0,
        ),
        line(
            X::Login,
            &[Key::Code(KeyCode::Up)],
            C::Up,
            "key-previous-field",
            0,
        ),
        // Everywhere.
        line(
            X::Everywhere,
            &[Key::Code(KeyCode::PageUp)],
            C::PageUp,
            "key-page-up",
            0,
        ),
        line(
            X::Everywhere,
            &[Key::Code(KeyCode::PageDown)],
            C::PageDown,
            "key-page-down",
            0,
        ),
        line(
            X::Everywhere,
            &[Key::Code(KeyCode::Home)],
            C::First,
            "key-first",
            0,
        ),
        line(
            X::Everywhere,
            &[Key::Code(KeyCode::End)],
            C::Last,
            "key-last",
            0,
        ),
        line(
            X::Everywhere,
            &[Key::Code(KeyCode::Esc)],
            C::Back,
            "key-back",
            7,
        ),
        line(
            X::Everywhere,
            &[Key::F(1), Key::Char('?')],
            C::Help,
            "key-help",
            8,
        ),
        line(X::Everywhere, &[Key::F(2)], C::Report, "key-report", 9),
        line(X::Everywhere, &[Key::F(3)], C::Whistle, "key-whistle", 10),
        line(
            X::Everywhere,
            &[Key::F(4), Key::Char(':')],
            C::Menu,
            "key-menu",
            11,
        ),
        line(X::Everywhere, &[Key::F(5)], C::Refresh, "key-refresh", 12),
        line(
            X::Everywhere,
            &[Key::F(12), Key::Ctrl('n')],
            C::Inbox,
            "key-inbox",
            0,
        ),
        line(X::Everywhere, &[Key::F(8)], C::Language, "key-language", 13),
        line(
            X::Everywhere,
            &[Key::F(10), Key::Ctrl('q')],
            C::Quit,
            "key-quit",
            14,
        ),
    ]
};

/// What the key means here; `typing` where letters are text.
pub fn lookup(context: Context, press: Press, typing: bool) -> Option<Command> {
    let candidates = TABLE
        .iter()
        .filter(|b| b.context == context)
        .chain(TABLE.iter().filter(|b| b.context == Context::Everywhere));
    for binding in candidates {
        for key in binding.keys {
            let is_text = matches!(key, Key::Char(_) | Key::Digits);
            if (is_text && typing) || !key.is(press) {
                continue;
            }
            return Some(match (binding.command, digit(press)) {
                (Command::Digit(_), Some(n)) => Command::Digit(n),
                (command, _) => command,
            });
        }
    }
    None
}

/// The lines that the footer of a context shows, the most important first.
pub fn footer(context: Context) -> Vec<&'static Binding> {
    let mut lines: Vec<&Binding> = TABLE
        .iter()
        .filter(|b| b.footer > 0 && (b.context == context || b.context == Context::Everywhere))
        .collect();
    lines.sort_by_key(|b| b.footer);
    lines
}

/// All lines that hold in a context, its own first.
pub fn help(context: Context) -> Vec<&'static Binding> {
    TABLE
        .iter()
        .filter(|b| b.context == context)
        .chain(TABLE.iter().filter(|b| b.context == Context::Everywhere))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXTS: [Context; 16] = [
        Context::Login,
        Context::Home,
        Context::List,
        Context::Case,
        Context::Form,
        Context::Picker,
        Context::Dashboard,
        Context::Grids,
        Context::Map,
        Context::MapList,
        Context::Duty,
        Context::Registers,
        Context::Boundaries,
        Context::Changeset,
        Context::Reader,
        Context::Menu,
    ];

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for context in CONTEXTS {
            let mut seen: Vec<Key> = Vec::new();
            for binding in TABLE.iter().filter(|b| b.context == context) {
                for key in binding.keys {
                    assert!(!seen.contains(key), "{key:?} twice in {context:?}");
                    seen.push(*key);
                }
            }
        }
    }

    #[test]
    fn every_meaning_is_reached_without_letters() {
        for binding in TABLE {
            assert!(
                binding
                    .keys
                    .iter()
                    .any(|k| !matches!(k, Key::Char(c) if *c != ' ')),
                "{:?} has only letters",
                binding.command
            );
        }
    }

    #[test]
    fn letters_are_text_where_text_is_typed() {
        let slash = Press::plain(KeyCode::Char('/'));
        assert_eq!(lookup(Context::List, slash, false), Some(Command::Filter));
        assert_eq!(lookup(Context::List, slash, true), None);
        assert_eq!(
            lookup(Context::Case, Press::plain(KeyCode::Char('２')), false),
            Some(Command::Digit(2))
        );
    }

    #[test]
    fn the_key_of_a_place_is_the_key_that_chooses_it() {
        for at in 0..TENTH {
            let key = Press::plain(KeyCode::Char(digit_of(at).unwrap()));
            let chosen = lookup(Context::Menu, key, false);
            assert_eq!(chosen, Some(Command::Digit(at + 1)), "{key:?}");
        }
        assert_eq!(digit_of(TENTH), None);
    }
}
