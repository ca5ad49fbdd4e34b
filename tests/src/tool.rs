//! What a test needs from the machine.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Where this variable is set and not empty, a test fails instead of being skipped.
pub const REQUIRE_TOOLS: &str = "GRIDWHISTLE_REQUIRE_TOOLS";

/// The path of a program, or `None` after saying that the calling test is skipped.
///
/// # Panics
/// Where [`REQUIRE_TOOLS`] is set.
pub fn require_tool(name: &str) -> Option<PathBuf> {
    let found = on_path(name);
    if found.is_none() {
        missing(&format!("{name} is not installed"));
    }
    found
}

/// Says that the calling test is skipped, and why.
///
/// # Panics
/// Where [`REQUIRE_TOOLS`] is set.
pub fn missing(reason: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    assert!(
        env::var_os(REQUIRE_TOOLS).is_none_or(|value| value.is_empty()),
        "{test} cannot run: {reason}, and {REQUIRE_TOOLS} forbids skipping"
    );
    // Not `eprintln!`: the test runner would swallow it, as the test goes on to pass.
    let _ = writeln!(io::stderr(), "SKIPPED: {test}: {reason}");
}

/// The first executable of that name on `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| is_file(path))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file())
}
