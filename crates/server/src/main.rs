//! The program `telefonist`: wires cores and shells together.
//!
//! Each subcommand is a file of its own. What they share: [`site`] is what an operator wrote,
//! [`sound`] its recordings, [`centre`] a running engine with its shells, [`driver`] the one thread
//! that owns the engine.

mod addresses;
mod advertise;
mod answers;
mod backlog;
mod balance;
mod calendars;
mod call_trace;
mod calls;
mod centre;
mod check;
mod cli;
mod control;
mod courier;
mod crier;
mod days;
mod demo;
mod desk;
mod diff;
mod doors;
mod driver;
mod editions;
mod engine_thread;
mod exit;
mod explain;
mod fmt;
mod graph;
mod ha1;
mod homer;
mod keep;
mod leave;
mod ledger_commands;
mod ledger_settings;
mod limits;
mod limits_settings;
mod lines;
mod listen;
mod load;
mod log;
mod look_up;
mod memory;
mod messages;
mod note;
mod open_files;
mod order;
mod outside;
mod overload_settings;
mod pages;
mod past;
mod plan;
mod reach;
mod recordings;
mod recordings_settings;
mod records;
mod refresh;
mod reload;
mod report;
mod rollback;
mod sarif;
mod schema;
mod screen;
mod serve;
mod settings;
mod shipped;
mod site;
mod sound;
mod spoken;
mod status;
mod story;
mod surface;
mod table;
mod talks;
mod texts;
mod tls_settings;
mod token_settings;
mod tracer;
mod trial;
mod unheard;
mod voices;
mod watch;
mod workers;
mod ws_settings;

use clap::Parser;
use cli::{Cli, Command};
use exit::Exit;
use std::process::ExitCode;

/// A thread that is stopped while it takes memory holds up no other: with the C library's allocator,
/// freeing what such a thread has allocated waits for it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    pages::keep_small();
    let cli = Cli::parse();
    let log = log::begin(&cli.command);
    let exit = match cli.command {
        Command::Serve(args) => serve::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Reload(args) => desk::reload(&args),
        Command::Plan(args) => plan::run(&args.what),
        Command::Check(args) => check::run(&args),
        Command::Simulate(args) => trial::simulate(&args),
        Command::Test(args) => trial::test(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Schema => schema::run(),
        Command::Status(args) => status::run(&args),
        Command::Calls(args) => calls::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Ledger(args) => ledger_commands::run(&args.what),
        Command::Call(args) => desk::call(&args.what),
        Command::Agent(args) => desk::agent(&args.what),
        Command::Queue(args) => desk::queue(&args.what),
        Command::Callback(args) => desk::callback(&args.what),
        Command::Message(args) => desk::message(&args.what),
        Command::Explain(args) => desk::explain(&args),
        Command::Prompts(args) => spoken::run(&args.what),
        Command::Ha1(args) => ha1::run(&args),
    };
    // The last lines are written before the process is another program.
    drop(log);
    let exit = match exit {
        Ok(Exit::BeginAnew) => Err(leave::begin_anew()),
        exit => exit,
    };
    match exit {
        Ok(exit) => exit.into(),
        Err(fault) => {
            let exit = fault.exit;
            fault.print();
            exit.into()
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
