//! Moments and the time that is left, in words.

use ratatui::style::Style;

use crate::i18n::Text;
use crate::model::Time;
use crate::model::case::Limit;
use crate::theme::Theme;

/// How urgent it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    None,
    Soon,
    Late,
}

impl Urgency {
    pub fn style(self, theme: Theme) -> Style {
        match self {
            Self::None => Style::new(),
            Self::Soon => theme.warn(),
            Self::Late => theme.bad(),
        }
    }
}

/// What is left until the deadline, or since when it has passed.
pub fn left(words: &Text, deadline: Time, now: Time) -> (String, Urgency) {
    let minutes = (deadline - now).num_minutes();
    let late = deadline < now;
    let (d, h, m) = (
        minutes.abs() / 1440,
        minutes.abs() / 60 % 24,
        minutes.abs() % 60,
    );
    let text = match (late, d, h) {
        (false, 0, 0) => words.with("left-minutes", &[("m", m.into())]),
        (false, 0, _) => words.with("left-hours", &[("h", h.into()), ("m", m.into())]),
        (false, ..) => words.with("left-days", &[("d", d.into()), ("h", h.into())]),
        (true, 0, 0) => words.with("late-minutes", &[("m", m.into())]),
        (true, 0, _) => words.with("late-hours", &[("h", h.into()), ("m", m.into())]),
        (true, ..) => words.with("late-days", &[("d", d.into()), ("h", h.into())]),
    };
    let urgency = match minutes {
        _ if late => Urgency::Late,
        ..60 => Urgency::Soon,
        _ => Urgency::None,
    };
    (text, urgency)
}

/// `11-23 15:30`, in the time of China.
pub fn short(at: Time) -> String {
    at.with_timezone(&crate::model::china())
        .format("%m-%d %H:%M")
        .to_string()
}

/// `2026-11-23 15:30`, in the time of China.
pub fn long(at: Time) -> String {
    at.with_timezone(&crate::model::china())
        .format("%Y-%m-%d %H:%M")
        .to_string()
}

/// `15:30`
pub fn clock(at: Time) -> String {
    at.with_timezone(&crate::model::china())
        .format("%H:%M")
        .to_string()
}

/// A limit, such as 5 working days.
pub fn limit(words: &Text, limit: &Limit) -> String {
    words.with(
        "limit",
        &[
            ("amount", limit.amount.into()),
            ("unit", words.name("unit-of-time", &limit.unit).into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn time_left_is_told_in_the_two_largest_units() {
        let words = Text::new(Lang::Chinese);
        let now: Time = "2026-11-23T10:00:00+08:00".parse().unwrap();
        let say = |at: &str| left(&words, at.parse().unwrap(), now);
        assert_eq!(
            say("2026-11-23T10:12:30+08:00"),
            ("剩12分".into(), Urgency::Soon)
        );
        assert_eq!(
            say("2026-11-23T13:05:00+08:00"),
            ("剩3时5分".into(), Urgency::None)
        );
        assert_eq!(
            say("2026-11-25T12:00:00+08:00"),
            ("剩2天2时".into(), Urgency::None)
        );
        assert_eq!(
            say("2026-11-23T09:59:30+08:00"),
            ("超0分".into(), Urgency::Late)
        );
        assert_eq!(
            say("2026-11-20T09:00:00+08:00"),
            ("超3天1时".into(), Urgency::Late)
        );
    }
}
