//! Whatever is pressed, pasted, answered or lost.

use super::*;

#[test]
fn a_paste_never_works_as_keys() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[F(2)]).focus("address");
    bench.send(Msg::Paste("村口\r\n东侧\u{1b}[A".into()));
    let form = page_or_layer_form(&mut bench.model).unwrap();
    assert_eq!(form.text("address"), "村口 东侧[A");
    assert_eq!(form.focused().unwrap().name, "address");
}

fn any_press() -> impl Strategy<Value = Press> {
    let code = prop_oneof![
        4 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up, KeyCode::Down,
            KeyCode::Left, KeyCode::Right, KeyCode::PageUp, KeyCode::PageDown, KeyCode::Home, KeyCode::End,
            KeyCode::Backspace, KeyCode::Delete, KeyCode::Insert, KeyCode::Null,
        ]),
        2 => (1u8..=12).prop_map(KeyCode::F),
        2 => prop::sample::select("0123456789 jk/:?报网👨x1+-HL".chars().collect::<Vec<_>>()).prop_map(KeyCode::Char),
    ];
    (code, prop::bool::weighted(0.05)).prop_map(|(code, ctrl)| Press {
        ctrl,
        ..Press::plain(code)
    })
}

#[derive(Clone, Debug)]
enum Step {
    Press(Press),
    Paste(String),
    Size(u16, u16),
    Click(u16, u16),
    Tick,
    /// Answers the oldest question: well, or with this kind of failure.
    Answer(Option<Kind>),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => any_press().prop_map(Step::Press),
        1 => "\\PC{0,40}".prop_map(Step::Paste),
        1 => (0u16..130, 0u16..50).prop_map(|(w, h)| Step::Size(w, h)),
        1 => (0u16..130, 0u16..50).prop_map(|(x, y)| Step::Click(x, y)),
        1 => Just(Step::Tick),
        5 => Just(Step::Answer(None)),
        1 => prop::sample::select(vec![
            Kind::Network, Kind::Login, Kind::Forbidden, Kind::NotFound, Kind::Conflict, Kind::Invalid, Kind::Server,
        ]).prop_map(|k| Step::Answer(Some(k))),
    ]
}

/// What may be lost only on purpose: drafts that hold something.
fn drafts(model: &Model) -> Vec<Uuid> {
    model.drafts.iter().map(|d| d.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever is pressed, pasted, answered or resized: nothing panics, the picture can be drawn,
    /// the focus lies in the form, and no draft disappears unless it was sent or discarded.
    #[test]
    fn nothing_breaks_and_no_draft_is_lost(
        post in prop::sample::select(vec!["grid_worker", "registrar", "unit_leader", "supervisor"]),
        steps in prop::collection::vec(any_step(), 1..120),
    ) {
        let mut bench = Bench::logged_in(post);
        for step in steps {
            let before = drafts(&bench.model);
            let from = bench.effects.len();
            match step {
                Step::Press(press) => bench.send(Msg::Key(press)),
                Step::Paste(text) => bench.send(Msg::Paste(text)),
                Step::Size(w, h) => bench.send(Msg::Resize(w, h)),
                Step::Click(x, y) => bench.send(Msg::Mouse(Mouse::Click, (x, y))),
                Step::Tick => bench.send(Msg::Tick),
                Step::Answer(kind) => {
                    if !bench.asked.is_empty() {
                        let request = bench.asked.remove(0);
                        let reply = match kind {
                            None => Ok(sample::answer(&request)),
                            Some(kind) => Err(Failure::new(kind, "why")),
                        };
                        bench.answered(request, reply);
                    }
                }
            }
            let dropped: Vec<Uuid> = bench.effects[from..]
                .iter()
                .filter_map(|e| if let Effect::DropDraft(id) = e { Some(*id) } else { None })
                .collect();
            let after = drafts(&bench.model);
            for id in before {
                prop_assert!(after.contains(&id) || dropped.contains(&id), "a draft was lost");
            }
            if let Some(form) = page_or_layer_form(&mut bench.model) {
                prop_assert!(form.fields.is_empty() || form.focused().is_some_and(|f| !f.hidden));
                for field in &form.fields {
                    if let Control::Choice { options, chosen: Some(c) } = &field.control {
                        prop_assert!(*c < options.len());
                    }
                }
            }
            let (w, h) = bench.model.size;
            let mut terminal = Terminal::new(TestBackend::new(w, h)).unwrap();
            let words = Text::new(bench.model.lang);
            let look = Look { model: &bench.model, theme: Theme::default(), words: &words, now: sample::now() };
            let mut caret = None;
            terminal.draw(|f| caret = view(look, f).caret).unwrap();
            if let Some(at) = caret {
                prop_assert!(at.x < w && at.y < h, "caret {at:?} outside {w}x{h}");
            }
        }
    }
}
