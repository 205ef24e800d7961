//! The project's own chores: `cargo xtask test`, `faults`, `nightly`, `bench`, `fuzz`, `prompts`, `music`.

mod bench;
mod debian;
mod faults;
mod fuzz;
mod music;
mod nightly;
mod programs;
mod prompts;
mod stories;
mod tally;
mod test;
mod tone;

use clap::Parser;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The project's own chores.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
enum Chore {
    /// Check the style, build, and pass all tests; installs the phones that the tests call
    Test,
    /// Have everything go wrong around a centre that may, while people call
    Faults(faults::Args),
    /// Live through ten thousand simulated days, other ones each night
    Nightly(nightly::Args),
    /// Measure: one figure a line, each beside its limit where it has one
    Bench(bench::Args),
    /// Throw bytes at what reads the network, and see that it stands
    Fuzz(fuzz::Args),
    /// Speak the texts of prompts/LANG/prompts.toml, numbers, times and money into WAV files
    Prompts(prompts::Args),
    /// Compute the music on hold, the tone of voicemails and the pause anew, into prompts/
    Music,
}

fn main() -> ExitCode {
    let done = match Chore::parse() {
        Chore::Test => test::run(),
        Chore::Faults(args) => faults::run(&args),
        Chore::Nightly(args) => nightly::run(&args),
        Chore::Bench(args) => bench::run(&args),
        Chore::Fuzz(args) => fuzz::run(&args),
        Chore::Prompts(args) => prompts::run(&args),
        Chore::Music => music::run().and_then(|()| tone::run()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            tell_fault(&why);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a chore reports to the terminal it was started from")]
fn tell_fault(why: &str) {
    eprintln!("xtask: {why}");
}

#[expect(clippy::print_stdout, reason = "a chore reports to the terminal it was started from")]
fn tell(what: &str) {
    println!("{what}");
}

/// A path in the project, wherever the chore was started from.
fn project(path: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the project");
    root.join(path)
}
