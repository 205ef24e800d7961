//! The page on tests: the calls that it tries are the calls that are.

use super::{called_as_tried, sound_at};
use e2e::{Server, Sipp, Site};

const SITE: &str = "docs/src/tasks/tests";

#[test]
fn key_2_leads_to_sales() {
    called_as_tried(SITE, "key 2 leads to sales, before all others");
}

#[test]
fn who_calls_on_midsummers_eve_is_asked_for_a_message() {
    let site = Site::copied_from(SITE);
    let folder = site.folder().to_owned();
    let server = Server::start_at(site, "2027-06-25 10:00");
    let mut caller = Sipp::dial(server.sip(), "0708000041");
    let greeting = sound_at(&folder, "en", "voicemail/greeting");
    caller.sound.until_heard("that a message can be left", &greeting, 0);
    caller.hang_up();
    let row = &server.until_closed(1)[0];
    assert!(row["offered_at"].as_str().unwrap().starts_with("2027-06-25T08:00"), "{row}");
}
