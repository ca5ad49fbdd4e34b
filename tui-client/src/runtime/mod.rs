//! The only place with terminal, clock, network and the event loop.

mod input;
mod listener;
mod probe;
mod saver;
mod terminal;

use std::rc::Rc;

use crossterm::event::{Event, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::Instant;
use uuid::Uuid;

use crate::api::{Ear, Gateway};
use crate::i18n::{Lang, Text};
use crate::keymap::Press;
use crate::model::app::Model;
use crate::model::failure::{Failure, Kind};
use crate::model::request::{Heard, Request};
use crate::model::session::Session;
use crate::model::{Time, china};
use crate::store::{Drafts, Kept, Paths};
use crate::theme::{Glyphs, Theme};
use crate::update::{Effect, Env, Mouse, Msg, listens, pace, update, watches_mouse};
use crate::view::{Look, view};
use input::Torn;
use listener::{Listener, Patience};
use saver::Saver;
use terminal::TermGuard;

/// How the client is to run.
pub struct Options {
    pub lang: Lang,
    pub server: String,
    /// `None`: found out.
    pub glyphs: Option<Glyphs>,
    pub mono: bool,
    pub paths: Paths,
    /// Log in with this before anything else, and keep nothing of it.
    pub login: Option<Request>,
}

/// The moment, in the time of China.
pub fn now() -> Time {
    chrono::Utc::now().with_timezone(&china())
}

/// Runs until somebody quits. The terminal is as before when it returns, whatever happens.
pub fn run(options: Options, gateway: Rc<dyn Gateway>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, App::new(options, gateway)?.run())
}

struct App {
    model: Model,
    words: Text,
    theme: Theme,
    guard: TermGuard,
    gateway: Rc<dyn Gateway>,
    /// Who hears the stream of events.
    listener: Option<Listener>,
    saver: Saver,
    kept: Kept,
    /// A demonstration's login is not kept.
    keep_login: bool,
    inbox: mpsc::UnboundedReceiver<Msg>,
    outbox: mpsc::UnboundedSender<Msg>,
    quitting: bool,
}

impl App {
    fn new(options: Options, gateway: Rc<dyn Gateway>) -> anyhow::Result<Self> {
        let guard = TermGuard::enter()?;
        let glyphs = options.glyphs.unwrap_or_else(probe::glyphs);
        let kept = Kept::new(&options.paths);
        let drafts = Drafts::new(&options.paths);
        // A login elsewhere does not hold here; a demonstration brings its own.
        let session: Option<Session> = match options.login {
            Some(_) => None,
            None => kept.load().filter(|s| s.server == options.server),
        };
        gateway.speak(options.lang);
        gateway.hold(session.clone());
        let (outbox, inbox) = mpsc::unbounded_channel();
        outbox.send(Msg::Started {
            session,
            login: options.login.clone(),
            drafts: drafts.load(),
        })?;
        let mut model = Model::new(options.lang, options.server);
        model.size = crossterm::terminal::size().unwrap_or((80, 24));
        Ok(Self {
            model,
            words: Text::new(options.lang),
            theme: Theme {
                mono: options.mono,
                glyphs,
            },
            guard,
            gateway,
            listener: None,
            saver: Saver::new(drafts),
            kept,
            keep_login: options.login.is_none(),
            inbox,
            outbox,
            quitting: false,
        })
    }

    async fn run(mut self) -> anyhow::Result<()> {
        // The first picture needs no network: what it asks for leaves after it is drawn.
        let first = self.inbox.try_recv()?;
        let effects = self.step(first);
        self.draw()?;
        self.execute(effects);
        self.listen();

        let mut signals = Signals::new()?;
        let mut events = EventStream::new();
        let mut torn = Torn::default();
        let mut tick = Instant::now() + pace(&self.model);
        while !self.quitting {
            let held = torn.since().map(|at| at + Torn::PATIENCE);
            tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    Signal::End => self.quitting = true,
                    Signal::Stop => {
                        drop(events);
                        self.suspend()?;
                        events = EventStream::new();
                    }
                },
                Some(msg) = self.inbox.recv() => self.take(msg),
                () = until(self.saver.due()) => self.save(false),
                () = tokio::time::sleep_until(tick) => self.take(Msg::Tick),
                () = until(held) => {
                    for press in torn.give_up() {
                        self.take(Msg::Key(press));
                    }
                }
                event = events.next() => match event {
                    // A terminal that is gone gives errors without end.
                    None | Some(Err(_)) => self.quitting = true,
                    Some(Ok(event)) => {
                        if is_suspend(&event) {
                            drop(events);
                            self.suspend()?;
                            events = EventStream::new();
                        } else {
                            self.event(event, &mut torn)?;
                        }
                    }
                },
            }
            // Everything that has come meanwhile goes into one picture.
            while let Ok(msg) = self.inbox.try_recv() {
                self.take(msg);
            }
            self.listen();
            let pace = pace(&self.model);
            if tick <= Instant::now() || tick > Instant::now() + pace {
                tick = Instant::now() + pace;
            }
            if !self.quitting {
                self.draw()?;
            }
        }
        self.save(true);
        terminal::restore();
        Ok(())
    }

    fn event(&mut self, event: Event, torn: &mut Torn) -> anyhow::Result<()> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                for press in torn.feed(Press::from(key), Instant::now()) {
                    self.take(Msg::Key(press));
                }
            }
            Event::Mouse(mouse) => {
                let what = match mouse.kind {
                    MouseEventKind::Down(MouseButton::Left) => Mouse::Click,
                    MouseEventKind::ScrollUp => Mouse::WheelUp,
                    MouseEventKind::ScrollDown => Mouse::WheelDown,
                    _ => return Ok(()),
                };
                self.take(Msg::Mouse(what, (mouse.column, mouse.row)));
            }
            Event::Paste(text) => self.take(Msg::Paste(text)),
            Event::Resize(width, height) => {
                self.take(Msg::Resize(width, height));
                self.guard.resize(width, height)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn take(&mut self, msg: Msg) {
        let effects = self.step(msg);
        self.execute(effects);
    }

    /// Whoever is logged in hears the stream of events, and nobody else.
    fn listen(&mut self) {
        let wanted = listens(&self.model).map(|s| s.token.clone());
        let is_so = match (&self.listener, &wanted) {
            (None, None) => true,
            (Some(listener), Some(token)) => listener.is_for(token),
            _ => false,
        };
        if is_so {
            return;
        }
        if self.listener.take().is_some() {
            self.take(Msg::Heard(Heard::Lost));
        }
        self.listener = wanted.map(|token| {
            let outbox = self.outbox.clone();
            // Nobody listens any more when the client has quit.
            let ear: Ear = Rc::new(move |heard| drop(outbox.send(Msg::Heard(heard))));
            Listener::start(Rc::clone(&self.gateway), token, Patience::default(), ear)
        });
    }

    fn step(&mut self, msg: Msg) -> Vec<Effect> {
        let env = Env {
            now: now(),
            new_id: &Uuid::now_v7,
        };
        update(&mut self.model, msg, &env)
    }

    fn execute(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Call(request) => {
                    let pending = Rc::clone(&self.gateway).call(request.clone());
                    let outbox = self.outbox.clone();
                    let turn = self.model.turn;
                    tokio::task::spawn_local(async move {
                        let reply = pending.await;
                        // Nobody listens any more when the client has quit.
                        drop(outbox.send(Msg::Answered(request, turn, reply)));
                    });
                }
                Effect::SaveDraft(draft) => {
                    let leaving = draft.maybe_sent;
                    self.saver.keep(draft);
                    // What is about to leave is on disk before its first byte does.
                    if leaving {
                        self.save(false);
                    }
                }
                Effect::DropDraft(id) => self.saver.discard(id),
                Effect::KeepSession(session) => {
                    if self.keep_login
                        && let Err(error) = self.kept.save(&session)
                    {
                        self.lost(&error);
                    }
                }
                Effect::ForgetSession => {
                    if self.keep_login
                        && let Err(error) = self.kept.forget()
                    {
                        self.lost(&error);
                    }
                }
                Effect::Speak(lang) => {
                    self.words = Text::new(lang);
                    self.gateway.speak(lang);
                }
                Effect::Quit => self.quitting = true,
            }
        }
    }

    /// Writes what is due; at the end everything.
    fn save(&mut self, all: bool) {
        if let Err(error) = self.saver.flush(all) {
            self.lost(&error);
        }
    }

    fn lost(&mut self, error: &std::io::Error) {
        let msg = Msg::DraftLost(Failure::new(Kind::Local, error.to_string()));
        let effects = self.step(msg);
        self.execute(effects);
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        TermGuard::mouse(watches_mouse(&self.model))?;
        let look = Look {
            model: &self.model,
            theme: self.theme,
            words: &self.words,
            now: now(),
        };
        self.guard.draw(|frame| {
            view(look, frame);
        })
    }

    /// To the shell and back; drafts are on disk before.
    fn suspend(&mut self) -> anyhow::Result<()> {
        self.save(true);
        TermGuard::suspend()?;
        let (width, height) = crossterm::terminal::size().unwrap_or(self.model.size);
        self.take(Msg::Resize(width, height));
        self.guard.resize(width, height)?;
        Ok(())
    }
}

fn is_suspend(event: &Event) -> bool {
    use crossterm::event::{KeyCode, KeyModifiers};
    matches!(event, Event::Key(key)
        if key.code == KeyCode::Char('z') && key.modifiers.contains(KeyModifiers::CONTROL))
}

/// Waits for the moment, or for ever where there is none.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

enum Signal {
    End,
    Stop,
}

/// The signals that end or stop the client.
struct Signals {
    #[cfg(unix)]
    all: [tokio::signal::unix::Signal; 4],
}

impl Signals {
    #[cfg(unix)]
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        /// The number of SIGTSTP, equal on Linux, macOS and the BSDs' common ancestor.
        const STOP: i32 = if cfg!(target_os = "linux") { 20 } else { 18 };
        Ok(Self {
            all: [
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
                signal(SignalKind::interrupt())?,
                signal(SignalKind::from_raw(STOP))?,
            ],
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) -> Signal {
        let [terminate, hangup, interrupt, stop] = &mut self.all;
        tokio::select! {
            _ = terminate.recv() => Signal::End,
            _ = hangup.recv() => Signal::End,
            _ = interrupt.recv() => Signal::End,
            _ = stop.recv() => Signal::Stop,
        }
    }

    #[cfg(not(unix))]
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> Signal {
        drop(tokio::signal::ctrl_c().await);
        Signal::End
    }
}
