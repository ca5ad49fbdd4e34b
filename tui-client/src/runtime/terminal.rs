//! The terminal: entered once, left in order whatever happens.

use std::io::{BufWriter, Stdout, Write, stdout};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::execute;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};

/// Whether the terminal is ours now.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Whether the terminal tells of the mouse now, instead of marking text with it.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back as it was. May be called any number of times, from anywhere.
pub fn restore() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    // On a line that is dead nothing more can be done.
    drop(TermGuard::mouse(false));
    drop(execute!(
        stdout(),
        EndSynchronizedUpdate,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    ));
    drop(disable_raw_mode());
}

fn enter() -> std::io::Result<()> {
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    let entered = execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste);
    if entered.is_err() {
        restore();
    }
    entered
}

/// The terminal while it is ours.
pub struct TermGuard {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl TermGuard {
    pub fn enter() -> std::io::Result<Self> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            restore();
            before(info);
        }));
        enter()?;
        // One write a picture: slow lines show no half ones.
        let backend = CrosstermBackend::new(BufWriter::with_capacity(64 * 1024, stdout()));
        let terminal = Terminal::new(backend).inspect_err(|_| restore())?;
        Ok(Self { terminal })
    }

    /// From now on the terminal tells of the mouse, or keeps it for itself.
    pub fn mouse(wanted: bool) -> std::io::Result<()> {
        if MOUSE.swap(wanted, Ordering::SeqCst) == wanted {
            return Ok(());
        }
        if wanted {
            execute!(stdout(), EnableMouseCapture)
        } else {
            execute!(stdout(), DisableMouseCapture)
        }
    }

    pub fn draw(&mut self, picture: impl FnOnce(&mut Frame<'_>)) -> anyhow::Result<()> {
        crossterm::queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(picture)?;
        crossterm::queue!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        self.terminal.backend_mut().flush()?;
        Ok(())
    }

    /// A new size, or a screen that others have written over: everything is drawn anew. (Clearing
    /// would ask the terminal for its cursor and lose the answer to the key reader.)
    pub fn resize(&mut self, width: u16, height: u16) -> anyhow::Result<()> {
        self.terminal.resize(Rect::new(0, 0, width, height))?;
        Ok(())
    }

    /// To the shell, and on when the shell says so.
    pub fn suspend() -> std::io::Result<()> {
        restore();
        #[cfg(unix)]
        {
            let id = std::process::id().to_string();
            let stopped = std::process::Command::new("kill")
                .args(["-STOP", &id])
                .status();
            drop(stopped);
        }
        enter()
    }
}

impl Drop for TermGuard {
    fn drop(&mut self) {
        restore();
    }
}
