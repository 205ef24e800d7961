//! `telefonist demo`: the shipped site, peopled, with a live table. Needs no phone, network, root
//! or configuration.

mod agents;
mod callers;

use crate::centre::Centre;
use crate::cli::DemoArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::listen::Taken;
use crate::site::Site;
use crate::table::Fit;
use crate::{screen, serve, table};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the table is drawn on a terminal.
const DRAW_EVERY: Duration = Duration::from_secs(1);
/// How often it is printed where nobody watches a screen.
const PRINT_EVERY: Duration = Duration::from_secs(5);
/// The first table is there after this.
const FIRST_AFTER: Duration = Duration::from_millis(1_500);

pub(crate) fn run(args: &DemoArgs) -> Outcome {
    let data = Data::of(args.listen.data.as_deref())?;
    serve::block_on(async {
        let mut read = Site::Demo.read()?;
        args.listen.stand_over(&mut read.settings)?;
        let crowd = read.checked.plan.as_ref().map_or_else(Vec::new, |plan| plan.agents.clone());
        let centre = Centre::start((Site::Demo, read), data.path(), Taken::StepOver).await?;
        // The crowd is of this machine, so it calls where the centre really listens.
        let agents = agents::come_to_work(&centre, &crowd, args.agents).await?;
        let callers =
            tokio::spawn(callers::keep_calling(centre.sip.plain(), args.calls_per_minute));
        tokio::select! {
            () = serve::told_to_stop() => {}
            () = show(&centre, data.path()) => {}
        }
        callers.abort();
        // While there is still somebody to say goodbye to.
        agents::go_home(agents).await;
        let ended = centre.end(Duration::ZERO).await;
        screen::say_last("\nThe demo has ended.");
        ended.map(|()| Exit::Fine)
    })
}

/// Draws the table until the centre is no more, or nobody reads it any more.
async fn show(centre: &Centre, data: &Path) {
    let on_terminal = std::io::stdout().is_terminal();
    tokio::time::sleep(FIRST_AFTER).await;
    while centre.is_running() {
        let fit = Fit::screen(LEGEND_ROWS);
        let table = table::draw(&centre.published.load(), fit);
        let screen = format!("{table}\n{}", legend(centre, data));
        let (shown, pause) = if on_terminal {
            (format!("{}{screen}", screen::CLEAR), DRAW_EVERY)
        } else {
            (format!("{screen}\n"), PRINT_EVERY)
        };
        if screen::say(&shown).is_err() {
            return;
        }
        tokio::time::sleep(pause).await;
    }
}

/// The rows of [`legend`], the empty one before it and the one of the cursor.
const LEGEND_ROWS: usize = 6;

fn legend(centre: &Centre, data: &Path) -> String {
    format!(
        "Call sip:9000@{sip} (1 Faktura, 9 English); agent 1099, demo1099.\n\
         http://{http}/status, /metrics\n\
         telefonist calls --data {data}\n\
         Ctrl-C ends the demo.\n",
        sip = centre.sip.plain(),
        http = centre.http,
        data = data.display(),
    )
}

/// Where the demo keeps its ledger: in a folder as told, or in one that goes with the demo.
#[derive(Debug)]
enum Data {
    Told(PathBuf),
    Passing(PathBuf),
}

impl Data {
    fn of(told: Option<&Path>) -> Result<Self, Fault> {
        if let Some(told) = told {
            return Ok(Self::Told(told.to_owned()));
        }
        let folder = passing_folder().map_err(|error| {
            Fault::found(format!("a folder for the demo's ledger: {error}. Name one with --data"))
        })?;
        Ok(Self::Passing(folder))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Told(path) | Self::Passing(path) => path,
        }
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        if let Self::Passing(folder) = self {
            // What cannot be tidied away is left to the machine's own tidying of its temporary
            // files.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// How many names are tried: a demo that was killed leaves its folder, and its process number may
/// come again.
const FOLDER_NAMES_MAX: u32 = 100;

/// A new folder beside other passing things of this machine.
fn passing_folder() -> std::io::Result<PathBuf> {
    let process = std::process::id();
    let mut names = (0..FOLDER_NAMES_MAX)
        .map(|again| std::env::temp_dir().join(format!("telefonist-demo-{process}-{again}")));
    loop {
        let folder = names.next().ok_or(std::io::ErrorKind::AlreadyExists)?;
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}
