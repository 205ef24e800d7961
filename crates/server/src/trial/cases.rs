//! `telefonist test`: the operator's own cases, each tried, and how many came out as expected.

use super::{TestArgs, Tried, parted_with_rows};
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use crate::site::Site;
use dialplan::trial::Case;
use jiff::Timestamp;
use rehearsal::{Transcript, rehearse, verdict};
use serde::Serialize;
use std::fs;
use std::path::Path;

/// The cases of a site stand in this file, in its folder.
pub(crate) const FILE: &str = "tests.toml";

/// What came of a case.
#[derive(Serialize)]
struct Ran {
    name: String,
    file: String,
    line: usize,
    as_expected: bool,
    /// The first that did not come as it was expected, and what came instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    parted: Option<String>,
    transcript: Transcript,
}

pub(crate) fn run(args: &TestArgs) -> Outcome {
    let tried = Tried::read(&args.site)?;
    let file = Site::at(&args.site)?.folder().join(FILE);
    let cases = read(&file, &tried)?;
    let filter = args.filter.as_deref().unwrap_or("");
    let now = Timestamp::now();
    let chosen = cases.iter().filter(|case| case.name.contains(filter));
    let ran: Vec<Ran> = chosen.filter_map(|case| try_out(case, &tried, now)).collect();
    if ran.is_empty() {
        let why = match args.filter {
            Some(_) => format!("no test of {} has `{filter}` in its name", file.display()),
            None => format!("{} has no test", file.display()),
        };
        return Err(Fault::found(why));
    }
    if args.json {
        screen::say_last(&serde_json::to_string_pretty(&ran).map_err(Fault::found)?);
    } else {
        screen::say_last(&summary(&ran));
    }
    let all = ran.iter().all(|ran| ran.as_expected);
    Ok(if all { Exit::Fine } else { Exit::Findings })
}

fn read(file: &Path, tried: &Tried) -> Result<Vec<Case>, Fault> {
    let text = fs::read_to_string(file).map_err(|error| {
        Fault::found(format!(
            "{}: {error}. The tests of a site stand there, each a table [[test]]",
            file.display()
        ))
    })?;
    let checked = Case::check(&file.display().to_string(), &text, &tried.plan);
    checked.cases.ok_or_else(|| Fault::found(&checked.faults))
}

/// None of a time that is out of the calendar's range.
fn try_out(case: &Case, tried: &Tried, now: Timestamp) -> Option<Ran> {
    let transcript = rehearse(&tried.plan, &case.trial, now, &tried.sounds)?;
    let verdict = verdict(&transcript, &case.expected);
    Some(Ran {
        name: case.name.clone(),
        file: case.line.file.to_string(),
        line: case.line.line,
        as_expected: verdict.is_ok(),
        parted: verdict.err().map(|it| parted_with_rows(&transcript, &it)),
        transcript,
    })
}

fn summary(ran: &[Ran]) -> String {
    let mut told: Vec<String> = Vec::new();
    for one in ran {
        match &one.parted {
            None => told.push(format!("as expected  {}", one.name)),
            Some(parted) => {
                told.push(format!("NOT          {}", one.name));
                told.push(format!("  {}:{}: {parted}", one.file, one.line));
            }
        }
    }
    let fine = ran.iter().filter(|one| one.as_expected).count();
    told.push(format!("{fine} of {} as expected", ran.len()));
    told.join("\n")
}
