//! `telefonist check`: every fault of a site, and nothing else happens.

use crate::cli::{CheckArgs, CheckFormat};
use crate::exit::{Exit, Fault, Outcome};
use crate::reach::Reach;
use crate::sarif;
use crate::screen;
use crate::site::{Read, Site};
use dialplan::Look;
use serde::Serialize;
use std::io::IsTerminal;

pub(crate) fn run(args: &CheckArgs) -> Outcome {
    let read = match Site::at(&args.site).and_then(|site| read(&site)) {
        Ok(read) => read,
        Err(fault) => return unreadable(args, fault),
    };
    let faults = &read.checked.faults;
    match args.format() {
        CheckFormat::Json => say_json(faults)?,
        CheckFormat::Sarif => say_json(&sarif::log(faults.iter()))?,
        CheckFormat::Text if faults.is_empty() => {
            screen::say_last(&format!("{}: no fault found", args.site.display()));
        }
        CheckFormat::Text => screen::say_last(&faults.render(look())),
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
    let Some(finding) = fault.finding() else { return Err(fault) };
    match args.format() {
        CheckFormat::Text => return Err(fault),
        CheckFormat::Json => say_json(&[finding])?,
        CheckFormat::Sarif => say_json(&sarif::log(std::iter::once(finding)))?,
    }
    Ok(Exit::Findings)
}

fn say_json(value: &impl Serialize) -> Result<(), Fault> {
    screen::say_last(&serde_json::to_string_pretty(value).map_err(Fault::found)?);
    Ok(())
}

/// Colours only where a person looks.
fn look() -> Look {
    if std::io::stdout().is_terminal() { Look::Coloured } else { Look::Plain }
}
