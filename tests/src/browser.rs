//! A real browser without a window: Chromium, driven over its `DevTools` pipe.

use std::{process::Stdio, time::Duration};

use anyhow::{Context, bail};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::{Instant, sleep, timeout},
};

use crate::tool;

/// How long something may take to appear. Generous: machines that test are busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A browser with one page. It ends with this value.
pub struct Browser {
    /// Held so that it ends with the browser.
    _child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _profile: TempDir,
    sent: u64,
    session: Option<String>,
    requested: Vec<String>,
    faults: Vec<String>,
}

impl Browser {
    /// Starts a browser with an empty page of this size; `None` where Chromium is missing, after saying so.
    pub async fn start(width: u16, height: u16) -> anyhow::Result<Option<Self>> {
        let Some(chromium) = tool::require_tool("chromium") else {
            return Ok(None);
        };
        let profile = tempfile::Builder::new()
            .prefix("gridwhistle-chromium-")
            .tempdir()?;
        // Chromium reads commands from descriptor 3 and answers on 4: the shell puts ours there.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"])
            .arg(chromium)
            .args(["--headless", "--disable-gpu", "--disable-dev-shm-usage"])
            // Its sandbox needs rights that a container does not give; it visits our own server alone.
            .args(["--no-sandbox", "--no-first-run", "--remote-debugging-pipe"])
            .arg(format!("--window-size={width},{height}"))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .env("HOME", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let input = child.stdin.take().context("no way into the browser")?;
        let output = child.stdout.take().context("no way out of the browser")?;
        let mut browser = Self {
            _child: child,
            input,
            output: BufReader::new(output),
            _profile: profile,
            sent: 0,
            session: None,
            requested: Vec::new(),
            faults: Vec::new(),
        };
        browser.attach().await?;
        Ok(Some(browser))
    }

    async fn attach(&mut self) -> anyhow::Result<()> {
        let created = self
            .command("Target.createTarget", json!({"url": "about:blank"}))
            .await?;
        let target = json!({"targetId": created["targetId"], "flatten": true});
        let attached = self.command("Target.attachToTarget", target).await?;
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in [
            "Page.enable",
            "Runtime.enable",
            "Log.enable",
            "Network.enable",
        ] {
            self.command(domain, json!({})).await?;
        }
        Ok(())
    }

    /// Goes to an address.
    pub async fn open(&mut self, url: &str) -> anyhow::Result<()> {
        let shown = self.command("Page.navigate", json!({"url": url})).await?;
        match shown["errorText"].as_str() {
            Some(error) => bail!("{url}: {error}"),
            None => Ok(()),
        }
    }

    /// The value of a JavaScript expression on the page.
    pub async fn evaluate(&mut self, expression: &str) -> anyhow::Result<Value> {
        let parameters =
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.command("Runtime.evaluate", parameters).await?;
        if !answer["exceptionDetails"].is_null() {
            bail!("{expression}: {:#}", answer["exceptionDetails"]);
        }
        Ok(answer["result"]["value"].take())
    }

    /// Waits until an expression is true on the page, whatever it throws until then.
    pub async fn wait_for(&mut self, expression: &str) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            let now = self.evaluate(expression).await;
            if now.as_ref().is_ok_and(|value| *value == json!(true)) {
                return Ok(());
            }
            if begin.elapsed() > PATIENCE {
                let page = self.evaluate("document.body.innerText").await?;
                bail!(
                    "not within {PATIENCE:?}: {expression} ({now:?})\n{page}\n{:?}",
                    self.faults
                );
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types text into whatever has the focus.
    pub async fn text(&mut self, text: &str) -> anyhow::Result<()> {
        self.command("Input.insertText", json!({"text": text}))
            .await
            .map(drop)
    }

    /// Presses a key by its name and the number that Windows gives it: `Enter` 13, `Tab` 9, `ArrowLeft` 37.
    pub async fn key(&mut self, key: &str, number: u16) -> anyhow::Result<()> {
        // A key that means a character comes with it.
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let press = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": number, "text": text,
            });
            self.command("Input.dispatchKeyEvent", press).await?;
        }
        Ok(())
    }

    /// The addresses that the page has asked for since the start.
    pub fn requested(&self) -> &[String] {
        &self.requested
    }

    /// What the browser has refused the page, and exceptions that nobody caught.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    async fn command(&mut self, method: &str, parameters: Value) -> anyhow::Result<Value> {
        self.sent += 1;
        let mut message = json!({"id": self.sent, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).await?;
        self.input.flush().await?;
        loop {
            let answer = timeout(PATIENCE, self.message()).await;
            let mut answer = answer.with_context(|| format!("{method}: no answer"))??;
            if answer["id"] == json!(self.sent) {
                if !answer["error"].is_null() {
                    bail!("{method}: {}", answer["error"]);
                }
                return Ok(answer["result"].take());
            }
            self.note(&answer);
        }
    }

    /// The next message, which ends with a zero byte.
    async fn message(&mut self) -> anyhow::Result<Value> {
        let mut bytes = Vec::new();
        self.output.read_until(0, &mut bytes).await?;
        if bytes.pop() != Some(0) {
            bail!("the browser has ended");
        }
        Ok(serde_json::from_slice(&bytes)?)
    }

    fn note(&mut self, event: &Value) {
        let told = &event["params"];
        match event["method"].as_str() {
            Some("Network.requestWillBeSent") => {
                let url = told["request"]["url"].as_str().unwrap_or_default();
                self.requested.push(url.to_owned());
            }
            Some("Runtime.exceptionThrown") => self.faults.push(told.to_string()),
            Some("Log.entryAdded") if told["entry"]["source"] == "security" => {
                self.faults.push(told["entry"]["text"].to_string());
            }
            _ => {}
        }
    }
}
