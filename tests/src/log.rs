//! The log of a server: one JSON object a line on its standard error.

use std::collections::BTreeSet;

use anyhow::bail;
use serde_json::Value;

/// What a server has written so far.
#[derive(Debug, Clone)]
pub struct Log {
    text: String,
}

impl Log {
    /// Wraps what was written.
    pub fn new(text: String) -> Self {
        Self { text }
    }

    /// The lines as JSON; a line that is none is the error.
    pub fn lines(&self) -> anyhow::Result<Vec<Value>> {
        self.text
            .lines()
            .map(|line| match serde_json::from_str(line) {
                Ok(Value::Object(object)) => Ok(Value::Object(object)),
                _ => bail!("this line of the log is not a JSON object: {line}"),
            })
            .collect()
    }

    /// Fails if there is a line that is not JSON, a line of level ERROR, or one of `secrets`
    /// (names, telephone numbers, passwords, tokens) anywhere.
    pub fn assert_clean<'a>(
        &self,
        secrets: impl IntoIterator<Item = &'a str>,
    ) -> anyhow::Result<()> {
        for line in self.lines()? {
            if line["level"] == "ERROR" {
                bail!("the log has an error: {line}");
            }
        }
        let secrets: BTreeSet<&str> = secrets.into_iter().filter(|s| !s.is_empty()).collect();
        for line in self.text.lines() {
            if let Some(secret) = secrets.iter().find(|secret| line.contains(**secret)) {
                bail!("the log tells {secret:?}: {line}");
            }
        }
        Ok(())
    }

    /// The last lines, for the message of a failing test.
    pub fn tail(&self) -> String {
        let lines: Vec<&str> = self.text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(text: &str) -> Log {
        Log::new(text.to_owned())
    }

    #[test]
    fn a_quiet_log_is_clean() {
        let quiet = log("{\"level\":\"INFO\",\"fields\":{\"message\":\"ready\"}}\n");
        assert!(quiet.assert_clean(["13800000000"]).is_ok());
    }

    #[test]
    fn an_error_is_not_clean() {
        assert!(log("{\"level\":\"ERROR\"}\n").assert_clean([]).is_err());
    }

    #[test]
    fn a_telephone_number_is_not_clean() {
        let told = log("{\"level\":\"INFO\",\"phone\":\"13800000000\"}\n");
        assert!(told.assert_clean(["13800000000"]).is_err());
    }

    #[test]
    fn a_panic_message_is_not_clean() {
        assert!(log("thread 'main' panicked\n").assert_clean([]).is_err());
    }
}
