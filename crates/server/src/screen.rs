//! What is shown to whoever started the program: on a terminal, or into a pipe that may close.

use std::io::{self, IsTerminal, Write};

/// Clears a terminal and goes to its upper left corner.
pub(crate) const CLEAR: &str = "\x1b[2J\x1b[H";

/// Writes to standard output.
///
/// # Errors
/// When nobody reads any more: `| head` has seen enough, or the terminal is gone. That is no fault
/// of a program that has nothing more to say.
pub(crate) fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}

/// Asks a person something; not on standard output, which may lead into a file.
pub(crate) fn ask(question: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(question.as_bytes()).and_then(|()| err.flush());
}

/// Writes a last line or text to standard output; a reader who has left misses it.
pub(crate) fn say_last(text: &str) {
    let _ = say(&format!("{}\n", text.trim_end()));
}

/// How many rows the terminal has; `None` where the output is no terminal.
pub(crate) fn rows() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    terminal_size::terminal_size().map(|(_, height)| usize::from(height.0))
}
