//! `telefonist report agents`: how long agents were in each state, and what became of what they were rung for.

use super::cell::Cell;
use super::form::Report;
use super::sheet::{Column, Sheet};
use super::{question, unread};
use crate::cli::{AgentsArgs, AgentsQuestion};
use crate::exit::Outcome;
use crate::{ledger_settings, serve};
use api::NoReport;
use jiff::Timestamp;
use ledger::{AgentCounts, AgentReport, AgentsAsked, Place};
use serde_json::json;
use std::collections::BTreeSet;

/// The states of an agent who is logged in, in the words of the ledger, and what they are. Pauses come behind.
const STATES: [(&str, &str); 11] = [
    ("ready", "takes the next call"),
    ("ringing", "the phone rings, or was answered this second"),
    ("talking", "in conversation, holds included"),
    ("wrap_up", "work after the call"),
    ("unreachable", "no phone of the agent is registered"),
    ("missed_ring", "taken out after too many missed rings"),
    ("declined_ring", "taken out after too many declined rings"),
    ("busy_phone", "taken out since the phone was busy too often"),
    ("failed_phone", "taken out since the phone could not be rung too often"),
    ("settling", "the moment after a ring that came to nothing"),
    ("occupied", "the phone dials a short code"),
];
const PAUSED: &str = "paused";
/// How many of them are shown if there is nothing in them.
const STATES_ALWAYS: usize = 4;
/// How rings end that have a column: the word of the ledger, and that of the column.
const RINGS: [(&str, &str, &str); 6] = [
    ("missed", "rings_missed", "rang until the time was over"),
    ("declined", "rings_declined", "the agent refused"),
    ("busy", "rings_busy", "the phone was busy"),
    ("unreachable", "rings_unreachable", "the phone could not be reached"),
    ("passed_on", "rings_passed_on", "passed on to a colleague"),
    ("dropped", "rings_dropped", "answered, and hung up before the two were connected"),
];

pub(crate) fn run(args: &AgentsArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    serve::block_on(async {
        let report = of_ledger(&place, &args.question).await;
        report.map_err(question::fault)?.print(&args.form)
    })
}

/// The report that `question` asks for, of the ledger at `place`.
pub(super) async fn of_ledger(
    place: &Place,
    question: &AgentsQuestion,
) -> Result<Report, NoReport> {
    let zone = question::zone_of(place, &question.period).await?;
    let now = Timestamp::now();
    let (from, to) = question.period.quarters(&zone, now).map_err(NoReport::Asked)?;
    let calendar = question.interval.calendar(&zone);
    let agent = question.agent.clone();
    let asked = AgentsAsked { from, to, now, calendar, agent };
    let counted = ledger::agent_report(place, asked.clone()).await.map_err(unread)?;
    Ok(report(question, &asked, &counted))
}

fn report(question: &AgentsQuestion, asked: &AgentsAsked, counted: &AgentReport) -> Report {
    let mut facts = question::facts(&asked.calendar.zone, asked.from, asked.to);
    facts.push(("interval", json!(question.interval.word())));
    let note =
        "\nAll times in seconds; STAFFED is the sum of all states, HELD is part of TALKING\n";
    Report { facts, sheets: vec![sheet(asked, counted)], printed: 0, note: note.to_owned() }
}

fn sheet(asked: &AgentsAsked, counted: &AgentReport) -> Sheet {
    let zone = &asked.calendar.zone;
    let heading = format!("FROM ({})", question::name(zone));
    let mut columns = vec![
        Column::new("from", "when the interval began").headed(heading),
        Column::new("agent", "the account of the agent"),
    ];
    let words = columns.len();
    let pauses: BTreeSet<&str> = pauses(&counted.total).map(|(pause, _)| pause).collect();
    columns.extend(figures(&pauses));
    let row = |from: Cell, agent: &str, counts: &AgentCounts| -> Vec<Cell> {
        [from, Cell::Text(agent.to_owned())].into_iter().chain(cells(counts, &pauses)).collect()
    };
    let lines = counted.lines.iter();
    let rows = lines
        .map(|line| row(Cell::At(line.from.to_zoned(zone.clone())), &line.agent, &line.counts))
        .collect();
    let total = row(Cell::Text("total".to_owned()), "", &counted.total);
    Sheet { name: "agents", key: "lines", columns, rows, total: Some(total), words }
}

/// The reasons of pauses, and the seconds of each.
fn pauses(counts: &AgentCounts) -> impl Iterator<Item = (&str, u64)> {
    let paused = counts.states.iter().filter(|((state, _), _)| state == PAUSED);
    paused.map(|((_, pause), seconds)| (pause.as_deref().unwrap_or_default(), *seconds))
}

/// The columns of [`cells`].
fn figures(pauses: &BTreeSet<&str>) -> Vec<Column> {
    let seconds = |word: &str, means: &str| {
        Column::new(format!("{word}_s"), means).headed(word.replace('_', " ").to_uppercase())
    };
    let mut columns = vec![seconds("staffed", "logged in: the sum of all states and pauses")];
    columns.extend(STATES.iter().enumerate().map(|(at, (word, means))| {
        let column = seconds(word, means);
        if at < STATES_ALWAYS { column } else { column.if_any() }
    }));
    columns.push(seconds(PAUSED, "in a pause: the sum of all reasons"));
    columns.extend(pauses.iter().map(|pause| {
        let means = format!("in a pause `{pause}`, part of paused_s");
        let column = Column::new(format!("paused_{pause}_s"), means);
        column.headed(format!("PAUSED {pause}"))
    }));
    columns.push(seconds("held", "had a caller on hold; part of talking_s").if_any());
    columns.push(
        Column::new(
            "handled",
            "rings that ended in a conversation, or in a message that was heard",
        )
        .headed("HANDLED"),
    );
    columns.extend(RINGS.map(|(_, name, means)| {
        let heading = name.replace("rings_", "").replace('_', " ").to_uppercase();
        Column::new(name, means).headed(heading).if_any()
    }));
    columns.extend([
        Column::formula("average_handling_s", "(talking_s + wrap_up_s) / handled").headed("AHT"),
        Column::formula(
            "occupancy",
            "(talking_s + wrap_up_s) / (talking_s + wrap_up_s + ready_s + ringing_s)",
        )
        .headed("OCCUPANCY %"),
    ]);
    columns
}

fn cells(counts: &AgentCounts, all_pauses: &BTreeSet<&str>) -> Vec<Cell> {
    let state = |word| counts.state_s(word);
    let (talking, wrap_up) = (state("talking"), state("wrap_up"));
    let handled = counts.ring("accepted");
    let mut cells = vec![Cell::Length(counts.staffed_s())];
    cells.extend(STATES.map(|(word, _)| Cell::Length(state(word))));
    cells.push(Cell::Length(state(PAUSED)));
    cells.extend(all_pauses.iter().map(|wanted| {
        let of = pauses(counts).filter(|(pause, _)| pause == wanted);
        Cell::Length(of.map(|(_, seconds)| seconds).sum())
    }));
    cells.extend([Cell::Length(counts.held_s), Cell::Count(handled)]);
    cells.extend(RINGS.map(|(ended, ..)| Cell::Count(counts.ring(ended))));
    let busy = talking + wrap_up;
    cells.extend([
        Cell::average(busy.saturating_mul(1_000), handled),
        Cell::share(busy, busy + state("ready") + state("ringing")),
    ]);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::xlsx::tests::assert_same_as_json;
    use expect_test::expect;
    use jiff::tz::TimeZone;
    use ledger::{AgentLine, Calendar, Every};
    use std::collections::BTreeMap;

    fn told() -> Report {
        let states = [
            ("ready", None, 2_300),
            ("ringing", None, 14),
            ("talking", None, 596),
            ("wrap_up", None, 15),
            ("unreachable", None, 20),
            ("paused", Some("coffee"), 300),
            ("paused", Some("training"), 2_165),
        ];
        let states = states
            .map(|(state, pause, seconds)| ((state.to_owned(), pause.map(str::to_owned)), seconds));
        let rings = BTreeMap::from([("accepted".to_owned(), 2), ("missed".to_owned(), 1)]);
        let counts = AgentCounts { states: states.into(), held_s: 40, rings };
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let from: Timestamp = "2026-11-26T23:00:00Z".parse().unwrap();
        let calendar = Calendar { every: Every::Day, zone };
        let asked = AgentsAsked { from, to: Timestamp::MAX, now: from, calendar, agent: None };
        let line = AgentLine { from, agent: "1001".to_owned(), counts: counts.clone() };
        let question: AgentsQuestion = question::read(Vec::new()).unwrap();
        report(&question, &asked, &AgentReport { lines: vec![line], total: counts })
    }

    #[test]
    fn an_agent_has_a_column_for_each_state_and_reason_and_they_add_up() {
        let report = told();
        expect![[r#"
            FROM (Europe/Stockholm)  AGENT  STAFFED  READY  RINGING  TALKING  WRAP UP  UNREACHABLE  PAUSED  PAUSED coffee  PAUSED training  HELD  HANDLED  MISSED    AHT  OCCUPANCY %
            2026-11-27 00:00         1001      5410   2300       14      596       15           20    2465            300             2165    40        2       1  305.5         20.9
            total                              5410   2300       14      596       15           20    2465            300             2165    40        2       1  305.5         20.9

            All times in seconds; STAFFED is the sum of all states, HELD is part of TALKING
        "#]].assert_eq(&format!("{}{}", report.sheets[0].table(), report.note));
        let line = &report.json()["lines"][0];
        let seconds = |name: &str| line[format!("{name}_s")].as_u64().unwrap();
        let states: u64 = STATES.iter().map(|(word, _)| seconds(word)).sum();
        assert_eq!(states + seconds("paused"), seconds("staffed"));
        assert_eq!(seconds("paused_coffee") + seconds("paused_training"), seconds("paused"));
    }

    #[test]
    fn the_workbook_says_in_every_cell_what_the_json_says() {
        assert_same_as_json(&told());
    }
}
