//! `telefonist report callbacks`: what was promised to callers who do not wait on the line, and whether it was kept.

use super::cell::Cell;
use super::form::Report;
use super::sheet::{Column, Sheet};
use super::{question, unread};
use crate::cli::{CallbacksArgs, CallbacksQuestion};
use crate::exit::Outcome;
use crate::{ledger_settings, serve};
use api::NoReport;
use jiff::Timestamp;
use ledger::{CallbackLine, CallbacksAsked, Place};

pub(crate) fn run(args: &CallbacksArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    serve::block_on(async {
        let report = of_ledger(&place, &args.question).await.map_err(question::fault)?;
        report.print(&args.form)
    })
}

/// The report that `question` asks for, of the ledger at `place`.
pub(super) async fn of_ledger(
    place: &Place,
    question: &CallbacksQuestion,
) -> Result<Report, NoReport> {
    let zone = question::zone_of(place, &question.period).await?;
    let (from, to) = question.period.between(&zone, Timestamp::now()).map_err(NoReport::Asked)?;
    let asked = CallbacksAsked { from, to, queue: question.queue.clone() };
    let lines = ledger::callback_report(place, asked).await.map_err(unread)?;
    let facts = question::facts(&zone, from, to);
    Ok(Report { facts, sheets: vec![sheet(&lines)], printed: 0, note: String::new() })
}

fn sheet(lines: &[CallbackLine]) -> Sheet {
    let columns = vec![
        Column::new("callback", "the step of the dialplan"),
        Column::new("queue", "where it waits"),
        Column::new("promised", "callbacks that were promised, and said to be"),
        Column::new("open", "of those, the ones that are not over"),
        Column::new("reached", "customers who were called and talked with us"),
        Column::new("served", "customers who called again, and talked with an agent").if_any(),
        Column::new("called_off", "called off, or waited for on the line").if_any(),
        Column::new("not_reached", "tried as often as they were to be"),
        Column::new("broken", "over before: the window, the closing of the queue, the step"),
        Column::formula("kept", "(reached + served) / (promised - open - called_off)")
            .headed("KEPT %"),
        Column::new("attempts", "mean number of attempts, of the reached"),
        Column::new("took", "mean seconds from the promise, or the time asked for, to the talk"),
        Column::new("longest", "the longest of them"),
        Column::new("bound", "mean seconds that it was expected to take, where that was known"),
        Column::formula("in_time", "reached within the bound / reached with a bound")
            .headed("IN TIME %"),
    ];
    let row = |line: &CallbackLine| -> Vec<Cell> {
        let mean = (line.reached > 0).then(|| {
            let hundredths = line.attempts.saturating_mul(100) / line.reached.max(1);
            i64::try_from(hundredths).unwrap_or(i64::MAX)
        });
        vec![
            Cell::Text(line.callback.clone()),
            Cell::Text(line.queue.clone()),
            Cell::Count(line.promised),
            Cell::Count(line.open),
            Cell::Count(line.reached),
            Cell::Count(line.served),
            Cell::Count(line.called_off),
            Cell::Count(line.not_reached),
            Cell::Count(line.broken),
            Cell::share(line.kept(), line.due()),
            Cell::Mean(mean),
            Cell::average(line.took_ms, line.reached),
            Cell::average(line.longest_ms, u64::from(line.reached > 0)),
            Cell::average(line.bounds_ms, line.bounded),
            Cell::share(line.in_time, line.bounded),
        ]
    };
    let rows = lines.iter().map(row).collect();
    Sheet { name: "callbacks", key: "lines", columns, rows, total: None, words: 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_promises_are_a_share_of_those_that_were_to_be_kept() {
        let line = CallbackLine {
            callback: "later".to_owned(),
            queue: "support".to_owned(),
            promised: 10,
            open: 1,
            reached: 6,
            called_off: 1,
            not_reached: 1,
            broken: 1,
            attempts: 9,
            took_ms: 3_600_000,
            longest_ms: 1_200_000,
            bounded: 4,
            bounds_ms: 2_400_000,
            in_time: 3,
            ..CallbackLine::default()
        };
        let expected = "\
CALLBACK  QUEUE    PROMISED  OPEN  REACHED  CALLED OFF  NOT REACHED  BROKEN  KEPT %  ATTEMPTS   TOOK  LONGEST  BOUND  IN TIME %
later     support        10     1        6           1            1       1    75.0      1.50  600.0   1200.0  600.0       75.0
";
        assert_eq!(sheet(&[line]).table(), expected);
    }
}
