//! `telefonist report queues`: how many callers came to each queue, and what became of them.

use super::cell::Cell;
use super::form::Report;
use super::levels::Level;
use super::sheet::{Column, Sheet};
use super::{question, unread};
use crate::cli::{Question, QueuesArgs};
use crate::exit::Outcome;
use crate::{ledger_settings, serve};
use api::NoReport;
use jiff::Timestamp;
use ledger::{Counts, Place, QueueReport, QueuesAsked, SHORT_ABANDON_MAX};
use serde_json::json;

pub(crate) fn run(args: &QueuesArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    serve::block_on(async {
        let report = of_ledger(&place, &args.question, &args.level).await;
        report.map_err(question::fault)?.print(&args.form)
    })
}

/// The report that `question` asks for, of the ledger at `place`; people are shown the service levels `levels`.
pub(super) async fn of_ledger(
    place: &Place,
    question: &Question,
    levels: &[Level],
) -> Result<Report, NoReport> {
    let zone = question::zone_of(place, &question.period).await?;
    let asked = question.asked(&zone, Timestamp::now()).map_err(NoReport::Asked)?;
    let counted = ledger::queue_report(place, asked.clone()).await.map_err(unread)?;
    Ok(report(question, &asked, &counted, levels))
}

fn report(
    question: &Question,
    asked: &QueuesAsked,
    counted: &QueueReport,
    levels: &[Level],
) -> Report {
    let mut facts = question::facts(&asked.calendar.zone, asked.from, asked.to);
    facts.extend([
        ("interval", json!(question.interval.word())),
        ("within_s", json!(asked.within.as_secs())),
        ("short_abandon_max_s", json!(SHORT_ABANDON_MAX.as_secs())),
    ]);
    let sheet = sheet(asked, counted, levels);
    let formulas = sheet.columns.iter().filter(|column| column.is_formula_for_people());
    let formulas = formulas.map(|column| format!("{} = {}", column.heading, column.means));
    let formulas = formulas.collect::<Vec<_>>().join(", ");
    let note = format!("\n{formulas}, in percent; waits of the answered, in seconds\n");
    Report { facts, sheets: vec![sheet], printed: 0, note }
}

fn sheet(asked: &QueuesAsked, counted: &QueueReport, levels: &[Level]) -> Sheet {
    let zone = &asked.calendar.zone;
    let heading = format!("FROM ({})", question::name(zone));
    let from = "when the interval began; a visit counts in the one in which it began";
    let mut columns =
        vec![Column::new("from", from).headed(heading), Column::new("queue", "the queue")];
    let words = columns.len();
    columns.extend(figures(asked.within.as_secs(), levels));
    let row = |from: Cell, queue: &str, counts: &Counts| {
        [from, Cell::Text(queue.to_owned())].into_iter().chain(cells(counts)).collect()
    };
    let rows = counted
        .lines
        .iter()
        .map(|line| row(Cell::At(line.from.to_zoned(zone.clone())), &line.queue, &line.counts));
    // In the place of a time, since a queue may have any name.
    let total = row(Cell::Text("total".to_owned()), "", &counted.total);
    Sheet { name: "queues", key: "lines", columns, rows: rows.collect(), total: Some(total), words }
}

/// The columns of [`cells`].
fn figures(within_s: u64, levels: &[Level]) -> Vec<Column> {
    let short = SHORT_ABANDON_MAX.as_secs();
    let mut columns = vec![
        Column::new("offered", "visits that began: the sum of the twelve counts that follow"),
        Column::new("answered", "an agent took the call"),
        Column::new("abandoned", format!("hung up after {short} s or later")),
        Column::new("short_abandoned", format!("hung up in less than {short} s")).headed("SHORT").if_any(),
        Column::new("timed_out", "sent on by a condition `waited`").if_any(),
        Column::new("overflowed", "sent on by another condition, or found the queue full").if_any(),
        Column::new("callback", "left by a key and was promised a callback").if_any(),
        Column::new("key", "left by a key for something else").if_any(),
        Column::new("closed", "found the queue closed, or waited there when it closed").if_any(),
        Column::new("moved", "moved to another queue by a command").if_any(),
        Column::new("withdrawn", "sent away by a command").if_any(),
        Column::new("interrupted", "was there when the server stopped").if_any(),
        Column::new("waiting", "came in this interval and waits still").if_any(),
        Column::new(
            "waiting_at_end",
            "waited when the interval was over, or waits now; also who came before it; no part of the sum",
        )
        .headed("WAITING AT END")
        .if_any(),
        Column::new("average_wait_s", "waits of the answered / answered").headed("AVERAGE WAIT"),
        Column::new("longest_wait_s", "the longest wait of one who was answered").headed("LONGEST WAIT"),
        Column::formula("answered_in_time", format!("answered_{within_s}s")).headed("IN TIME"),
        Column::formula("hung_up_in_time", format!("hung_up_{within_s}s")).for_programs(),
    ];
    columns.extend(Level::ALL.map(|level| level.column(within_s, levels)));
    columns
}

fn cells(counts: &Counts) -> Vec<Cell> {
    let answered = counts.answered;
    let longest = u64::from(answered > 0);
    let mut cells: Vec<Cell> = [
        counts.offered,
        answered,
        counts.abandoned,
        counts.short_abandoned,
        counts.timed_out,
        counts.overflowed,
        counts.callback,
        counts.key,
        counts.closed,
        counts.moved,
        counts.withdrawn,
        counts.interrupted,
        counts.waiting,
        counts.waiting_at_end,
    ]
    .map(Cell::Count)
    .into();
    cells.extend([
        Cell::average(counts.answered_wait_ms, answered),
        Cell::average(counts.longest_wait_ms, longest),
        Cell::Count(counts.answered_within),
        Cell::Count(counts.abandoned_within),
    ]);
    cells.extend(Level::ALL.map(|level| level.of(counts)));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::xlsx::tests::assert_same_as_json;
    use expect_test::expect;
    use jiff::tz::TimeZone;
    use ledger::QueueLine;
    use serde_json::Value;

    fn counts() -> Counts {
        Counts {
            offered: 8,
            answered: 4,
            abandoned: 1,
            short_abandoned: 1,
            key: 1,
            waiting: 1,
            waiting_at_end: 1,
            answered_within: 3,
            abandoned_within: 1,
            answered_wait_ms: 61_234,
            longest_wait_ms: 34_960,
            ..Counts::default()
        }
    }

    /// Two quarters that the clock says alike, of a queue of that name.
    fn told(queue: &str) -> Report {
        let words = [("from", "2026-10-25"), ("to", "2026-10-25"), ("interval", "15m")];
        let words = words.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let question: Question = question::read(words.into()).unwrap();
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let asked = question.asked(&zone, Timestamp::UNIX_EPOCH).unwrap();
        let line = |from: &str, counts| QueueLine {
            from: from.parse().unwrap(),
            queue: queue.to_owned(),
            counts,
        };
        let empty = Counts { offered: 1, closed: 1, ..Counts::default() };
        let lines =
            vec![line("2026-10-25T00:15:00Z", counts()), line("2026-10-25T01:15:00Z", empty)];
        let total = Counts { offered: 9, closed: 1, ..counts() };
        report(
            &question,
            &asked,
            &QueueReport { lines, total },
            &[Level::Offered, Level::WithoutShort],
        )
    }

    #[test]
    fn the_table_has_a_column_for_whatever_happened_and_names_its_formulas() {
        let report = told("support");
        expect![[r#"
            FROM (Europe/Stockholm)  QUEUE    OFFERED  ANSWERED  ABANDONED  SHORT  KEY  CLOSED  WAITING  WAITING AT END  AVERAGE WAIT  LONGEST WAIT  IN TIME  LEVEL  LEVEL*
            2026-10-25 02:15 CEST    support        8         4          1      1    1       0        1               1          15.3          35.0        3   37.5    42.9
            2026-10-25 02:15 CET     support        1         0          0      0    0       1        0               0             –             –        0    0.0     0.0
            total                                   9         4          1      1    1       1        1               1          15.3          35.0        3   33.3    37.5

            IN TIME = answered_20s, LEVEL = answered_20s / offered, LEVEL* = answered_20s / (offered - short_abandoned), in percent; waits of the answered, in seconds
        "#]].assert_eq(&format!("{}{}", report.sheets[0].table(), report.note));
    }

    #[test]
    fn the_csv_says_what_the_json_says_and_holds_no_formula() {
        let report = told("=cmd|'/c calc'!A1,\"x\"");
        expect![[r#"
            from,queue,offered,answered,abandoned,short_abandoned,timed_out,overflowed,callback,key,closed,moved,withdrawn,interrupted,waiting,waiting_at_end,average_wait_s,longest_wait_s,answered_20s,hung_up_20s,answered_20s / offered,answered_20s / (offered - short_abandoned),answered_20s / answered,answered_20s / (answered + abandoned + short_abandoned),answered_20s / (answered + abandoned + short_abandoned - hung_up_20s),(answered_20s + hung_up_20s) / (answered + abandoned + short_abandoned)
            2026-10-25T02:15:00+02:00,"'=cmd|'/c calc'!A1,""x""",8,4,1,1,0,0,0,1,0,0,0,0,1,1,15.3,35.0,3,1,37.5,42.9,75.0,50.0,60.0,66.7
            2026-10-25T02:15:00+01:00,"'=cmd|'/c calc'!A1,""x""",1,0,0,0,0,0,0,0,1,0,0,0,0,0,,,0,0,0.0,0.0,,,,
            total,,9,4,1,1,0,0,0,1,1,0,0,0,1,1,15.3,35.0,3,1,33.3,37.5,75.0,50.0,60.0,66.7
        "#]].assert_eq(&report.sheets[0].csv().unwrap().replace("\r\n", "\n"));
        let json = report.json();
        let (line, total) = (&json["lines"][0], &json["total"]);
        assert_eq!((&line["offered"], &line["service_level"]), (&json!(8), &json!(37.5)));
        assert_eq!(line["from"], "2026-10-25T02:15:00+02:00");
        assert_eq!(json["lines"][1]["from"], "2026-10-25T02:15:00+01:00");
        assert_eq!((&total["average_wait_s"], &total["from"]), (&json!(15.3), &Value::Null));
        assert_eq!(json["definitions"]["service_level"], "answered_20s / offered");
        assert_eq!(json["time_zone"], "Europe/Stockholm");
        assert_eq!(json["to"], "2026-10-26T00:00:00+01:00");
    }

    #[test]
    fn the_workbook_says_in_every_cell_what_the_json_says() {
        assert_same_as_json(&told("=cmd|'/c calc'!A1"));
    }

    #[test]
    fn where_nobody_came_there_is_nothing_to_divide_by() {
        let none = cells(&Counts::default());
        let nothing = [Cell::Seconds(None), Cell::Percent(None)];
        assert_eq!(none.iter().filter(|cell| nothing.contains(cell)).count(), 2 + Level::ALL.len());
    }
}
