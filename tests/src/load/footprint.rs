//! How much memory a process takes, and what a subcommand needs until its end.

use std::{
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::time::sleep;

use crate::Server;

/// How often a running subcommand is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What a subcommand needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footprint {
    /// From its start to its end.
    pub took: Duration,
    /// The most bytes of memory that it held (peak resident set), as of the last look before its end.
    pub peak: u64,
}

/// Runs a subcommand of the server's binary on the server's data, to its good end.
pub async fn footprint(
    server: &Server,
    subcommand: &str,
    arguments: &[&str],
) -> anyhow::Result<Footprint> {
    let begun = Instant::now();
    let mut child = server
        .command(subcommand)?
        .args(arguments)
        .stdout(Stdio::null())
        .spawn()?;
    let pid = child.id().context("the subcommand has no process")?;
    let mut peak = 0;
    let status = loop {
        // When it has ended there is nothing left to look at.
        peak = memory_of(pid, "VmHWM").unwrap_or(0).max(peak);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        sleep(LOOK).await;
    };
    if !status.success() {
        bail!(
            "gridwhistle {subcommand} {} ended with {status}",
            arguments.join(" ")
        );
    }
    Ok(Footprint {
        took: begun.elapsed(),
        peak,
    })
}

/// A count of memory that Linux tells of a process (`/proc/PID/status`, proc(5)), such as `VmRSS`; in bytes.
pub(crate) fn memory_of(pid: u32, count: &str) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kilobytes: u64 = status
        .lines()
        .find_map(|line| line.strip_prefix(count)?.strip_prefix(':'))
        .and_then(|value| value.trim().strip_suffix("kB")?.trim().parse().ok())
        .context("the system does not tell the memory of a process")?;
    Ok(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_no_less_than_what_is_held() -> anyhow::Result<()> {
        let pid = std::process::id();
        let held = memory_of(pid, "VmRSS")?;
        // The system counts both by the way, each a little late.
        assert!(held > 0 && memory_of(pid, "VmHWM")? >= held / 2);
        assert!(memory_of(pid, "VmNothing").is_err());
        Ok(())
    }
}
