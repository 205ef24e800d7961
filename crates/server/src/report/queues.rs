//! `telefonist report queues`: how many callers came to each queue, and what became of them.
//!
//! The table, the CSV, the JSON and the answer of the API are four ways to print one list of figures,
//! counted by one question to the ledger: so they say the same.

use super::{aligned, unread};
use crate::cli::{Question, QueuesArgs};
use crate::exit::{Exit, Fault, Outcome};
use crate::{ledger_settings, screen, serve};
use api::NoReport;
use jiff::Timestamp;
use ledger::{Counts, Place, QueueReport, QueuesAsked, SHORT_ABANDON_MAX};
use serde_json::{Map, Value, json};
use std::iter;

/// What begins a formula for a spreadsheet.
const FORMULA_BEGINS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// What a table has even if there was none.
const ALWAYS_SHOWN: usize = 3;

pub(crate) fn run(args: &QueuesArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    let asked = args.question.asked(Timestamp::now()).map_err(Fault::found)?;
    serve::block_on(async {
        let report = ledger::queue_report(&place, asked.clone()).await.map_err(Fault::found)?;
        let shown = Shown { question: &args.question, asked: &asked, report: &report };
        if args.csv {
            // As it is: its lines end as RFC 4180 has it. A reader who has left misses the rest.
            let _ = screen::say(&shown.csv().map_err(Fault::found)?);
        } else if args.json {
            let json = serde_json::to_string_pretty(&shown.json()).map_err(Fault::found)?;
            screen::say_last(&json);
        } else {
            screen::say_last(&shown.table());
        }
        Ok(Exit::Fine)
    })
}

/// The report that `question` asks for, of the ledger at `place`, as `--json` prints it.
pub(super) async fn of_ledger(place: &Place, question: &Question) -> Result<Value, NoReport> {
    let asked = question.asked(Timestamp::now()).map_err(NoReport::Asked)?;
    let report = ledger::queue_report(place, asked.clone()).await.map_err(unread)?;
    Ok(Shown { question, asked: &asked, report: &report }.json())
}

/// One figure of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure {
    Count(u64),
    /// Of something in tenths; none where there is nothing to divide by.
    Tenths(Option<u64>),
}

impl Figure {
    /// What is said of nothing is up to the reader.
    fn text(self, none: &str) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Tenths(Some(tenths)) => format!("{}.{}", tenths / 10, tenths % 10),
            Self::Tenths(None) => none.to_owned(),
        }
    }

    fn json(self) -> Value {
        match self {
            Self::Count(count) => json!(count),
            // Printed as the other forms are, so that no digit differs.
            Self::Tenths(_) => self.text("").parse::<f64>().map_or(Value::Null, Value::from),
        }
    }
}

/// The figures of a line, each with its name.
fn figures(counts: &Counts) -> Vec<(&'static str, Figure)> {
    let answered = counts.answered;
    let wait = |ms: u64, of: u64| Figure::Tenths((answered > 0).then(|| rounded(ms, of * 100)));
    let in_hundred =
        |of| Figure::Tenths((of > 0).then(|| rounded(counts.answered_within * 1_000, of)));
    vec![
        ("offered", Figure::Count(counts.offered)),
        ("answered", Figure::Count(answered)),
        ("abandoned", Figure::Count(counts.abandoned)),
        ("short_abandoned", Figure::Count(counts.short_abandoned)),
        ("timed_out", Figure::Count(counts.timed_out)),
        ("overflowed", Figure::Count(counts.overflowed)),
        ("callback", Figure::Count(counts.callback)),
        ("key", Figure::Count(counts.key)),
        ("closed", Figure::Count(counts.closed)),
        ("moved", Figure::Count(counts.moved)),
        ("withdrawn", Figure::Count(counts.withdrawn)),
        ("interrupted", Figure::Count(counts.interrupted)),
        ("waiting", Figure::Count(counts.waiting)),
        ("average_wait_s", wait(counts.answered_wait_ms, answered)),
        ("longest_wait_s", wait(counts.longest_wait_ms, 1)),
        (IN_TIME, Figure::Count(counts.answered_within)),
        (LEVEL, in_hundred(counts.offered)),
        (LEVEL_WITHOUT_SHORT, in_hundred(counts.offered - counts.short_abandoned)),
    ]
}

const IN_TIME: &str = "answered_in_time";
const LEVEL: &str = "service_level";
const LEVEL_WITHOUT_SHORT: &str = "service_level_without_short";

fn rounded(of: u64, by: u64) -> u64 {
    (of + by / 2) / by
}

/// A report, to be printed.
struct Shown<'r> {
    question: &'r Question,
    asked: &'r QueuesAsked,
    report: &'r QueueReport,
}

impl Shown<'_> {
    /// What the figures are whose names leave a choice.
    fn formulas(&self) -> [(&'static str, String); 3] {
        let in_time = format!("answered_{}s", self.asked.within.as_secs());
        [
            (IN_TIME, in_time.clone()),
            (LEVEL, format!("{in_time} / offered")),
            (LEVEL_WITHOUT_SHORT, format!("{in_time} / (offered - short_abandoned)")),
        ]
    }

    fn json(&self) -> Value {
        let of = |counts: &Counts| {
            let figures = figures(counts).into_iter();
            figures.map(|(name, figure)| (name.to_owned(), figure.json())).collect::<Map<_, _>>()
        };
        let lines = self.report.lines.iter().map(|line| {
            let mut object = of(&line.counts);
            object.insert("from".to_owned(), json!(line.from));
            object.insert("queue".to_owned(), json!(line.queue));
            Value::Object(object)
        });
        json!({
            "from": self.asked.from,
            "to": self.asked.to,
            "interval": self.question.interval.word(),
            "within_s": self.asked.within.as_secs(),
            "short_abandon_max_s": SHORT_ABANDON_MAX.as_secs(),
            "formulas": Map::from_iter(
                self.formulas().map(|(name, formula)| (name.to_owned(), Value::from(formula))),
            ),
            "lines": lines.collect::<Vec<_>>(),
            "total": of(&self.report.total),
        })
    }

    /// RFC 4180. The service levels are headed by their formulas, and are in percent.
    fn csv(&self) -> Result<String, csv::Error> {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let formulas = self.formulas();
        let heading = |name: &'static str| {
            let formula = formulas.iter().find(|(named, _)| *named == name);
            formula.map_or(name, |(_, formula)| formula.as_str())
        };
        let names = figures(&Counts::default()).into_iter().map(|(name, _)| heading(name));
        writer.write_record(["from", "queue"].into_iter().chain(names))?;
        let rows = self.report.lines.iter();
        let rows = rows.map(|line| (line.from.to_string(), harmless(&line.queue), &line.counts));
        // In the place of a time, since a queue may have any name.
        let total = iter::once(("total".to_owned(), String::new(), &self.report.total));
        for (from, queue, counts) in rows.chain(total) {
            let figures = figures(counts).into_iter().map(|(_, figure)| figure.text(""));
            writer.write_record([from, queue].into_iter().chain(figures))?;
        }
        let octets = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8(octets).expect("it is made of texts"))
    }

    /// What never happened has no column.
    fn table(&self) -> String {
        let total = figures(&self.report.total);
        let is_shown = |at: usize| {
            at < ALWAYS_SHOWN || total.get(at).is_some_and(|(_, it)| *it != Figure::Count(0))
        };
        let row = |words: [String; 2], cells: Vec<String>| -> Vec<String> {
            let cells = cells.into_iter().enumerate().filter(|(at, _)| is_shown(*at));
            words.into_iter().chain(cells.map(|(_, cell)| cell)).collect()
        };
        let texts = |counts: &Counts| {
            figures(counts).into_iter().map(|(_, figure)| figure.text("–")).collect()
        };
        let headings = total.iter().map(|(name, _)| heading(name)).collect();
        let mut rows = vec![row(["FROM (UTC)".to_owned(), "QUEUE".to_owned()], headings)];
        for line in &self.report.lines {
            let from = line.from.strftime("%Y-%m-%d %H:%M").to_string();
            rows.push(row([from, line.queue.clone()], texts(&line.counts)));
        }
        rows.push(row(["total".to_owned(), String::new()], texts(&self.report.total)));
        let [(_, in_time), (_, level), (_, without_short)] = self.formulas();
        format!(
            "{}\nIN TIME = {in_time}, LEVEL = {level}, LEVEL* = {without_short}, in percent; waits of \
             the answered, in seconds\n",
            aligned(&rows, 2)
        )
    }
}

fn heading(name: &str) -> String {
    match name {
        "short_abandoned" => "SHORT".to_owned(),
        "average_wait_s" => "AVERAGE WAIT".to_owned(),
        "longest_wait_s" => "LONGEST WAIT".to_owned(),
        IN_TIME => "IN TIME".to_owned(),
        LEVEL => "LEVEL".to_owned(),
        LEVEL_WITHOUT_SHORT => "LEVEL*".to_owned(),
        name => name.replace('_', " ").to_uppercase(),
    }
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(FORMULA_BEGINS) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::question::Interval;
    use ledger::QueueLine;
    use std::time::Duration;

    fn counts() -> Counts {
        Counts {
            offered: 8,
            answered: 4,
            abandoned: 1,
            short_abandoned: 1,
            key: 1,
            waiting: 1,
            answered_within: 3,
            answered_wait_ms: 61_234,
            longest_wait_ms: 34_960,
            ..Counts::default()
        }
    }

    fn shown(queue: &str, show: impl FnOnce(&Shown<'_>)) {
        let from = "2026-11-22T08:00:00Z".parse().unwrap();
        let within = Duration::from_secs(20);
        let (queue, interval) = (queue.to_owned(), Interval::Hour);
        let question = Question { queue: None, from: None, to: None, interval, within };
        let asked = question.asked(from).unwrap();
        let lines = vec![QueueLine { from, queue, counts: counts() }];
        let report = QueueReport { lines, total: counts() };
        show(&Shown { question: &question, asked: &asked, report: &report });
    }

    #[test]
    fn the_table_has_a_column_for_whatever_happened_and_names_its_formulas() {
        shown("support", |shown| {
            let expected = "\
FROM (UTC)        QUEUE    OFFERED  ANSWERED  ABANDONED  SHORT  KEY  WAITING  AVERAGE WAIT  LONGEST WAIT  IN TIME  LEVEL  LEVEL*
2026-11-22 08:00  support        8         4          1      1    1        1          15.3          35.0        3   37.5    42.9
total                            8         4          1      1    1        1          15.3          35.0        3   37.5    42.9

IN TIME = answered_20s, LEVEL = answered_20s / offered, LEVEL* = answered_20s / (offered - short_abandoned), in percent; waits of the answered, in seconds
";
            assert_eq!(shown.table(), expected);
        });
    }

    #[test]
    fn the_csv_says_what_the_json_says_and_holds_no_formula() {
        shown("=cmd|'/c calc'!A1,\"x\"", |shown| {
            let csv = shown.csv().unwrap();
            let lines: Vec<&str> = csv.split("\r\n").collect();
            let figures = "8,4,1,1,0,0,0,1,0,0,0,0,1,15.3,35.0,3,37.5,42.9";
            let quoted = format!("2026-11-22T08:00:00Z,\"'=cmd|'/c calc'!A1,\"\"x\"\"\",{figures}");
            assert_eq!(lines[1..], [quoted, format!("total,,{figures}"), String::new()]);
            assert!(lines[0].ends_with("answered_20s / (offered - short_abandoned)"), "{csv}");

            let json = shown.json();
            let (line, total) = (&json["lines"][0], &json["total"]);
            assert_eq!((&line["offered"], &line["service_level"]), (&json!(8), &json!(37.5)));
            assert_eq!(total["average_wait_s"], json!(15.3));
            assert_eq!(json["formulas"]["service_level"], "answered_20s / offered");
        });
    }

    #[test]
    fn where_nobody_came_there_is_nothing_to_divide_by() {
        let none = figures(&Counts::default());
        let of = |wanted| none.iter().find(|(name, _)| *name == wanted).map(|(_, figure)| *figure);
        assert_eq!(of("average_wait_s"), Some(Figure::Tenths(None)));
        assert_eq!(of(LEVEL), Some(Figure::Tenths(None)));
        assert_eq!(Figure::Tenths(None).json(), Value::Null);
    }
}
