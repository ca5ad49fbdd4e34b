//! From the command line to the screens or to one answer.

use std::io::{BufRead, IsTerminal, Write};
use std::rc::Rc;

use super::args::{Args, ColorChoice, GlyphChoice, Verb};
use super::exit::Exit;
use super::{output, verbs};
use crate::api::{Gateway, Server};
use crate::i18n::{Lang, Text};
use crate::model::failure::{Failure, Kind};
use crate::model::request::{Answer, Reply, Request};
use crate::runtime;
use crate::store::{Demo, Kept, Paths};
use crate::theme::Glyphs;
use crate::update::server_address;

/// Where a server stands if nothing is said.
const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";

/// Does what was asked for.
pub fn run(args: &Args) -> Exit {
    let lang = args.lang.unwrap_or_else(|| {
        // The console of Linux has no Chinese letters.
        if std::env::var("TERM").is_ok_and(|t| t == "linux") && args.verb.is_none() {
            Lang::English
        } else {
            Lang::of_environment()
        }
    });
    let words = Text::new(lang);
    let paths = Paths::of_environment();
    let demo = match demo_login(args) {
        Ok(demo) => demo,
        Err(problem) => {
            complain(&words.with("cli-no-demo", &[("detail", problem.into())]));
            return Exit::Usage;
        }
    };
    let kept = Kept::new(&paths).load();
    let server = match (&demo, &args.server) {
        (Some(Request::Login { server, .. }), _) => server.clone(),
        (_, Some(server)) => server_address(server),
        _ => kept
            .as_ref()
            .map_or_else(|| DEFAULT_SERVER.to_owned(), |k| k.server.clone()),
    };
    let gateway: Rc<dyn Gateway> = Server::new();
    gateway.speak(lang);
    match args.verb.clone() {
        None => screens(args, lang, server, paths, demo, gateway, &words),
        Some(verb) => command(args, verb, server, &paths, demo, &gateway, &words),
    }
}

/// The login by which `--demo` begins. A server named beside it wins over the one written down.
fn demo_login(args: &Args) -> Result<Option<Request>, String> {
    let Some(asked) = &args.demo else {
        return Ok(None);
    };
    let demo = Demo::read(&args.demo_file).map_err(|e| e.to_string())?;
    let account = demo.account(asked).map_err(|e| e.to_string())?;
    Ok(Some(Request::Login {
        server: args
            .server
            .as_deref()
            .map_or_else(|| server_address(&demo.base_url), server_address),
        username: account.username.clone(),
        password: account.password.clone(),
    }))
}

fn screens(
    args: &Args,
    lang: Lang,
    server: String,
    paths: Paths,
    login: Option<Request>,
    gateway: Rc<dyn Gateway>,
    words: &Text,
) -> Exit {
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        complain(&words.get("cli-no-terminal"));
        return Exit::Usage;
    }
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
        || std::env::var("TERM").is_ok_and(|t| t == "dumb");
    let options = runtime::Options {
        lang,
        server,
        glyphs: match args.glyphs {
            GlyphChoice::Auto => None,
            GlyphChoice::Unicode => Some(Glyphs::Unicode),
            GlyphChoice::Ascii => Some(Glyphs::Ascii),
        },
        mono: match args.color {
            ColorChoice::Auto => no_color,
            ColorChoice::Always => false,
            ColorChoice::Never => true,
        },
        paths,
        login,
    };
    match runtime::run(options, gateway) {
        Ok(()) => Exit::Done,
        Err(error) => {
            complain(&words.with("failure-local", &[("detail", error.to_string().into())]));
            Exit::Error
        }
    }
}

/// To standard error: what goes wrong never mixes with data.
pub fn complain(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

fn command(
    args: &Args,
    verb: Verb,
    server: String,
    paths: &Paths,
    demo: Option<Request>,
    gateway: &Rc<dyn Gateway>,
    words: &Text,
) -> Exit {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        complain(&words.with("failure-local", &[("detail", "tokio".into())]));
        return Exit::Error;
    };
    let local = tokio::task::LocalSet::new();
    let kept_login = demo.is_none();
    let result = local.block_on(&runtime, async {
        if let Some(login) = demo {
            Rc::clone(gateway).call(login).await?;
        } else if !matches!(verb, Verb::Login { .. }) {
            let kept = Kept::new(paths).load();
            // A login elsewhere does not hold here.
            let kept = kept.filter(|k| k.server == server);
            if kept.is_none() {
                return Err(Failure::new(Kind::Login, words.get("cli-login-first")));
            }
            gateway.hold(kept);
        }
        match verb {
            Verb::Login { username } => login(server, username, paths, gateway, words).await,
            Verb::Logout => {
                let reply = ask(gateway, Request::Logout).await;
                // The login of a demonstration was never kept; another one may be.
                if kept_login {
                    Kept::new(paths)
                        .forget()
                        .map_err(|e| Failure::new(Kind::Local, e.to_string()))?;
                }
                match reply {
                    // The token had ended already: what was wanted is so.
                    Err(failure) if failure.kind == Kind::Login => Ok(Answer::LoggedOut.into()),
                    other => other.map(Into::into),
                }
            }
            other => verbs::run(other, gateway, words).await,
        }
    });
    match result {
        Ok(shown) => match output::print(&shown, args.json, words) {
            Ok(()) => Exit::Done,
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Done,
            Err(_) => Exit::Error,
        },
        Err(failure) => {
            output::refuse(&failure, args.json, words);
            Exit::of(&failure)
        }
    }
}

/// Asks the gateway once.
pub async fn ask(gateway: &Rc<dyn Gateway>, request: Request) -> Reply {
    Rc::clone(gateway).call(request).await
}

async fn login(
    server: String,
    username: String,
    paths: &Paths,
    gateway: &Rc<dyn Gateway>,
    words: &Text,
) -> Result<output::Shown, Failure> {
    let password = password(words).map_err(|e| Failure::new(Kind::Local, e.to_string()))?;
    let answer = ask(
        gateway,
        Request::Login {
            server,
            username,
            password,
        },
    )
    .await?;
    if let Answer::Session(session) = &answer {
        Kept::new(paths)
            .save(session)
            .map_err(|e| Failure::new(Kind::Local, e.to_string()))?;
    }
    Ok(answer.into())
}

/// Asked for without an echo at a terminal, else the first line of standard input.
fn password(words: &Text) -> std::io::Result<String> {
    use crossterm::event::{Event, KeyCode, KeyModifiers, read};
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    write!(std::io::stderr(), "{}: ", words.get("field-password"))?;
    std::io::stderr().flush()?;
    crossterm::terminal::enable_raw_mode()?;
    let mut typed = String::new();
    let result = loop {
        match read() {
            Ok(Event::Key(key)) => match key.code {
                KeyCode::Enter => break Ok(typed),
                KeyCode::Backspace => drop(typed.pop()),
                KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    break Err(std::io::Error::from(std::io::ErrorKind::Interrupted));
                }
                KeyCode::Char(c) => typed.push(c),
                _ => {}
            },
            Ok(Event::Paste(text)) => typed.push_str(text.trim_end()),
            Ok(_) => {}
            Err(error) => break Err(error),
        }
    };
    crossterm::terminal::disable_raw_mode()?;
    complain("");
    result
}
