//! `telefonist diff`: what would change, in the operator's words.

use crate::cli::DiffArgs;
use crate::editions::{Editions, Texts};
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use crate::site::Site;
use std::path::Path;

pub(crate) fn run(args: &DiffArgs) -> Outcome {
    let site = Site::at(&args.site)?;
    let old = match (&args.against, &args.running) {
        (Some(against), _) => Site::at(against)?.plan()?,
        // clap lets neither be missing.
        (None, Some(Some(data))) => site.plan_of(&in_force(data)?)?,
        (None, _) => site.plan_of(&in_force(&site.data()?)?)?,
    };
    let new = site.plan()?;
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

/// The texts of the latest edition.
fn in_force(data: &Path) -> Result<Texts, Fault> {
    let editions = Editions::of(data);
    let Some(latest) = editions.list().map_err(Fault::found)?.pop() else {
        let at = data.display();
        return Err(Fault::found(format!("{at}: no edition is kept here; name the data folder")));
    };
    editions.texts(&latest).map_err(Fault::found)
}
