//! `telefonist report`: what became of callers and of what they were told, from a ledger.

mod agents;
mod callbacks;
mod cell;
mod form;
pub(crate) mod levels;
pub(crate) mod question;
mod queues;
mod sheet;
mod survey;
mod xlsx;

use crate::cli::{ReportArgs, ReportOf, WaitsArgs};
use crate::exit::{Exit, Fault, Outcome};
use crate::{ledger_settings, screen, serve};
use api::{NoReport, Report, ReportWords};
use estimate::Calibration;
use jiff::{SignedDuration, Timestamp};
use ledger::{Place, ReadError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

type Queues = BTreeMap<String, Calibration>;

pub(crate) fn run(args: &ReportArgs) -> Outcome {
    match &args.of {
        ReportOf::Waits(args) => waits(args),
        ReportOf::Queues(args) => queues::run(args),
        ReportOf::Survey(args) => survey::run(args),
        ReportOf::Agents(args) => agents::run(args),
        ReportOf::Callbacks(args) => callbacks::run(args),
    }
}

/// The report that words ask for, of the ledger at `place`, as `--json` prints it.
pub(crate) async fn of_ledger(
    place: &Place,
    of: Report,
    words: ReportWords,
) -> Result<Value, NoReport> {
    match of {
        Report::Queues => queues::of_ledger(place, &question::read(words)?, &[]).await,
        Report::Survey => survey::of_ledger(place, &question::read(words)?).await,
        Report::Agents => agents::of_ledger(place, &question::read(words)?).await,
        Report::Callbacks => callbacks::of_ledger(place, &question::read(words)?).await,
    }
    .map(|report| report.json())
}

/// Why the ledger made no report.
fn unread(error: ReadError) -> NoReport {
    match error {
        ReadError::TooLong(_) => NoReport::Asked(error.to_string()),
        ReadError::Missing(_)
        | ReadError::Earlier(_)
        | ReadError::NotALedger(_)
        | ReadError::Damaged(_)
        | ReadError::Database { .. } => NoReport::Unreadable(error.to_string()),
    }
}

fn waits(args: &WaitsArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    let from = Timestamp::now() - SignedDuration::from_hours(24 * i64::from(args.days));
    serve::block_on(async {
        let queues = ledger::waits(&place, from).await.map_err(Fault::found)?;
        screen::say_last(&if args.json { json(&queues)? } else { table(&queues) });
        Ok(Exit::Fine)
    })
}

fn table(queues: &Queues) -> String {
    let headings = Calibration::HEADINGS.map(str::to_uppercase);
    let mut rows = vec![std::iter::once("QUEUE".to_owned()).chain(headings).collect()];
    rows.extend(
        queues.iter().map(|(queue, of)| {
            std::iter::once(queue.clone()).chain(of.cells()).collect::<Vec<_>>()
        }),
    );
    aligned(&rows, 1)
}

/// Rows as lines whose columns stand below each other; the first few, which are words, at their left.
fn aligned(rows: &[Vec<String>], words: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |at: usize| rows.iter().filter_map(move |row| Some(row.get(at)?.chars().count())).max();
    let widths: Vec<usize> = (0..columns).map(|at| width(at).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = if at == 0 { "" } else { "  " };
            let _ = match at < words {
                true => write!(text, "{gap}{cell:<width$}"),
                false => write!(text, "{gap}{cell:>width$}"),
            };
        }
        text.push('\n');
    }
    text
}

fn json(queues: &Queues) -> Result<String, Fault> {
    let rows = queues.iter().map(|(queue, of)| {
        serde_json::json!({
            "queue": queue,
            "told": of.times_told(),
            "known": of.known(),
            "middle_wait_s": of.middle_wait(),
            "middle_bound_s": of.middle_bound(),
            "held_percent": of.held(),
            "near_percent": of.near(),
            "untold_percent": of.silent(),
        })
    });
    serde_json::to_string_pretty(&rows.collect::<Vec<_>>()).map_err(Fault::found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use estimate::Came;
    use std::time::Duration;

    #[test]
    fn each_queue_has_a_line_under_the_headings() {
        let mut told = Calibration::default();
        told.told(Some(Duration::from_secs(60)), Came::Served(Duration::from_secs(45)));
        told.untold();
        let queues = Queues::from([
            ("faktura".to_owned(), told),
            ("support".to_owned(), Calibration::default()),
        ]);
        let expected = "\
QUEUE    TOLD  KNOWN  MIDDLE WAIT  MIDDLE BOUND     HELD     NEAR  SAID NOTHING
faktura     1      1         45 s          60 s  100.0 %  100.0 %        50.0 %
support     0      0            –             –        –        –             –
";
        assert_eq!(table(&queues), expected);
    }
}
