//! `telefonist check`: every fault of a site, and nothing else happens.

use crate::cli::CheckArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::site::Site;
use dialplan::Look;
use std::io::IsTerminal;

#[expect(clippy::print_stdout, reason = "the report is what was asked for")]
pub(crate) fn run(args: &CheckArgs) -> Outcome {
    let read = match Site::at(&args.site).and_then(|site| site.read()) {
        Ok(read) => read,
        Err(fault) => return unreadable(args, fault),
    };
    let faults = &read.checked.faults;
    if args.json {
        let json = serde_json::to_string_pretty(faults).map_err(Fault::found)?;
        println!("{json}");
    } else if faults.is_empty() {
        println!("{}: no fault found", args.site.display());
    } else {
        println!("{}", faults.render(look()));
    }
    Ok(if faults.any_error() { Exit::Findings } else { Exit::Fine })
}

/// Settings that cannot be read are one finding, and nothing after them can be looked at.
#[expect(clippy::print_stdout, reason = "the report is what was asked for")]
fn unreadable(args: &CheckArgs, fault: Fault) -> Outcome {
    match fault.finding() {
        Some(finding) if args.json => {
            println!("{}", serde_json::to_string_pretty(&[finding]).map_err(Fault::found)?);
            Ok(Exit::Findings)
        }
        Some(_) | None => Err(fault),
    }
}

/// Colours only where a person looks.
fn look() -> Look {
    if std::io::stdout().is_terminal() { Look::Coloured } else { Look::Plain }
}
