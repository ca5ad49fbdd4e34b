//! How much of the processors a process has used.

use std::{fs, time::Duration};

use anyhow::Context;

/// The length of one tick in which Linux tells processor time (`USER_HZ` is 100 everywhere).
const TICK: Duration = Duration::from_millis(10);

/// The time that a process has spent on processors so far, in its own code and in the system's.
pub fn processor_time(pid: u32) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    ticks(&stat)
        .map(|ticks| TICK * ticks)
        .context("the system does not tell the processor time of a process")
}

/// `utime` and `stime`, the 14th and 15th field (proc(5)). The second one is the name in
/// parentheses, which may hold anything.
fn ticks(stat: &str) -> Option<u32> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_does_not_shift_the_fields() {
        let stat = "7 (a b) (c) S 1 7 7 0 -1 4194560 1 2 3 4 50 9 0 0 20 0 1 0 1 1 1";
        assert_eq!(ticks(stat), Some(59));
    }

    #[test]
    fn what_is_no_such_line_is_no_time() {
        assert_eq!(ticks("7 (a) S 1"), None);
        assert_eq!(ticks(""), None);
    }
}
