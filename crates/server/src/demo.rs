//! `telefonist demo`: the shipped site, peopled, with a live table. Needs no phone, network, root
//! or configuration.

mod agents;
mod callers;

use crate::centre::Centre;
use crate::cli::DemoArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::listen::Taken;
use crate::site::Site;
use crate::{serve, table};
use std::io::{IsTerminal, Write};
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
        args.listen.stand_over(&mut read.settings);
        let centre = Centre::start(read, data.path(), Taken::StepOver).await?;
        // The crowd is of this machine, so it calls where the centre really listens.
        let agents = agents::come_to_work(&centre, args.agents).await?;
        let callers = tokio::spawn(callers::keep_calling(centre.sip, args.calls_per_minute));
        tokio::select! {
            () = serve::told_to_stop() => {}
            () = show(&centre, data.path()) => {}
        }
        callers.abort();
        // While there is still somebody to say goodbye to.
        agents::go_home(agents).await;
        let ended = centre.end(Duration::ZERO).await;
        say("\nThe demo has ended.\n");
        ended.map(|()| Exit::Fine)
    })
}

/// Draws the table until the centre is no more.
async fn show(centre: &Centre, data: &Path) {
    let on_terminal = std::io::stdout().is_terminal();
    tokio::time::sleep(FIRST_AFTER).await;
    while centre.is_running() {
        let screen = format!("{}\n{}", table::draw(&centre.published.load()), legend(centre, data));
        if on_terminal {
            say(&format!("{}{screen}", table::CLEAR));
            tokio::time::sleep(DRAW_EVERY).await;
        } else {
            say(&format!("{screen}\n"));
            tokio::time::sleep(PRINT_EVERY).await;
        }
    }
}

fn legend(centre: &Centre, data: &Path) -> String {
    format!(
        "Call sip:9000@{sip} (key 1 Faktura, 9 English), or register as agent 1099, password \
         demo1099.\nStatus http://{http}/status, metrics http://{http}/metrics, calls: telefonist \
         calls --data {data}\nCtrl-C ends the demo.\n",
        sip = centre.sip,
        http = centre.http,
        data = data.display(),
    )
}

/// A terminal that is gone is no reason to end: the phones still ring.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
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
        let folder = std::env::temp_dir().join(format!("telefonist-demo-{}", std::process::id()));
        std::fs::create_dir(&folder)
            .map_err(|error| Fault::found(format!("{}: {error}", folder.display())))?;
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
