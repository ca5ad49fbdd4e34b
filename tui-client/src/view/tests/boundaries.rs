//! Pictures of changes of boundaries.

use super::*;

/// The first changeset of the list, opened.
fn opened_changeset() -> Bench {
    let mut bench = Bench::logged_in("supervisor");
    bench.menu(Entry::Boundaries).keys(&[Enter]);
    bench
}

#[test]
fn changes_of_boundaries_are_listed_the_newest_first() {
    pictures("boundaries", || {
        let mut bench = Bench::logged_in("supervisor");
        bench.menu(Entry::Boundaries);
        bench
    });
}

#[test]
fn a_changeset_shows_what_became_of_what() {
    pictures("changeset_page", opened_changeset);
    let mut bench = opened_changeset();
    bench.model.size = (160, 24);
    let shown = picture(&bench, Theme::default());
    for told in ["合并", "320707101201001", "320707101201002", "公顷"] {
        assert!(shown.contains(told), "{told}\n{shown}");
    }
}

#[test]
fn the_grids_of_the_step_are_told_from_the_others_without_colours() {
    let mut bench = opened_changeset();
    bench.model.notice = None;
    let theme = Theme {
        mono: true,
        glyphs: Glyphs::Ascii,
    };
    let shown = picture(&bench, theme);
    assert!(shown.contains("@@@"), "{shown}");
    insta::assert_snapshot!("changeset_page_ascii_80x24", shown);
}

#[test]
fn a_change_of_boundaries_is_drawn_before_and_after() {
    let before = sample::map_grids();
    let mut after = before.clone();
    let removed = after.remove(5);
    after[0].outline[0][1..3].copy_from_slice(&removed.outline[0][1..3]);
    let mut change = crate::model::changeset::Changeset::new(before, after, &[]);
    let bench = Bench::new();
    let words = Text::new(Lang::Chinese);
    let look = Look {
        model: &bench.model,
        theme: Theme {
            mono: true,
            glyphs: Glyphs::Unicode,
        },
        words: &words,
        now: sample::now(),
    };
    let mut draw = |size: (u16, u16), turned: bool| {
        if turned {
            change.turn();
        }
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        terminal
            .draw(|frame| changeset::draw(look, &change, frame.area(), frame))
            .unwrap();
        lines(terminal.backend().buffer())
    };
    let both = draw((120, 24), false);
    assert!(both.contains("调整前") && both.contains("调整后"), "{both}");
    assert!(both.contains("撤销 1"), "{both}");
    insta::assert_snapshot!("changeset_120x24", both);
    let one = draw((80, 20), false);
    assert!(one.contains("调整后") && !one.contains("调整前"), "{one}");
    let other = draw((80, 20), true);
    assert!(
        other.contains("调整前") && !other.contains("调整后"),
        "{other}"
    );
    for size in [(1, 1), (2, 2), (100, 1), (101, 3)] {
        draw(size, false);
    }
}
