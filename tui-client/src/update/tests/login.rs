//! Logging in, leaving, and coming back.

use super::*;

#[test]
fn a_worker_logs_in_and_sees_what_is_urgent_first() {
    let mut bench = Bench::new();
    bench.write("grid_worker1").press(Enter);
    bench.write("secret").press(Enter);
    assert!(matches!(bench.asked.as_slice(), [Request::Login { .. }]));
    bench.settle();
    let Some(Screen::Home(home)) = bench.model.screen() else {
        panic!("not at home")
    };
    assert_eq!(home.current().unwrap().title, "道路塌陷");
    assert!(
        bench
            .effects
            .iter()
            .any(|e| matches!(e, Effect::KeepSession(_)))
    );
}

#[test]
fn a_wrong_password_keeps_the_name() {
    let mut bench = Bench::new();
    bench.write("grid_worker1").press(Enter);
    bench.write("wrong").press(Enter);
    let request = bench.asked.remove(0);
    bench.answered(request, Err(Failure::new(Kind::Login, "no")));
    let Some(Screen::Login(page)) = bench.model.screen() else {
        panic!("not at login")
    };
    assert_eq!(page.form.text("username"), "grid_worker1");
    assert!(!page.form.sending);
    assert!(bench.model.notice.as_ref().unwrap().bad);
}

#[test]
fn an_ended_login_brings_everything_back_after_the_password() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.keys(&[Enter]);
    bench.press(F(5));
    let request = bench.asked.remove(0);
    bench.answered(request, Err(Failure::new(Kind::Login, "ended")));
    assert!(matches!(bench.model.screen(), Some(Screen::Login(l)) if l.again));
    bench.write("secret").press(Enter);
    bench.settle();
    assert!(matches!(bench.model.screen(), Some(Screen::Case(_))));
}

#[test]
fn quitting_takes_two_presses() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.press(F(10));
    assert!(!bench.effects.contains(&Effect::Quit));
    bench.press(Tab).press(F(10));
    assert!(
        !bench.effects.contains(&Effect::Quit),
        "a key between takes it back"
    );
    bench.press(F(10));
    assert!(bench.effects.contains(&Effect::Quit));
}

#[test]
fn posts_that_have_changed_change_what_is_offered() {
    let mut bench = Bench::logged_in("grid_worker");
    bench.answered(
        Request::Me,
        Ok(Answer::Session(sample::session("supervisor"))),
    );
    bench.keys(&[F(2)]);
    assert_eq!(notice(&bench), "notice-no-report-post");
}

#[test]
fn nobody_listens_before_the_login_or_after_it_has_ended() {
    let mut bench = Bench::new();
    assert!(listens(&bench.model).is_none());
    bench = Bench::logged_in("grid_worker");
    bench.answered(Request::Me, Err(Failure::new(Kind::Login, "ended")));
    assert!(listens(&bench.model).is_none());
}
