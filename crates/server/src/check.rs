//! `telefonist check`: every fault of a site, and nothing else happens.

use crate::cli::CheckArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::reach::Reach;
use crate::screen;
use crate::site::{Read, Site};
use dialplan::Look;
use std::io::IsTerminal;

pub(crate) fn run(args: &CheckArgs) -> Outcome {
    let read = match Site::at(&args.site).and_then(|site| read(&site)) {
        Ok(read) => read,
        Err(fault) => return unreadable(args, fault),
    };
    let faults = &read.checked.faults;
    if args.json {
        let json = serde_json::to_string_pretty(faults).map_err(Fault::found)?;
        screen::say_last(&json);
    } else if faults.is_empty() {
        screen::say_last(&format!("{}: no fault found", args.site.display()));
    } else {
        screen::say_last(&faults.render(look()));
    }
    Ok(if faults.any_error() { Exit::Findings } else { Exit::Fine })
}

/// A site whose settings can all be true.
fn read(site: &Site) -> Result<Read, Fault> {
    let read = site.read()?;
    Reach::of(&read.settings)?;
    Ok(read)
}

/// Settings that cannot be read are one finding, and nothing after them can be looked at.
fn unreadable(args: &CheckArgs, fault: Fault) -> Outcome {
    match fault.finding() {
        Some(finding) if args.json => {
            screen::say_last(&serde_json::to_string_pretty(&[finding]).map_err(Fault::found)?);
            Ok(Exit::Findings)
        }
        Some(_) | None => Err(fault),
    }
}

/// Colours only where a person looks.
fn look() -> Look {
    if std::io::stdout().is_terminal() { Look::Coloured } else { Look::Plain }
}
