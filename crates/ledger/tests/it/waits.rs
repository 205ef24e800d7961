//! What was said of waits and what came.

use crate::support::{Desk, MORNING, connected, ended, folder, happened, offered, queued};
use crate::tool::Tool;
use events::{AbandonedWhile, CallEvent, Event, Outcome, WaitUntold};
use expect_test::expect;
use jiff::Timestamp;
use ledger::Place;

const fn told(at_most_s: Option<u32>) -> CallEvent {
    CallEvent::WaitTold { place: 1, at_most_s, confidence: 80, longer: false }
}

fn from(ms: i64) -> Timestamp {
    Timestamp::from_microsecond(MORNING + ms * 1_000).unwrap()
}

/// The queues with what a report says of them, one a line.
async fn report(place: &Place, since: Timestamp) -> String {
    let queues = ledger::waits(place, since).await.unwrap();
    let lines = queues.iter().map(|(queue, of)| format!("{queue}: {}\n", of.cells().join(" | ")));
    lines.collect()
}

fn an_hour() -> Vec<Event> {
    let left = Outcome::Abandoned(AbandonedWhile::Waiting);
    let taken = CallEvent::TakenOut { queue: "faktura".into() };
    vec![
        // Held, and near.
        offered(1, 0, 1),
        happened(2, 1_000, 1, queued("faktura")),
        happened(3, 2_000, 1, told(Some(120))),
        happened(4, 92_000, 1, connected("1001")),
        // Was told twice; of the first nothing was known.
        offered(5, 100_000, 2),
        happened(6, 101_000, 2, queued("faktura")),
        happened(7, 101_000, 2, CallEvent::WaitUntold { why: WaitUntold::NobodyOnDuty }),
        happened(8, 131_000, 2, told(Some(60))),
        happened(9, 211_000, 2, connected("1001")),
        // Gave up before it was over: nobody knows.
        offered(10, 300_000, 3),
        happened(11, 300_000, 3, queued("faktura")),
        happened(12, 300_000, 3, told(Some(60))),
        ended(13, 310_000, 3, left, "caller hung up"),
        // Gave up after it was over.
        offered(14, 300_000, 4),
        happened(15, 300_000, 4, queued("support")),
        happened(16, 300_000, 4, told(Some(60))),
        ended(17, 400_000, 4, left, "caller hung up"),
        // Was taken elsewhere, and told without a bound there.
        offered(18, 500_000, 5),
        happened(19, 500_000, 5, queued("faktura")),
        happened(20, 500_000, 5, told(Some(60))),
        happened(21, 510_000, 5, taken),
        happened(22, 510_000, 5, queued("support")),
        happened(23, 511_000, 5, told(None)),
        happened(24, 512_000, 5, connected("1001")),
        ended(25, 600_000, 5, Outcome::Answered, "caller hung up"),
    ]
}

#[tokio::test]
async fn what_was_said_is_laid_beside_what_came() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(an_hour());
    desk.until(25);
    // Handed over again, nothing is counted twice.
    desk.send(an_hour());
    desk.finish();
    expect![[r#"
        faktura: 4 | 2 | 90 s | 120 s | 50.0 % | 100.0 % | 20.0 %
        support: 2 | 1 | 100 s | 60 s | 0.0 % | 100.0 % | 0.0 %
    "#]]
    .assert_eq(&report(&place, from(0)).await);
    // Of the later times alone.
    expect![[r#"
        faktura: 2 | 0 | – | – | – | – | 0.0 %
        support: 2 | 1 | 100 s | 60 s | 0.0 % | 100.0 % | 0.0 %
    "#]]
    .assert_eq(&report(&place, from(300_000)).await);
}

#[tokio::test]
async fn a_restart_keeps_what_was_said_and_knows_no_more_of_who_was_waiting() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([
        offered(1, 0, 1),
        happened(2, 0, 1, queued("faktura")),
        happened(3, 0, 1, told(Some(60))),
    ]);
    desk.until(3);
    expect![[r#"
        faktura: 1 | 0 | – | – | – | – | 0.0 %
    "#]]
    .assert_eq(&report(&place, from(0)).await);
    desk.finish();
    // The next run closes the call of the one before.
    let desk = Desk::open(&place).await;
    assert_eq!(desk.opened.interrupted, 1);
    desk.finish();
    expect![[r#"
        faktura: 1 | 0 | – | – | – | – | 0.0 %
    "#]]
    .assert_eq(&report(&place, from(0)).await);
}

#[tokio::test]
async fn a_ledger_of_before_waits_were_told_has_an_empty_report() {
    let (_folder, place) = folder();
    Desk::open(&place).await.finish();
    let mut earlier = Tool::of(&place).await;
    for sql in [
        "DROP TABLE waits",
        "DROP TABLE queues_by_hand",
        "DROP INDEX events_rang",
        "DROP TABLE callbacks",
        "DROP TABLE visits",
        "DROP TABLE surveys",
        "DROP TABLE answers",
        "DROP INDEX calls_ended",
        "DROP INDEX events_at",
        "DROP TABLE calls_on",
        "DROP TABLE desks",
        "DROP TABLE quarters",
        "DROP TABLE centre",
        "DROP TABLE recordings",
        "DROP TABLE legs",
        "DROP TABLE log_ins",
        "DROP TABLE agent_quarters",
        "DROP TABLE call_quarters",
        "DROP TABLE agent_states",
        "DROP TABLE rings",
        "DROP TABLE holds",
        "ALTER TABLE messages DROP COLUMN waits_in",
        "ALTER TABLE messages DROP COLUMN waits_as",
        "ALTER TABLE messages DROP COLUMN given_back",
        "ALTER TABLE messages DROP COLUMN set_aside_at",
        "ALTER TABLE messages DROP COLUMN priority",
        "UPDATE schema_version SET version = 4",
    ] {
        earlier.run(sql).await;
    }
    assert_eq!(report(&place, from(0)).await, "");
    // And the next start makes the table.
    Desk::open(&place).await.finish();
    assert_eq!(Tool::of(&place).await.number("SELECT count(*) FROM waits").await, 0);
}
