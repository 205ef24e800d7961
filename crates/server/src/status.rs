//! `telefonist status`: what a running centre looks like.

use crate::cli::StatusArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::{screen, serve, table};
use std::time::Duration;

/// How often `--watch` looks.
const WATCH_EVERY: Duration = Duration::from_secs(1);

pub(crate) fn run(args: &StatusArgs) -> Outcome {
    serve::block_on(async {
        loop {
            let snapshot = api::fetch_status(args.http)
                .await
                .map_err(|error| Fault::new(Exit::NotReached, error))?;
            let shown = if args.json {
                serde_json::to_string_pretty(&snapshot).map_err(Fault::found)?
            } else {
                table::draw(&snapshot, table::Fit::screen(0))
            };
            if !args.watch {
                screen::say_last(&shown);
                return Ok(Exit::Fine);
            }
            let clear = if args.json { "" } else { screen::CLEAR };
            if screen::say(&format!("{clear}{shown}\n")).is_err() {
                return Ok(Exit::Fine);
            }
            tokio::select! {
                () = serve::told_to_stop() => return Ok(Exit::Fine),
                () = tokio::time::sleep(WATCH_EVERY) => {}
            }
        }
    })
}
