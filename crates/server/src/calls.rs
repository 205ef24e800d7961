//! `telefonist calls`: the rows of a ledger, also while a server writes it.

use crate::cli::CallsArgs;
use crate::exit::{Exit, Fault, Outcome};
use crate::{ledger_settings, screen, serve};
use ids::CallId;
use ledger::{CallRow, EventRow, Filter, LegRow, RecordingRow};
use std::fmt::Write;

pub(crate) fn run(args: &CallsArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    serve::block_on(async {
        let shown = match args.call {
            Some(call) => {
                let story = ledger::story(&place, CallId(call)).await.map_err(Fault::found)?;
                if story.is_empty() {
                    return Err(Fault::found(format!("there is no call {call} in this ledger")));
                }
                let legs = ledger::legs(&place, CallId(call)).await.map_err(Fault::found)?;
                let recorded = ledger::recordings(&place, CallId(call)).await;
                let recorded = recorded.map_err(Fault::found)?;
                if args.json {
                    json(&story)?
                } else {
                    tell(&story) + &sound(&legs) + &recordings(&recorded)
                }
            }
            None => {
                let calls =
                    ledger::list(&place, Filter::last(args.last)).await.map_err(Fault::found)?;
                if args.json { json(&calls)? } else { list(&calls) }
            }
        };
        screen::say_last(&shown);
        Ok(Exit::Fine)
    })
}

fn json(rows: &impl serde::Serialize) -> Result<String, Fault> {
    serde_json::to_string_pretty(rows).map_err(Fault::found)
}

fn list(calls: &[CallRow]) -> String {
    let mut text = String::from(
        "   CALL  OFFERED (UTC)        CALLER        NUMBER  QUEUE       AGENT   WAIT   TALK  \
         OUTCOME\n",
    );
    for call in calls {
        let offered = call.offered_at.strftime("%Y-%m-%d %H:%M:%S");
        let _ = writeln!(
            text,
            "{:>7}  {offered}  {:<12}  {:<6}  {:<10}  {:<6}  {:>5}  {:>5}  {}",
            call.id,
            call.caller,
            call.number,
            call.queue.as_deref().unwrap_or("–"),
            call.agent.as_deref().unwrap_or("–"),
            seconds(call.wait_ms),
            seconds(call.talk_ms),
            ending(call),
        );
    }
    text
}

fn seconds(ms: Option<u64>) -> String {
    ms.map_or_else(|| "–".to_owned(), |ms| format!("{}s", (ms + 500) / 1_000))
}

fn ending(call: &CallRow) -> String {
    match (&call.outcome, &call.abandoned_while, &call.cause) {
        (Some(outcome), Some(doing), _) => format!("{outcome} ({doing})"),
        (Some(outcome), None, Some(cause)) => format!("{outcome} ({cause})"),
        (Some(outcome), None, None) => outcome.clone(),
        (None, _, _) => "on".to_owned(),
    }
}

fn tell(story: &[EventRow]) -> String {
    let mut text = String::new();
    for event in story {
        let at = event.at.strftime("%Y-%m-%d %H:%M:%S.%3f");
        let _ = writeln!(text, "{at}  {:<18}  {}", event.kind, event.detail);
    }
    text
}

/// How each leg sounded, if any has closed; what was not measured is a dash.
fn sound(legs: &[LegRow]) -> String {
    if legs.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "\nSOUND FROM  AGENT   CODEC  RECEIVED   LOST   JITTER  THERE AND BACK  LOST THERE   MOS\n",
    );
    for leg in legs {
        let _ = writeln!(
            text,
            "{:<10}  {:<6}  {:<5}  {:>8}  {:>5}  {:>7}  {:>14}  {:>10}  {:>4}",
            leg.side,
            leg.agent.as_deref().unwrap_or("–"),
            leg.codec,
            leg.received,
            leg.lost,
            millis(leg.jitter_us),
            millis(leg.round_trip_us),
            leg.told_lost.map_or_else(|| "–".to_owned(), |lost| lost.to_string()),
            leg.mos.map_or_else(|| "–".to_owned(), |mos| format!("{}.{:02}", mos / 100, mos % 100)),
        );
    }
    text
}

/// What is kept of the talk, and under which name.
fn recordings(recordings: &[RecordingRow]) -> String {
    if recordings.is_empty() {
        return String::new();
    }
    let mut text =
        String::from("\nRECORDING         BEGAN (UTC)              LENGTH  MISSED  STATE\n");
    for recording in recordings {
        let began = recording.began_at.strftime("%Y-%m-%d %H:%M:%S.%3f");
        let missed = recording.packets_missed;
        let _ = writeln!(
            text,
            "{}  {began}  {:>6}  {:>6}  {}",
            recording.recording,
            seconds(recording.length_ms),
            missed.map_or_else(|| "–".to_owned(), |missed| missed.to_string()),
            recording.state.as_deref().unwrap_or("goes on"),
        );
    }
    text
}

fn millis(micros: Option<u64>) -> String {
    let tenths = |micros: u64| format!("{}.{} ms", micros / 1_000, micros / 100 % 10);
    micros.map_or_else(|| "–".to_owned(), tenths)
}
