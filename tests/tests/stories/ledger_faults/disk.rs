//! The disk takes nothing while people call: there is no room on it, or what is written does not come to it for good.

use super::meanwhile::{
    asking, assert_is_written_once, centre, heard, is_thanked, lived_through, served,
    until_spooled, until_thanked,
};
use super::people::Person;
use e2e::{DiskFault, Server, Site, wait};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_calls_go_on_nothing_is_promised_and_all_of_it_is_written_later_once() {
    befalls(DiskFault::Full).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_come_to_the_disk_for_good_is_not_promised_and_is_written_later_once() {
    befalls(DiskFault::Unsynced).await;
}

async fn befalls(fault: DiskFault) {
    let (server, phones) = centre(Site::new("")).await;
    let faulty = fault.befall(&server);
    let served = served(&server, &phones).await;
    lived_through(&server, &phones, served).await;
    assert_eq!(server.calls(), [Value::Null; 0], "no row has come to the disk");
    drop(faulty);
    wait::until_so("the alarm is over", || server.alarms().is_empty());
    assert_is_written_once(&server, &phones);
    phones.switched_off().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_promise_that_comes_late_hears_music_and_then_the_thanks() {
    let (server, phones) = centre(Site::new("")).await;
    let faulty = DiskFault::Full.befall(&server);
    let asks = asking(&phones).await;
    wait::until_music("who has pressed 1", 0, || heard(&asks));
    assert!(!is_thanked(&asks), "it is not on disk yet");
    drop(faulty);
    until_thanked(&asks);
    asks.ended().await;
    let rows = server.until_closed(2);
    assert_eq!(rows[1]["outcome"], "answered", "{rows:#?}");
    assert_eq!(phones.customers.each_ref().map(Person::rung), [1, 0]);
    phones.switched_off().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_on_a_full_disk_has_all_of_it_at_the_next_start() {
    let (server, phones) = centre(Site::new("")).await;
    let faulty = DiskFault::Full.befall(&server);
    let served = served(&server, &phones).await;
    lived_through(&server, &phones, served).await;
    until_spooled(&server.site().data().join("ledger.db.spool"));
    let site = server.kill();
    drop(faulty);
    let server = Server::start(site);
    assert_is_written_once(&server, &phones);
    phones.switched_off().await;
}
