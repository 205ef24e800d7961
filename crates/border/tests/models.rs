//! Every order of events at the borders, tried one after the other: `RUSTFLAGS="--cfg loom" cargo test
//! -p border --release --test models`.
#![cfg(loom)]

use border::{inbox, published};
use loom::cell::Cell;
use loom::sync::Arc;
use loom::thread;
use std::time::Duration;

/// Reads `count` values, and sleeps without end in between: a lost ring is a deadlock, which loom
/// reports.
fn read<T>(inbox: &mut border::Inbox<T>, count: usize) -> Vec<T> {
    let mut read = Vec::new();
    while read.len() < count {
        match inbox.take() {
            Some(value) => read.push(value),
            None => inbox.wait(Duration::MAX),
        }
    }
    read
}

/// Three threads have more orders than can be tried: those with at most so many switches that no thread
/// asked for are.
fn model_with_switches(most: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(most);
    builder.check(model);
}

#[test]
fn what_one_hands_over_arrives_in_order_and_wakes_the_reader() {
    loom::model(|| {
        let (sender, mut inbox) = inbox(8);
        let reader = thread::spawn(move || assert_eq!(read(&mut inbox, 2), [1, 2]));
        sender.try_send(1).unwrap();
        sender.try_send(2).unwrap();
        reader.join().unwrap();
    });
}

#[test]
fn what_two_hand_over_at_once_arrives_in_the_order_of_each_and_wakes_the_reader() {
    model_with_switches(2, || {
        let (sender, mut inbox) = inbox(8);
        let other = sender.clone();
        let producer = thread::spawn(move || other.try_send(20).unwrap());
        // The reader is not the thread that joins: loom takes a ring for the end of a join.
        let reader = thread::spawn(move || {
            let mut read = read(&mut inbox, 3);
            let first = read.iter().position(|value| *value == 10);
            assert!(first < read.iter().position(|value| *value == 11));
            read.sort_unstable();
            assert_eq!(read, [10, 11, 20]);
        });
        sender.try_send(10).unwrap();
        sender.try_send(11).unwrap();
        producer.join().unwrap();
        reader.join().unwrap();
    });
}

#[test]
fn what_was_written_before_it_was_handed_over_is_seen_by_who_takes_it() {
    model_with_switches(3, || {
        let (sender, mut inbox) = inbox(8);
        let other = sender.clone();
        // Loom watches who writes into a cell and who reads it, and in which order.
        let written = |value| {
            let cell = Cell::new(0);
            cell.set(value);
            cell
        };
        let reader = thread::spawn(move || {
            let read = read(&mut inbox, 2);
            assert_eq!(read.iter().map(Cell::get).sum::<u32>(), 3);
        });
        let producer = thread::spawn(move || other.try_send(written(1)).is_ok());
        assert!(sender.try_send(written(2)).is_ok());
        producer.join().unwrap();
        reader.join().unwrap();
    });
}

#[test]
fn who_finds_it_full_gets_the_value_back_and_no_other_is_lost() {
    loom::model(|| {
        let (sender, mut inbox) = inbox(1);
        let other = sender.clone();
        let producer = thread::spawn(move || usize::from(other.try_send(1).is_ok()));
        let own = usize::from(sender.try_send(2).is_ok());
        let handed = producer.join().unwrap() + own;
        // Two who come at once to one place may each be told that it is taken only if it is.
        assert!(handed >= 1);
        assert_eq!(std::iter::from_fn(|| inbox.take()).count(), handed);
        assert!(sender.is_empty());
    });
}

#[test]
fn a_place_that_was_read_is_filled_again_and_no_value_is_lost_or_doubled() {
    model_with_switches(3, || {
        let (sender, mut inbox) = inbox(2);
        let other = sender.clone();
        let hand_over = |sender: &border::Sender<u32>, values: [u32; 2]| {
            values.into_iter().filter(|value| sender.try_send(*value).is_ok()).collect::<Vec<_>>()
        };
        let producer = thread::spawn(move || hand_over(&other, [10, 11]));
        let reader = thread::spawn(move || (inbox.take(), inbox));
        let mut handed = hand_over(&sender, [20, 21]);
        handed.extend(producer.join().unwrap());
        let (first, mut inbox) = reader.join().unwrap();
        let mut read: Vec<_> =
            first.into_iter().chain(std::iter::from_fn(|| inbox.take())).collect();
        handed.sort_unstable();
        read.sort_unstable();
        assert_eq!(read, handed);
        // Every place is free again, and there are no more than before.
        assert_eq!([1, 2, 3].map(|value| sender.try_send(value).is_ok()), [true, true, false]);
    });
}

#[test]
fn what_nobody_reads_is_let_go_with_the_inbox() {
    // Loom reports an Arc that is never let go.
    loom::model(|| {
        let (sender, mut inbox) = inbox(4);
        let other = sender.clone();
        let producer = thread::spawn(move || other.try_send(Arc::new(1)).is_ok());
        assert!(sender.try_send(Arc::new(2)).is_ok());
        drop(inbox.take());
        drop(inbox);
        assert!(producer.join().unwrap());
    });
}

#[test]
fn a_reader_sees_whole_values_and_never_an_older_one_after_a_newer() {
    loom::model(|| {
        let (mut publisher, published) = published((0, 0));
        let other = published.clone();
        let reader = thread::spawn(move || {
            let (first, second) = (other.load(), other.load());
            assert_eq!(first.0, first.1);
            assert_eq!(second.0, second.1);
            assert!(first.0 <= second.0);
        });
        for version in 1..=3 {
            // With two slots, a reader in the other one keeps the value from being shown.
            let _ = publisher.publish((version, version));
        }
        reader.join().unwrap();
    });
}

#[test]
fn two_readers_and_a_publisher_who_finds_no_free_slot() {
    model_with_switches(3, || {
        let (mut publisher, published) = published(0);
        let readers = [published.clone(), published.clone()]
            .map(|published| thread::spawn(move || *published.load()));
        let shown = (1..=2).filter(|value| publisher.publish(*value).is_ok()).last();
        // What was shown last is what is read from now on.
        assert_eq!(*published.load(), shown.unwrap_or(0));
        for reader in readers {
            assert!(reader.join().unwrap() <= 2);
        }
    });
}
