//! Where phones can be reached, over restarts.

use crate::support::{Desk, folder, offered};
use crate::tool::Tool;
use clock::WallTime;
use events::{BindingChange, SavedBinding};
use ids::{BindingId, FlowId};
use ledger::{Entry, Ledger, Place};

fn binding(id: u64, account: &str) -> SavedBinding {
    SavedBinding {
        id: BindingId(id),
        account: account.into(),
        contact: format!("<sip:{account}-0x55@[2001:db8::7]:5062>;q=0.5"),
        peer: "[2001:db8::7]:5062".parse().unwrap(),
        listener: FlowId(1),
        path: vec!["<sip:edge.example;lr>".to_owned(), "\"a, b\" <sip:core;lr>".to_owned()],
        call_id: "7f3c".to_owned(),
        cseq: u32::MAX,
        user_agent: Some("Skrivbord \u{e5}".to_owned()),
    }
}

fn kept(binding: &SavedBinding, until: i64) -> Entry {
    let until = WallTime::from_micros(until);
    BindingChange::Kept { binding: Box::new(binding.clone()), until }.into()
}

/// What the next run finds.
async fn found(place: &Place) -> Vec<(SavedBinding, WallTime)> {
    let (mut ledger, _) = Ledger::open(place).await.unwrap();
    ledger.bindings().await.unwrap()
}

#[tokio::test]
async fn the_next_run_finds_the_bindings_that_hold_as_they_were_last_refreshed() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let (ana, bo, no_path) = (binding(1, "ana"), binding(2, "bo"), binding(3, "cy"));
    let no_path = SavedBinding { path: Vec::new(), user_agent: None, ..no_path };
    let moved = SavedBinding { contact: "<sip:ana@192.0.2.9>".to_owned(), ..ana.clone() };
    desk.send([kept(&ana, 10), kept(&bo, 40), kept(&no_path, 30), kept(&moved, 50)]);
    desk.send([BindingChange::Gone(BindingId(2)), BindingChange::Gone(BindingId(77))]);
    desk.finish();
    let expected = [(no_path, WallTime::from_micros(30)), (moved, WallTime::from_micros(50))];
    assert_eq!(found(&place).await, expected);
}

#[tokio::test]
async fn bindings_between_events_do_not_change_what_is_acknowledged() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([kept(&binding(1, "ana"), 10)]);
    desk.send([offered(1, 0, 1)]);
    desk.send([kept(&binding(1, "ana"), 20)]);
    desk.until(1);
    desk.finish();
    assert_eq!(found(&place).await, [(binding(1, "ana"), WallTime::from_micros(20))]);
}

#[tokio::test]
async fn a_row_that_somebody_broke_is_left_out_and_the_others_hold() {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([kept(&binding(1, "ana"), 10), kept(&binding(2, "bo"), 20)]);
    desk.finish();
    let mut tool = Tool::of(&place).await;
    tool.run("UPDATE bindings SET peer = 'nowhere' WHERE id = 1").await;
    let ids: Vec<_> = found(&place).await.iter().map(|(binding, _)| binding.id.0).collect();
    assert_eq!(ids, [2]);
}
