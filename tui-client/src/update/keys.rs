//! Keys: which part of the screen they are for, and what they do there.

use crossterm::event::KeyCode;

use super::{
    Effect, Env, actions, boundaries, duty, forms, layers, map, open, page_or_layer_form, refresh,
    refusal, registers,
};
use crate::keymap::{Command, Context, Press, TENTH, lookup};
use crate::model::app::Model;
use crate::model::failure::Say;
use crate::model::figures::Part as FigurePart;
use crate::model::list::{Query, Section, Shelf};
use crate::model::request::Request;
use crate::model::screens::{CaseFocus, Layer, ListSource, Part, Screen};

/// Where keys go now.
pub fn context(model: &Model) -> Context {
    context_of(model.layers.last(), model.screen())
}

/// Where keys go with this layer on top of this screen.
pub fn context_of(layer: Option<&Layer>, screen: Option<&Screen>) -> Context {
    match layer {
        Some(
            Layer::Help { .. }
            | Layer::Why { .. }
            | Layer::Rating { .. }
            | Layer::Resident { .. }
            | Layer::Trouble(_),
        ) => Context::Reader,
        Some(Layer::Menu { .. }) => Context::Menu,
        Some(Layer::Picker(_)) => Context::Picker,
        Some(Layer::Action(_) | Layer::Filter(_) | Layer::Sign { .. } | Layer::Change(_)) => {
            Context::Form
        }
        None => match screen {
            Some(Screen::Login(_)) => Context::Login,
            Some(Screen::Home(_)) => Context::Home,
            Some(Screen::Report(_)) => Context::Form,
            Some(Screen::Case(_)) => Context::Case,
            Some(Screen::List(_)) => Context::List,
            Some(Screen::Dashboard(_)) => Context::Dashboard,
            Some(Screen::Grids(_)) => Context::Grids,
            Some(Screen::Map(page)) if page.in_list => Context::MapList,
            Some(Screen::Map(_)) => Context::Map,
            Some(Screen::Duty(_)) => Context::Duty,
            Some(Screen::Registers(_)) => Context::Registers,
            Some(Screen::Boundaries(_)) => Context::Boundaries,
            Some(Screen::Changeset(_)) => Context::Changeset,
            None => Context::Everywhere,
        },
    }
}

/// A key was pressed.
pub fn press(model: &mut Model, press: Press, env: &Env<'_>, out: &mut Vec<Effect>) {
    model.notice = None;
    // Ctrl-C does what people expect of it: leave, asked once.
    let press = if press.ctrl && press.code == KeyCode::Char('c') {
        Press::plain(KeyCode::F(10))
    } else {
        press
    };
    let context = context(model);
    let was_leaving = std::mem::take(&mut model.leaving);
    if press.code != KeyCode::Delete {
        model.discarding = None;
    }

    if context == Context::Picker {
        layers::picker_key(model, press, env, out);
        return;
    }
    if map::typed(model, press, context) {
        return;
    }
    let form = page_or_layer_form(model).filter(|f| !f.sending);
    let typing = context == Context::MapList
        || form
            .as_ref()
            .and_then(|f| f.focused())
            .is_some_and(crate::model::form::Field::takes_text);
    if let Some(form) = form
        && let Some(field) = form.focused_mut()
        && field.takes_text()
    {
        let edits = matches!(
            press.code,
            KeyCode::Char(_) | KeyCode::Backspace | KeyCode::Delete
        ) && !(press.ctrl && press.code == KeyCode::Char('q'));
        let moves = matches!(press.code, KeyCode::Left | KeyCode::Right);
        if edits || moves || forms::keeps(field, press) {
            if forms::type_into(field, press) {
                field.fault = None;
                forms::changed(model, env, out);
            }
            return;
        }
        if let KeyCode::Home | KeyCode::End = press.code {
            forms::edge(field, press.code == KeyCode::End);
            return;
        }
    }

    let Some(command) = lookup(context, press, typing) else {
        if matches!(press.code, KeyCode::Char(c) if !crate::text::fold(c).is_ascii()) {
            // Nothing was typed into: the input method is on where keys are commands.
            model.complain(Say::plain("notice-input-method"));
        } else if let KeyCode::F(n) = press.code {
            model.complain(Say::about("notice-unused-key", "key", format!("F{n}")));
        }
        return;
    };
    if let Some(why) = refusal(model, command) {
        model.complain(why);
        return;
    }
    match command {
        Command::Quit => {
            if was_leaving {
                forms::keep(model, env, out);
                out.push(Effect::Quit);
            } else {
                model.leaving = true;
                model.say(Say::plain("notice-press-again-to-quit"));
            }
        }
        Command::Language => {
            model.lang = model.lang.other();
            model.turn += 1;
            model.spoken = model.turn;
            out.push(Effect::Speak(model.lang));
            // Names that the server gives come in the language asked for. The old ones stay until
            // then, and with them what a form has chosen.
            if model.session.is_some() {
                out.push(Effect::Call(Request::Kinds(String::new())));
                if model.reference.matters.is_some() {
                    out.push(Effect::Call(Request::Matters));
                }
            }
            refresh::screen(model, out);
        }
        Command::Help => {
            if !matches!(model.layers.last(), Some(Layer::Help { .. })) {
                model.layers.push(Layer::Help { scroll: 0 });
            }
        }
        _ if model.layers.last().is_some() => layers::command(model, command, env, out),
        Command::Menu => model.layers.push(Layer::Menu { selected: 0 }),
        Command::Report => open::report(model, None, false, env, out),
        Command::Whistle => actions::whistle(model, env, out),
        Command::Inbox => open::shelf(model, Shelf::Notices, out),
        Command::Refresh => {
            refresh::screen(model, out);
            model.say(Say::plain("notice-refreshing"));
        }
        other => screen(model, other, env, out),
    }
}

/// A command for the top screen.
fn screen(model: &mut Model, command: Command, env: &Env<'_>, out: &mut Vec<Effect>) {
    let page = model.body_rows().saturating_sub(3).max(1);
    match model.screen() {
        Some(Screen::Login(_)) => login(model, command, out),
        Some(Screen::Report(_)) => report(model, command, env, out),
        Some(Screen::Home(_)) => home(model, command, page, env, out),
        Some(Screen::Case(_)) => case(model, command, page, env, out),
        Some(Screen::List(_)) => list(model, command, page, out),
        Some(Screen::Dashboard(_)) => dashboard(model, command, page, out),
        Some(Screen::Grids(_)) => grids(model, command, page, out),
        Some(Screen::Map(_)) => map::command(model, command, page, out),
        Some(Screen::Duty(_)) => duty::command(model, command, page, out),
        Some(Screen::Registers(_)) => registers::command(model, command, page, out),
        Some(Screen::Boundaries(_)) => boundaries::list(model, command, page, out),
        Some(Screen::Changeset(_)) => boundaries::changeset(model, command, out),
        None => {}
    }
}

/// Where the selection of a list goes.
pub fn moved(at: usize, len: usize, command: Command, page: usize) -> usize {
    let last = len.saturating_sub(1);
    match command {
        Command::Up => at.saturating_sub(1),
        Command::Down => (at + 1).min(last),
        Command::PageUp => at.saturating_sub(page),
        Command::PageDown => (at + page).min(last),
        Command::First => 0,
        Command::Last => last,
        _ => at.min(last),
    }
}

/// Back to the screen below; the lowest stays.
pub fn back(model: &mut Model, out: &mut Vec<Effect>) {
    if model.stack.len() > 1 {
        model.stack.pop();
        refresh::drafts(model);
        refresh::screen(model, out);
    } else {
        model.say(Say::plain("notice-first-screen"));
    }
}

fn login(model: &mut Model, command: Command, out: &mut Vec<Effect>) {
    let Some(Screen::Login(page)) = model.screen_mut() else {
        return;
    };
    match command {
        Command::NextField | Command::Down => page.form.step(true),
        Command::PreviousField | Command::Up => page.form.step(false),
        Command::Save => {
            // Enter in an upper field goes on to the next empty one.
            let empty = ["server", "username"]
                .into_iter()
                .find(|n| page.form.text(n).is_empty());
            if let Some(name) = empty {
                page.form.complete();
                page.form.go(name);
                return;
            }
            if page.form.secret("password").is_empty() {
                let there = page.form.focused().is_some_and(|f| f.name == "password");
                if there {
                    page.form.complete();
                }
                page.form.go("password");
                return;
            }
            if page.form.sending || !page.form.complete() {
                return;
            }
            let server = server_address(&page.form.text("server"));
            let request = crate::model::request::Request::Login {
                server: server.clone(),
                username: page.form.text("username"),
                password: page.form.secret("password"),
            };
            page.form.sending = true;
            model.server = server;
            out.push(Effect::Call(request));
        }
        _ => {}
    }
}

/// The address as it is used: with a scheme, without a slash at the end.
pub fn server_address(typed: &str) -> String {
    let typed = typed.trim().trim_end_matches('/');
    if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("http://{typed}")
    }
}

fn report(model: &mut Model, command: Command, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(Screen::Report(page)) = model.screen_mut() else {
        return;
    };
    if page.form.sending && command != Command::Back {
        return;
    }
    match command {
        Command::Back => {
            let kept = page.touched && page.form.has_content();
            forms::keep(model, env, out);
            back(model, out);
            if kept {
                model.say(Say::plain("notice-draft-kept"));
            }
        }
        Command::Save => actions::send_report(model, env, out),
        Command::NextField | Command::Down => page.form.step(true),
        Command::PreviousField | Command::Up => page.form.step(false),
        Command::PageDown | Command::Last => page.form.go("submit"),
        Command::PageUp | Command::First => page.form.focus = 0,
        other => layers::field_command(model, other, env, out),
    }
    forms::left(model, out);
}

fn home(model: &mut Model, command: Command, page: usize, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(Screen::Home(home)) = model.screen_mut() else {
        return;
    };
    let parts = home.parts.len();
    home.moved = true;
    match command {
        Command::Back => model.say(Say::plain("notice-first-screen")),
        Command::Digit(n) if n <= parts => {
            // The key 0 goes on through those that have no key of their own.
            home.part = match home.part + 1 {
                next if n == TENTH && (TENTH..parts).contains(&next) => next,
                _ => n - 1,
            };
            home.row = 0;
            home.in_list = false;
        }
        Command::NextField | Command::PreviousField if home.split => home.in_list = !home.in_list,
        Command::Left if home.split => home.in_list = false,
        Command::Right if home.split => home.in_list = true,
        Command::NextField => {
            home.part = (home.part + 1) % parts;
            home.row = 0;
        }
        Command::PreviousField => {
            home.part = (home.part + parts - 1) % parts;
            home.row = 0;
        }
        Command::Open if home.split && !home.in_list => home.in_list = true,
        Command::Open => {
            let Some(row) = home.current() else { return };
            let id = row.case_id.clone();
            match home.parts.get(home.part).map(|p| p.section) {
                Some(Section::Drafts) => open::draft(model, &id, env, out),
                Some(section) => open::case_for(model, id, section, out),
                None => {}
            }
        }
        Command::Discard => {
            let is_draft = home
                .parts
                .get(home.part)
                .is_some_and(|p| p.section == Section::Drafts);
            if let Some(id) = home
                .current()
                .map(|r| r.case_id.clone())
                .filter(|_| is_draft)
            {
                actions::discard(model, &id, out);
            }
        }
        _ if home.split && !home.in_list => {
            home.part = moved(home.part, parts, command, page);
            home.row = 0;
        }
        Command::Down if !home.split && home.row + 1 >= home.rows(home.part) => {
            // On to the next part that has rows.
            if let Some(next) = (home.part + 1..parts).find(|p| home.rows(*p) > 0) {
                home.part = next;
                home.row = 0;
            }
        }
        Command::Up if !home.split && home.row == 0 => {
            if let Some(before) = (0..home.part).rev().find(|p| home.rows(*p) > 0) {
                home.part = before;
                home.row = home.rows(before).saturating_sub(1);
            }
        }
        other => home.row = moved(home.row, home.rows(home.part), other, page),
    }
}

fn case(model: &mut Model, command: Command, page: usize, env: &Env<'_>, out: &mut Vec<Effect>) {
    let Some(Screen::Case(case)) = model.screen_mut() else {
        return;
    };
    match command {
        Command::Back => back(model, out),
        Command::NextField | Command::PreviousField => {
            case.focus = match case.focus {
                CaseFocus::Facts => CaseFocus::Actions,
                CaseFocus::Actions => CaseFocus::Facts,
            };
        }
        Command::Why => model.layers.push(Layer::Why { scroll: 0 }),
        Command::Rating => {
            let case = case.dossier.as_ref().map(|d| &d.case);
            let open = case.and_then(|c| {
                Some(Layer::Rating {
                    link: c.rating_link.clone()?,
                    number: c.number.clone(),
                })
            });
            model.layers.extend(open);
        }
        Command::Digit(_) if case.is_old() => actions::take(model, env, out),
        Command::Digit(n) if n <= case.allowed().len() => {
            case.focus = CaseFocus::Actions;
            case.action = n - 1;
            actions::take(model, env, out);
        }
        Command::Open if case.focus == CaseFocus::Actions => actions::take(model, env, out),
        Command::PageUp | Command::PageDown => {
            // The facts are turned over from either side; the view keeps the end in sight.
            case.scroll = moved(case.scroll, 1_000, command, page);
        }
        other if case.focus == CaseFocus::Facts => {
            case.scroll = moved(case.scroll, 1_000, other, page);
        }
        other => case.action = moved(case.action, case.allowed().len(), other, page),
    }
}

fn list(model: &mut Model, command: Command, page: usize, out: &mut Vec<Effect>) {
    let Some(Screen::List(list)) = model.screen_mut() else {
        return;
    };
    match command {
        Command::Back => back(model, out),
        Command::Open => {
            let row = list.shown().get(list.selected).copied().cloned();
            let to_approve = matches!(&list.source, ListSource::Query(query)
                if query.shelf == Shelf::ToApprove);
            if let Some(row) = row {
                // Who opens what he is told has read it.
                out.extend(row.unread.map(|id| Effect::Call(Request::ReadNotice(id))));
                if to_approve {
                    open::case_for(model, row.case_id, Section::ToApprove, out);
                } else {
                    open::case(model, row.case_id, out);
                }
            }
        }
        Command::AllRead => {
            let newest = list.rows.iter().filter_map(|row| row.unread).max();
            out.extend(newest.map(|id| Effect::Call(Request::ReadNotices(id))));
        }
        Command::Filter => layers::open_filter(model),
        other => {
            let n = list.shown().len();
            list.selected = moved(list.selected, n, other, page);
            // The next page comes before the end is reached.
            if list.selected + page >= n && !list.loading && list.next.is_some() {
                list.loading = true;
                out.push(Effect::Call(refresh::list(list, list.next.clone())));
            }
        }
    }
}

fn dashboard(model: &mut Model, command: Command, page: usize, out: &mut Vec<Effect>) {
    let Some(Screen::Dashboard(board)) = model.screen_mut() else {
        return;
    };
    match command {
        Command::Back if board.in_shares => board.in_shares = false,
        Command::Back => back(model, out),
        Command::NextField => board.in_shares = !board.in_shares && !board.shares.is_empty(),
        Command::Left | Command::Right => {
            board.range.period = board.range.period.step(command == Command::Right);
            refresh::screen(model, out);
            refresh::figure(model, out);
        }
        Command::Compare => {
            board.by_unit = !board.by_unit;
            refresh::figure(model, out);
        }
        Command::Open if board.in_shares => {
            let Some(share) = board.shares.get(board.share).cloned() else {
                return;
            };
            let alerts = board.alerts.iter().map(|p| Part::new(p.section)).collect();
            let mut next = crate::model::screens::Dashboard::new(
                board.range.division.clone(),
                share.name,
                alerts,
            );
            next.range = board.range.clone();
            next.selected = board.selected;
            if board.by_unit {
                next.range.unit = Some(share.code);
            } else {
                next.range.division = share.code;
            }
            open::push(model, Screen::Dashboard(next), out);
        }
        Command::Open => {
            let source = match board.figure() {
                Some(figure) => ListSource::Behind {
                    range: board.range.clone(),
                    indicator: figure.indicator.clone(),
                    part: FigurePart::Denominator,
                },
                None => match board.alerts.get(board.selected).map(|p| p.section) {
                    Some(Section::Overdue) => {
                        let mut query = Query::of(Shelf::Cases);
                        query.overdue = true;
                        ListSource::Query(query)
                    }
                    Some(Section::ToApprove) => ListSource::Query(Query::of(Shelf::ToApprove)),
                    Some(Section::Dissatisfied) => ListSource::Behind {
                        range: board.range.clone(),
                        indicator: "satisfaction_rate".into(),
                        part: FigurePart::Rest,
                    },
                    Some(_) => {
                        let mut query = Query::of(Shelf::Whistles);
                        query.stage = Some("issued".into());
                        ListSource::Query(query)
                    }
                    None => return,
                },
            };
            open::push(
                model,
                Screen::List(crate::model::screens::ListPage::new(source)),
                out,
            );
        }
        other if board.in_shares => {
            board.share = moved(board.share, board.shares.len(), other, page);
        }
        other => {
            let to = moved(board.selected, board.lines(), other, page);
            if to != board.selected {
                board.selected = to;
                refresh::figure(model, out);
            }
        }
    }
}

fn grids(model: &mut Model, command: Command, page: usize, out: &mut Vec<Effect>) {
    let Some(Screen::Grids(grids)) = model.screen_mut() else {
        return;
    };
    match command {
        Command::Back if !grids.path.is_empty() => {
            grids.path.pop();
            reopen(grids);
            refresh::screen(model, out);
        }
        Command::Back => back(model, out),
        Command::Open => {
            let Some(division) = grids.divisions.get(grids.selected).cloned() else {
                return;
            };
            grids.path.push(division);
            reopen(grids);
            refresh::screen(model, out);
        }
        Command::Map => {
            let chosen = grids.divisions.get(grids.selected);
            let division = chosen.or_else(|| grids.path.last()).cloned();
            let named = division.map(|d| (d.code, d.name));
            open::map(model, named, out);
        }
        other => {
            let n = grids.divisions.len() + grids.grids.len();
            grids.selected = moved(grids.selected, n, other, page);
        }
    }
}

fn reopen(grids: &mut crate::model::screens::GridsPage) {
    grids.divisions.clear();
    grids.grids.clear();
    grids.selected = 0;
    grids.loading = true;
}
