//! `telefonist diff`: what would change, in the operator's words.

use crate::cli::DiffArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use crate::site::Site;

pub(crate) fn run(args: &DiffArgs) -> Outcome {
    let (old, new) = (Site::at(&args.against)?.plan()?, Site::at(&args.site)?.plan()?);
    let changes = new.changes_from(&old);
    if args.json {
        screen::say_last(&serde_json::to_string_pretty(&changes).map_err(Fault::found)?);
    } else if changes.is_empty() {
        screen::say_last("nothing changes");
    } else {
        let lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
        screen::say_last(&lines.join("\n"));
    }
    Ok(Exit::Fine)
}
