//! The screens: what each remembers while it is open.

use super::Time;
use super::case::{Dossier, Target};
use super::figures::{Board, Part as FigurePart, Period, Range, Share};
use super::form::Form;
use super::list::{Page, Pile, Query, Row, Section};
use super::reference::{Division, Grid};
use super::request::Turn;
use uuid::Uuid;

/// A screen; the last one of the stack is seen.
#[derive(Clone, Debug)]
pub enum Screen {
    Login(Login),
    Home(Home),
    Report(ReportPage),
    Case(CasePage),
    List(ListPage),
    Dashboard(Dashboard),
    Grids(GridsPage),
    Map(Box<super::map::MapPage>),
    Duty(DutyPage),
    Registers(super::registers::RegistersPage),
    Boundaries(super::boundaries::BoundariesPage),
    Changeset(Box<super::boundaries::ChangesetPage>),
}

/// The login form.
#[derive(Clone, Debug)]
pub struct Login {
    pub form: Form,
    /// The former login ended; the screens below are kept for when it is back.
    pub again: bool,
}

/// A part of the first screen and how far it is loaded.
#[derive(Clone, Debug)]
pub struct Part {
    pub section: Section,
    pub pile: Option<Pile>,
}

impl Part {
    /// Still to be fetched.
    pub const fn new(section: Section) -> Self {
        Self {
            section,
            pile: None,
        }
    }
}

/// The first screen.
#[derive(Clone, Debug)]
pub struct Home {
    pub parts: Vec<Part>,
    pub part: usize,
    pub row: usize,
    /// Queues stand beside the list instead of above one another.
    pub split: bool,
    /// Somebody has moved in it: the selection no longer goes by itself to what is most urgent.
    pub moved: bool,
    /// The list has the keyboard, not the queues; only where it is split.
    pub in_list: bool,
}

impl Home {
    pub fn current(&self) -> Option<&Row> {
        self.parts.get(self.part)?.pile.as_ref()?.rows.get(self.row)
    }

    /// How many rows a part shows.
    pub fn rows(&self, part: usize) -> usize {
        self.parts
            .get(part)
            .and_then(|p| p.pile.as_ref())
            .map_or(0, |p| p.rows.len())
    }
}

/// The report form and its draft.
#[derive(Clone, Debug)]
pub struct ReportPage {
    pub form: Form,
    pub draft: Uuid,
    /// It was changed or sent since it was opened.
    pub touched: bool,
    pub maybe_sent: bool,
    /// For what units were proposed last, and which: they give way to the next proposal, what was
    /// chosen by hand does not.
    pub asked: Option<super::request::For>,
    pub proposed: Vec<super::reference::Proposed>,
}

/// Which part of a case's page has the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseFocus {
    Facts,
    Actions,
}

/// The page of a case.
#[derive(Clone, Debug)]
pub struct CasePage {
    pub id: String,
    pub dossier: Option<Box<Dossier>>,
    pub focus: CaseFocus,
    /// First line of the facts that is seen.
    pub scroll: usize,
    pub action: usize,
    /// The actions for which it was opened, of which the first that is offered is chosen.
    pub wanted: &'static [&'static str],
    /// An action on it is on its way.
    pub acting: bool,
    /// When the dossier was asked for.
    pub seen: Turn,
    /// A dossier asked for before this turn does not know of the last action.
    pub valid: Turn,
}

impl CasePage {
    pub const fn new(id: String) -> Self {
        Self {
            id,
            dossier: None,
            focus: CaseFocus::Actions,
            scroll: 0,
            action: 0,
            wanted: &[],
            acting: false,
            seen: 0,
            valid: 0,
        }
    }

    /// Whether the offers are those from before an action that was taken since: nothing may be
    /// started from them.
    pub const fn is_old(&self) -> bool {
        self.acting || self.seen < self.valid
    }

    /// Chooses what it was opened for, once: from then on the choice is the reader's.
    pub fn choose_wanted(&mut self) {
        let wanted = std::mem::take(&mut self.wanted);
        let allowed = self.allowed();
        let at = wanted
            .iter()
            .find_map(|action| allowed.iter().position(|offer| offer.action == *action));
        self.action = at.unwrap_or(self.action);
    }

    /// The actions that may be taken now.
    pub fn allowed(&self) -> Vec<&super::case::Offer> {
        self.dossier
            .iter()
            .flat_map(|d| &d.offers)
            .filter(|o| o.allowed)
            .collect()
    }

    /// The others, each with its reason.
    pub fn refused(&self) -> Vec<&super::case::Offer> {
        self.dossier
            .iter()
            .flat_map(|d| &d.offers)
            .filter(|o| !o.allowed)
            .collect()
    }
}

/// A list with paging, or the cases behind a figure.
#[derive(Clone, Debug)]
pub struct ListPage {
    pub source: ListSource,
    pub rows: Vec<Row>,
    pub next: Option<String>,
    pub selected: usize,
    pub loading: bool,
    /// Shows only rows that hold this.
    pub filter: String,
}

/// Where a list comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum ListSource {
    Query(Query),
    Behind {
        range: Range,
        indicator: String,
        part: FigurePart,
    },
}

impl ListPage {
    pub const fn new(source: ListSource) -> Self {
        Self {
            source,
            rows: Vec::new(),
            next: None,
            selected: 0,
            loading: true,
            filter: String::new(),
        }
    }

    /// The rows that the filter leaves.
    pub fn shown(&self) -> Vec<&Row> {
        if self.filter.trim().is_empty() {
            return self.rows.iter().collect();
        }
        let items: Vec<super::picker::Item> = self
            .rows
            .iter()
            .map(|r| super::picker::Item {
                id: String::new(),
                name: r.title.clone(),
                detail: format!("{} {} {}", r.number, r.place, r.note),
            })
            .collect();
        let mut at = super::picker::matching(&items, &self.filter);
        at.sort_unstable();
        at.into_iter().filter_map(|i| self.rows.get(i)).collect()
    }

    /// Takes the first page, or adds the next.
    pub fn take(&mut self, page: Page, more: bool) {
        if more {
            self.rows.extend(page.rows);
        } else {
            self.rows = page.rows;
        }
        self.next = page.next;
        self.loading = false;
        let n = self.shown().len();
        self.selected = self.selected.min(n.saturating_sub(1));
    }
}

/// The figures.
#[derive(Clone, Debug)]
pub struct Dashboard {
    pub range: Range,
    /// The name of the division or unit looked at; the own scope if empty.
    pub title: String,
    pub alerts: Vec<Part>,
    pub board: Option<Board>,
    /// Chosen line: alerts first, then figures.
    pub selected: usize,
    pub by_unit: bool,
    /// Of the chosen figure: how the parts compare, worst first.
    pub shares: Vec<Share>,
    pub series: Vec<Option<f64>>,
    pub share: usize,
    /// The comparison has the keyboard.
    pub in_shares: bool,
}

impl Dashboard {
    /// The figures of a division, the own scope if its code is empty, below what alarms.
    pub fn new(division: String, title: String, alerts: Vec<Part>) -> Self {
        Self {
            range: Range {
                division,
                unit: None,
                period: Period::default(),
            },
            title,
            alerts,
            board: None,
            selected: 0,
            by_unit: false,
            shares: Vec::new(),
            series: Vec::new(),
            share: 0,
            in_shares: false,
        }
    }

    /// The chosen figure, if a figure is chosen.
    pub fn figure(&self) -> Option<&super::figures::Figure> {
        self.board
            .as_ref()?
            .figures
            .get(self.selected.checked_sub(self.alerts.len())?)
    }

    /// Whether that indicator is the chosen one.
    pub fn shows(&self, indicator: &str) -> bool {
        self.figure().is_some_and(|f| f.indicator == indicator)
    }

    /// How many lines can be chosen: alerts and figures.
    pub fn lines(&self) -> usize {
        self.alerts.len() + self.board.as_ref().map_or(0, |b| b.figures.len())
    }
}

/// Divisions and their grids, level by level.
#[derive(Clone, Debug)]
pub struct GridsPage {
    /// The way down: each division opened.
    pub path: Vec<Division>,
    pub divisions: Vec<Division>,
    pub grids: Vec<Grid>,
    pub selected: usize,
    pub loading: bool,
}

/// The desk: who is on duty, and what is handed over.
#[derive(Clone, Debug, Default)]
pub struct DutyPage {
    pub board: Option<super::duty::DutyBoard>,
    /// The chosen open case.
    pub selected: usize,
}

/// Something above the screen.
#[derive(Clone, Debug)]
pub enum Layer {
    Help {
        scroll: usize,
    },
    Menu {
        selected: usize,
    },
    Picker(super::picker::Picker),
    Action(Box<ActionForm>),
    Filter(Form),
    /// A handover is signed: given with a note, or taken.
    Sign {
        form: Form,
        /// Which one is taken over; absent where one is given.
        taking: Option<String>,
    },
    /// A change of a register.
    Change(Box<super::registers::ChangeForm>),
    /// Why the other actions are not possible now.
    Why {
        scroll: usize,
    },
    /// The link for the resident, as text and QR code.
    Rating {
        link: String,
        number: String,
    },
    /// The resident in clear, until the next key; kept nowhere.
    Resident {
        resident: super::case::Reporter,
        number: String,
    },
    /// Something that needs attention, with an explanation.
    Trouble(Trouble),
}

/// A failure to be read.
#[derive(Clone, Debug)]
pub struct Trouble {
    pub failure: super::failure::Failure,
    /// What was being done.
    pub doing: &'static str,
    /// A case that helps to understand, such as the one a draft became.
    pub case_id: Option<String>,
}

/// The form of one action.
#[derive(Clone, Debug)]
pub struct ActionForm {
    pub case_id: String,
    pub number: String,
    /// The code of the case's place, which says what kinds of whistle there are.
    pub place: String,
    pub action: String,
    pub target: Target,
    /// Whom the target is, in words: the unit, the kind of whistle.
    pub whom: String,
    pub version: Option<String>,
    pub form: Form,
    pub draft: Uuid,
    pub proposal: Vec<super::reference::Proposed>,
    /// It was changed or sent since it was opened: what was only proposed is no draft.
    pub touched: bool,
}

/// The connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Nothing was asked yet.
    Idle,
    Online {
        fresh: Time,
    },
    Lost {
        since: Time,
        fresh: Option<Time>,
    },
}
