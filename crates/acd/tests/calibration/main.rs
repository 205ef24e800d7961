//! What is told of waits holds as often as it says, in centres that are as busy as real ones.
//!
//! Whole days of invented sites go through the distributor; each caller who has to wait is told the
//! expected wait when the wait begins and every half minute, and what came is laid beside it. The
//! table is the one of the page on the expected wait.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends at the first surprise, and this one has a table to show"
)]

mod day;
mod dice;
mod site;
mod tally;

use site::Site;
use tally::Tally;

/// Days that the distributor was not fitted to: those were of other seeds, 0 to 3.
const UNSEEN: std::ops::Range<u64> = 100..104;

/// Plays a site with each of these seeds.
fn calibrate(site: &Site, seeds: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        day::play(site, seed, &mut tally);
    }
    println!("{}", tally.row(site.name));
    tally
}

/// Four in five hold, and half of them are near.
fn assert_honest(site: &Site, seeds: std::ops::Range<u64>) -> Tally {
    let tally = calibrate(site, seeds);
    let of = &tally.waits;
    assert!(of.held().unwrap() >= 80.0, "{}", tally.row(site.name));
    assert!(of.near().unwrap() >= 50.0, "{}", tally.row(site.name));
    // What is never said is never wrong.
    assert!(of.silent().unwrap() < 10.0, "{}", tally.row(site.name));
    tally
}

/// So, where agents are busy for 85 seconds of a hundred.
fn assert_honest_at_85_percent(site: &Site) {
    let occupancy = assert_honest(site, UNSEEN).occupancy();
    assert!((84.0..=86.0).contains(&occupancy), "{}: {occupancy}", site.name);
}

#[test]
fn ten_agents_of_one_queue() {
    assert_honest_at_85_percent(&site::one_queue());
}

#[test]
fn three_queues_that_share_their_agents() {
    assert_honest_at_85_percent(&site::three_shared());
}

#[test]
fn queues_of_different_priority() {
    assert_honest_at_85_percent(&site::priorities());
}

#[test]
fn a_small_team_of_specialists() {
    assert_honest_at_85_percent(&site::specialists());
}

#[test]
fn agents_of_two_conversations_each() {
    assert_honest(&site::two_at_once(), UNSEEN);
}

#[test]
fn a_large_centre() {
    assert_honest(&site::large(), UNSEEN);
}

#[test]
fn callers_who_give_up_soon() {
    assert_honest(&site::impatient(), UNSEEN);
}
