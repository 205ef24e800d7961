//! Who has talked with whom, over restarts.

use crate::support::{Desk, MORNING, connected, ended, folder, happened, offered, queued};
use clock::WallTime;
use events::{Acquaintance, Ani, Event, Outcome};
use ledger::{Ledger, Place};

fn talk(first: u64, minute: i64, call: u64, agent: &str) -> Vec<Event> {
    let at = minute * 60_000;
    vec![
        offered(first, at, call),
        happened(first + 1, at, call, queued("faktura")),
        happened(first + 2, at + 1_000, call, connected(agent)),
        ended(first + 3, at + 9_000, call, Outcome::Answered, "caller hung up"),
    ]
}

async fn found(place: &Place, since: i64) -> Vec<Acquaintance> {
    let (mut ledger, _) = Ledger::open(place).await.unwrap();
    ledger.acquaintances(WallTime::from_micros(MORNING + since * 1_000)).await.unwrap()
}

#[tokio::test]
async fn the_next_run_finds_the_agent_who_talked_last_with_a_caller() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send(talk(1, 0, 1, "1001"));
    desk.send(talk(5, 1, 2, "1002"));
    // A call between agents, and one that nobody took, say nothing.
    desk.send([offered(9, 120_000, 3), happened(10, 120_001, 3, connected("1003"))]);
    desk.send([offered(11, 180_000, 4), happened(12, 180_001, 4, queued("faktura"))]);
    desk.finish();
    let at = WallTime::from_micros(MORNING + 61_000_000);
    let last = Acquaintance { caller: Ani::new("0701234567"), agent: "1002".into(), at };
    assert_eq!(found(&place, 0).await, [last]);
    assert_eq!(found(&place, 61_001).await, []);
}
