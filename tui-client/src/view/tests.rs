mod boundaries;

use crossterm::event::KeyCode::{Char, Down, End, Enter, F, Tab};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use super::*;
use crate::i18n::Lang;
use crate::model::sample;
use crate::theme::Glyphs;
use crate::update::Entry;
use crate::update::tests::Bench;

fn picture(bench: &Bench, theme: Theme) -> String {
    let (w, h) = bench.model.size;
    let mut terminal = Terminal::new(TestBackend::new(w, h)).unwrap();
    let words = Text::new(bench.model.lang);
    let look = Look {
        model: &bench.model,
        theme,
        words: &words,
        now: sample::now(),
    };
    terminal
        .draw(|f| {
            view(look, f);
        })
        .unwrap();
    lines(terminal.backend().buffer())
}

/// What stands on the screen, line by line.
fn lines(buffer: &Buffer) -> String {
    let (w, h) = (buffer.area.width, buffer.area.height);
    let mut text = String::new();
    for y in 0..h {
        let mut skip = 0;
        let mut line = String::new();
        for x in 0..w {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buffer[(x, y)].symbol();
            skip = crate::text::width(symbol).saturating_sub(1);
            line.push_str(symbol);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The screen in both languages and three sizes.
fn pictures(name: &str, open: impl Fn() -> Bench) {
    for (lang, tag) in [(Lang::Chinese, "zh"), (Lang::English, "en")] {
        for (w, h) in [(80, 24), (120, 40), (60, 20)] {
            let mut bench = open();
            bench.model.lang = lang;
            bench.model.size = (w, h);
            bench.model.notice = None;
            insta::assert_snapshot!(
                format!("{name}_{tag}_{w}x{h}"),
                picture(&bench, Theme::default())
            );
        }
    }
}

#[test]
fn login() {
    pictures("login", Bench::new);
}

#[test]
fn the_desk_of_a_worker() {
    pictures("home_worker", || Bench::logged_in("grid_worker"));
}

#[test]
fn the_desk_of_the_centre() {
    pictures("home_centre", || {
        let mut bench = Bench::logged_in("registrar");
        bench.keys(&[Char('3'), Enter]);
        bench
    });
}

#[test]
fn the_desk_of_a_unit() {
    pictures("home_unit", || Bench::logged_in("unit_leader"));
}

#[test]
fn what_waits_for_approval_takes_one_line_while_nothing_does() {
    for (post, line, next) in [
        ("village_leader", " 2 审哨 0 ─", " 3 我的哨 2 ─"),
        ("town_head", " 审哨 ", " 未回应的哨 "),
    ] {
        let shown = picture(&Bench::logged_in(post), Theme::default());
        let at = shown.lines().position(|l| l.starts_with(line));
        let below = at.and_then(|at| shown.lines().nth(at + 1));
        assert!(below.is_some_and(|l| l.starts_with(next)), "{shown}");
    }
}

#[test]
fn the_figures_of_a_supervisor() {
    pictures("dashboard", || {
        let mut bench = Bench::logged_in("supervisor");
        bench.keys(&[Down; 9]);
        bench
    });
}

#[test]
fn a_report_with_danger_and_a_whistle() {
    pictures("report", || {
        let mut bench = Bench::logged_in("grid_worker");
        bench.keys(&[F(3)]);
        if let Some(Screen::Report(page)) = bench.model.screen_mut() {
            page.form.restore(&sample::report_values());
        }
        bench.keys(&[Tab, End]);
        bench.write("，有人受伤");
        bench
    });
}

#[test]
fn the_page_of_a_case() {
    pictures("case", || {
        let mut bench = Bench::logged_in("grid_worker");
        bench.keys(&[Enter]);
        bench
    });
}

#[test]
fn the_page_tells_that_the_county_may_act_for_the_town() {
    for (lang, said) in [
        (Lang::Chinese, "赣榆区自 11-23 09:41 起可代派：无人值班"),
        (
            Lang::English,
            "赣榆区 may act for the town from 11-23 09:41 on: nobody on duty",
        ),
    ] {
        let mut bench = Bench::logged_in("grid_worker");
        bench.keys(&[Enter]);
        bench.model.lang = lang;
        bench.model.size = (120, 40);
        if let Some(Screen::Case(page)) = bench.model.screen_mut() {
            let case = &mut page.dossier.as_mut().unwrap().case;
            case.said.centres.acting = Some(crate::model::case::Acting {
                centre: "赣榆区".into(),
                since: sample::at("23T09:41"),
                cause: "no_shift".into(),
            });
        }
        let shown = picture(&bench, Theme::default());
        assert!(shown.contains(said), "{shown}");
    }
}

#[test]
fn the_dialog_of_a_whistle() {
    pictures("whistle", || {
        let mut bench = Bench::logged_in("grid_worker");
        bench.keys(&[Enter, Char('4'), Char('3')]);
        bench
    });
}

#[test]
fn the_dialog_of_a_verification() {
    pictures("verify", || {
        let mut bench = Bench::logged_in("grid_worker");
        bench.keys(&[Enter, Char('3'), Char('2')]);
        bench
    });
}

#[test]
fn the_list_from_which_a_matter_is_picked() {
    pictures("picker", || {
        let mut bench = Bench::logged_in("grid_worker");
        bench.keys(&[F(2), Enter]);
        bench.write("l");
        bench
    });
}

#[test]
fn a_list_of_cases() {
    pictures("list", || {
        let mut bench = Bench::logged_in("registrar");
        bench.menu(Entry::Cases).keys(&[Down]);
        bench
    });
}

#[test]
fn divisions_and_grids() {
    pictures("grids", || {
        let mut bench = Bench::logged_in("registrar");
        bench.menu(Entry::Grids);
        bench
    });
}

#[test]
fn help_of_a_case() {
    pictures("help", || {
        let mut bench = Bench::logged_in("grid_worker");
        bench.keys(&[Enter, F(1)]);
        bench
    });
}

#[test]
fn the_link_for_the_resident() {
    pictures("rating", || {
        let mut bench = Bench::logged_in("registrar");
        bench
            .model
            .layers
            .push(crate::model::screens::Layer::Rating {
                link: "http://127.0.0.1:8080/rate/0123456789abcdefghijklmnop".into(),
                number: "320707202611230000031".into(),
            });
        bench
    });
}

#[test]
fn the_resident_in_clear() {
    pictures("resident", || {
        let mut bench = Bench::logged_in("registrar");
        bench.menu(Entry::Cases).keys(&[Enter]);
        bench
            .model
            .layers
            .push(crate::model::screens::Layer::Resident {
                resident: crate::model::case::Reporter {
                    name: "张三丰".into(),
                    telephone: "13812345678".into(),
                },
                number: "320707202611230000031".into(),
            });
        bench
    });
}

#[test]
fn a_link_is_never_broken_over_lines() {
    let mut seen = std::collections::BTreeSet::new();
    for host in ["h", "127.0.0.1:8080", "gridwhistle.ganyu.example.gov.cn"] {
        let link = format!("http://{host}/rate/0123456789abcdefghijklmnop");
        for width in [60, 80, 120] {
            let mut bench = Bench::logged_in("registrar");
            bench.menu(Entry::Cases).keys(&[Enter]);
            bench.model.size = (width, 60);
            if let Some(Screen::Case(page)) = bench.model.screen_mut() {
                page.dossier.as_mut().unwrap().case.rating_link = Some(link.clone());
            }
            let shown = picture(&bench, Theme::default());
            let whole = shown.contains(&link);
            let hint = shown.contains("按 F6");
            assert!(
                whole || !shown.contains("http://"),
                "broken at {width}:\n{shown}"
            );
            assert!(whole || hint, "{shown}");
            seen.insert((whole, hint));
        }
    }
    assert_eq!(seen.len(), 3, "beside its label, below it, or by the key");
}

#[test]
fn offers_from_before_an_action_have_no_numbers() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter]);
    if let Some(Screen::Case(page)) = bench.model.screen_mut() {
        page.valid = page.seen + 1;
    }
    insta::assert_snapshot!("case_waiting_zh_80x24", picture(&bench, Theme::default()));
}

#[test]
fn why_other_actions_are_not_possible() {
    pictures("why", || {
        let mut bench = Bench::logged_in("grid_worker");
        bench.keys(&[Enter, F(7)]);
        bench
    });
}

#[test]
fn a_lost_connection_is_told_plainly() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.online = false;
    bench.keys(&[F(5)]);
    bench.model.notice = None;
    insta::assert_snapshot!("lost_zh_80x24", picture(&bench, Theme::default()));
}

#[test]
fn every_key_in_the_footer_does_something() {
    let words = Text::new(Lang::English);
    let bench = Bench::logged_in("grid_worker");
    let shown = picture(&bench, Theme::default());
    assert!(
        !shown
            .lines()
            .last()
            .unwrap()
            .contains(&words.get("key-back")),
        "nothing lies below the first screen"
    );
}

#[test]
fn an_ascii_screen_has_no_sign_of_ambiguous_width() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter, F(1)]);
    let text = picture(
        &bench,
        Theme {
            mono: true,
            glyphs: Glyphs::Ascii,
        },
    );
    let bad: Vec<char> = text
        .chars()
        .filter(|c| {
            let wide = unicode_width::UnicodeWidthChar::width_cjk(*c);
            wide != unicode_width::UnicodeWidthChar::width(*c)
        })
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
}

#[test]
fn without_colours_no_cell_has_one() {
    for post in ["grid_worker", "registrar", "supervisor"] {
        let mut bench = Bench::logged_in(post);
        bench.keys(&[Enter]);
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let words = Text::new(Lang::Chinese);
        let theme = Theme {
            mono: true,
            glyphs: Glyphs::Unicode,
        };
        let look = Look {
            model: &bench.model,
            theme,
            words: &words,
            now: sample::now(),
        };
        terminal
            .draw(|f| {
                view(look, f);
            })
            .unwrap();
        for cell in &terminal.backend().buffer().content {
            assert_eq!(cell.fg, ratatui::style::Color::Reset);
            assert_eq!(cell.bg, ratatui::style::Color::Reset);
        }
    }
}

/// The desk's page, opened from the menu.
fn desk() -> Bench {
    let mut bench = Bench::logged_in("dispatcher");
    bench.menu(Entry::Duty);
    bench
}

#[test]
fn the_desk_with_a_handover_that_waits() {
    pictures("duty", desk);
}

#[test]
fn taking_over_is_signed_in_a_window() {
    let mut bench = desk();
    bench.keys(&[F(7)]);
    insta::assert_snapshot!("duty_take_over", picture(&bench, Theme::default()));
    bench.keys(&[F(9)]);
    assert!(bench.effects.iter().any(|effect| matches!(
        effect,
        crate::update::Effect::Call(crate::model::request::Request::TakeOver(_))
    )));
    bench.settle();
    assert!(bench.model.layers.is_empty());
}

#[test]
fn the_registers_say_what_holds_today_and_what_can_become_of_it() {
    let open = || Bench::logged_in("admin");
    pictures("registers", open);
    pictures("register_change", || {
        let mut bench = open();
        bench.keys(&[Enter]);
        bench
    });
}

#[test]
fn the_menu_of_the_centre() {
    pictures("menu", || {
        let mut bench = Bench::logged_in("dispatcher");
        bench.keys(&[F(4)]);
        bench
    });
}

#[test]
fn what_one_is_told_is_read_in_the_list() {
    pictures("inbox", || {
        let mut bench = Bench::logged_in("dispatcher");
        bench.menu(Entry::Inbox);
        bench
    });
}

#[test]
fn a_queue_leaves_room_for_what_its_cases_are_about() {
    let mut bench = Bench::logged_in("registrar");
    bench.keys(&[Char('3'), Enter]);
    let shown = picture(&bench, Theme::default());
    assert!(!shown.contains("待受理"), "the title tells that:\n{shown}");
}

/// The map of the town, opened from the menu.
fn map() -> Bench {
    let mut bench = Bench::logged_in("registrar");
    bench.menu(Entry::Map);
    bench
}

#[test]
fn the_map_of_a_town() {
    pictures("map", map);
}

#[test]
fn the_map_without_colours_and_in_ascii() {
    let mut bench = map();
    bench.model.notice = None;
    for (tag, glyphs) in [("mono", Glyphs::Unicode), ("ascii", Glyphs::Ascii)] {
        let theme = Theme { mono: true, glyphs };
        insta::assert_snapshot!(format!("map_{tag}_80x24"), picture(&bench, theme));
    }
}

#[test]
fn a_narrow_screen_has_a_ranked_list_with_bars_instead_of_a_map() {
    let mut bench = map();
    bench.model.size = (50, 20);
    bench.model.notice = None;
    let shown = picture(&bench, Theme::default());
    assert!(shown.contains("####"), "{shown}");
    insta::assert_snapshot!("map_narrow_zh_50x20", shown);
}

#[test]
fn a_boundary_drawn_for_demonstration_is_marked_as_such() {
    let mut bench = map();
    assert!(picture(&bench, Theme::default()).contains("示意边界"));
    if let Some(Screen::Map(page)) = bench.model.screen_mut() {
        let mut grids = sample::map_grids();
        for grid in &mut grids {
            grid.schematic = false;
        }
        page.take_grids(grids);
    }
    assert!(!picture(&bench, Theme::default()).contains("示意边界"));
}

#[test]
fn the_map_of_a_case_marks_it_and_says_how_far_it_is() {
    let mut bench = Bench::logged_in("registrar");
    bench.keys(&[Char('3'), Enter, Enter]).menu(Entry::Map);
    bench.model.notice = None;
    for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
        let shown = picture(&bench, Theme { mono: true, glyphs });
        let title = shown.lines().nth(1).unwrap();
        assert!(title.contains("X 案件 320707202611230000031"), "{title}");
        let rows: Vec<&str> = shown.lines().skip(2).collect();
        assert!(rows.iter().any(|row| row.contains('X')), "{shown}");
        let scale = rows
            .iter()
            .any(|row| row.contains("-| ") && row.contains(" m"));
        assert!(scale || shown.contains(" km"), "{shown}");
    }
}

#[test]
fn a_caller_sees_how_long_there_is_time_to_ask() {
    let until = crate::model::list::Row {
        title: "路灯不亮".into(),
        family: "stage",
        stage: "closed".into(),
        deadline: Some(sample::at("25T10:00")),
        at: Some(sample::at("18T10:00")),
        ..crate::model::list::Row::default()
    };
    let words = Text::new(Lang::Chinese);
    let columns = crate::widgets::rows::Columns::of(std::iter::once(&until), &words, 80);
    let line = crate::widgets::rows::line(
        &until,
        &words,
        Theme::default(),
        sample::now(),
        (80, columns),
        None,
    );
    let (left, _) = time::left(&words, sample::at("25T10:00"), sample::now());
    assert!(line.to_string().contains(&left), "{line}");
}
