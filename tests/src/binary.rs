//! The product's two binaries, built by the tests themselves.

use std::{
    collections::HashMap,
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use anyhow::{Context, bail};
use serde_json::Value;

/// A folder with binaries that are already built, to be used as they are.
const BIN_DIR: &str = "GRIDWHISTLE_BIN_DIR";

/// The path of `gridwhistle` or `whistle`.
///
/// The first call of a process builds both, in the profile of the caller (the tests' or the
/// benchmarks') and into the same target folder, so that nothing is compiled twice; the lock on
/// that folder is free while tests run.
pub fn binary(name: &str) -> anyhow::Result<PathBuf> {
    static BUILT: OnceLock<Result<HashMap<String, PathBuf>, String>> = OnceLock::new();

    if let Some(folder) = env::var_os(BIN_DIR) {
        let path = Path::new(&folder).join(name);
        if !path.is_file() {
            bail!("{BIN_DIR} names {}, which is no file", path.display());
        }
        return Ok(path);
    }
    match BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}"))) {
        Ok(paths) => paths
            .get(name)
            .cloned()
            .with_context(|| format!("the workspace has no binary {name}")),
        Err(error) => bail!("the binaries cannot be built: {error}"),
    }
}

fn build() -> anyhow::Result<HashMap<String, PathBuf>> {
    let _ = writeln!(io::stderr(), "building gridwhistle and whistle …");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        // With a test beside them, so that dependencies have the features with which `cargo test` built them.
        .args(["build", "--workspace", "--bins", "--test", "harness"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    if let Some(folder) = target_folder() {
        cargo.arg("--target-dir").arg(folder);
    }
    // What cargo says of this package to its tests would make build scripts that look at it (ring's does) run again,
    // and all that stands on them be compiled again, here and the next time outside.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_")
            || name.to_string_lossy().starts_with("CARGO_MANIFEST_")
        {
            cargo.env_remove(name);
        }
    }
    let output = cargo
        .output()
        .with_context(|| format!("{} does not start", env!("CARGO")))?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr));
    }
    let paths = String::from_utf8(output.stdout)?
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| {
            let name = message["target"]["name"].as_str()?.to_owned();
            let path = message["executable"].as_str()?.into();
            Some((name, path))
        })
        .collect();
    Ok(paths)
}

/// The target folder that the running test was built into: `…/debug/deps/story-0123` → `…`.
fn target_folder() -> Option<PathBuf> {
    let test = env::current_exe().ok()?;
    let deps = test.parent()?;
    (deps.file_name()? == "deps").then(|| deps.parent()?.parent().map(Path::to_owned))?
}
