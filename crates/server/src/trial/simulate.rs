//! `telefonist simulate`: one made-up call, and what comes of it.

use super::{SimulateArgs, Tried, parted};
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use dialplan::Plan;
use jiff::Timestamp;
use rehearsal::{Transcript, rehearse, verdict};
use serde::Serialize;

/// What comes of a call, for programs.
#[derive(Serialize)]
struct Told<'t> {
    #[serde(flatten)]
    transcript: &'t Transcript,
    /// Whether all came that was expected.
    as_expected: bool,
    /// Where the two part, if they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    parted: Option<String>,
}

pub(crate) fn run(args: &SimulateArgs) -> Outcome {
    let Tried { plan, sounds } = Tried::read(&args.site)?;
    let trial = args.trial(&number(args, &plan)?);
    let misfits = trial.misfits(&plan).into_iter().map(|(_, misfit)| misfit);
    let misfits = misfits.chain(args.expect.iter().filter_map(|it| it.misfit(&plan)));
    let misfits: Vec<String> = misfits.map(|misfit| misfit.to_string()).collect();
    if !misfits.is_empty() {
        return Err(Fault::found(misfits.join("\n")));
    }
    let transcript = rehearse(&plan, &trial, Timestamp::now(), &sounds)
        .ok_or_else(|| Fault::found("the time is out of the calendar's range"))?;
    let verdict = verdict(&transcript, &args.expect);
    if args.json {
        let parted = verdict.as_ref().err().map(parted);
        let told = Told { transcript: &transcript, as_expected: verdict.is_ok(), parted };
        screen::say_last(&serde_json::to_string_pretty(&told).map_err(Fault::found)?);
    } else {
        screen::say_last(&transcript.to_string());
        match &verdict {
            Ok(()) if args.expect.is_empty() => {}
            Ok(()) => screen::say_last("All came that was expected."),
            Err(it) => screen::say_last(&format!("NOT AS EXPECTED: {}.", parted(it))),
        }
    }
    Ok(if verdict.is_ok() { Exit::Fine } else { Exit::Findings })
}

/// The number that is dialled: the one that is said, or the only one there is.
fn number(args: &SimulateArgs, plan: &Plan) -> Result<String, Fault> {
    if let Some(number) = &args.to {
        return Ok(number.clone());
    }
    let mut numbers = plan.numbers.keys().filter(|name| plan.number_called(name).is_some());
    match (numbers.next(), numbers.next()) {
        (Some(only), None) => Ok(only.to_string()),
        _ => {
            let all: Vec<&str> = plan.numbers.keys().map(|number| &**number).collect();
            Err(Fault::found(format!("say with --to which number is dialled: {}", all.join(", "))))
        }
    }
}
