//! What people meet while the ledger takes nothing, and what is in it afterwards.

use super::people::{
    Mode, ON_THE_LINE, ON_THE_WEB, Person, Phones, Tries, assert_adds_up, callbacks, is_over,
    is_promised_on_the_web,
};
use e2e::{Server, Site, Sound, http, prompt, wait};
use softphone::PhoneCall;
use std::fs;
use std::path::Path;

/// Calls of the story: who is served, who asks for a callback, and two callbacks.
const CALLS: usize = 4;

/// No customer is tried too seldom.
const TRIES: Tries = Tries { attempts_max: 9, mode: Mode::AgentFirst };

/// The centre on a site, with an agent who is ready.
pub(super) async fn centre(site: Site) -> (Server, Phones) {
    let phones = Phones::switched_on(&site, TRIES).await;
    let server = Server::start(site);
    phones.agent.phone.register().await.unwrap();
    server.until_agent("1001", "ready");
    (server, phones)
}

/// Somebody is served.
pub(super) async fn served(server: &Server, phones: &Phones) -> PhoneCall {
    let served = phones.caller.call("9000").await.unwrap();
    served.answered().await.unwrap();
    server.until_agent("1001", "talking");
    served
}

/// Calls go on while nothing is written, two people are promised nothing, and somebody is told.
pub(super) async fn lived_through(server: &Server, phones: &Phones, served: PhoneCall) {
    promised_nothing(phones).await;
    assert!(!is_promised_on_the_web(&server.site().data()));
    served.hang_up().await;
    server.until_agent("1001", "ready");
    wait::until_so("somebody is told", || server.alarms() == ["ledger"]);
    let (health, told) = http::get(server.http(), "/healthz").unwrap();
    assert_eq!(health, 200, "another start would not help: {told}");
    assert!(server.metric("ledger_away") > 0.0);
}

/// Somebody asks to be called back.
pub(super) async fn asking(phones: &Phones) -> PhoneCall {
    let asks = phones.customers[0].phone.call("9001").await.unwrap();
    asks.answered().await.unwrap();
    asks.press_all("1").await;
    asks
}

/// What a caller has heard so far.
pub(super) fn heard(call: &PhoneCall) -> Sound {
    Sound::of_alaw(&call.heard().alaw)
}

/// What is said last in a call, as far as it is sure to be looked at.
fn last_words(name: &str) -> Sound {
    prompt(name).part(0, 8_000)
}

/// Waits until the caller hears the thanks.
pub(super) fn until_thanked(call: &PhoneCall) {
    wait::until_heard("the thanks", &last_words("sv/callback/promised"), 0, || heard(call));
}

/// Whether the thanks are in it: they are the promise.
pub(super) fn is_thanked(call: &PhoneCall) -> bool {
    last_words("sv/callback/promised").find_in(&heard(call)).rho > wait::WELL
}

/// Who asks hears music for as long as it is not known whether that can be promised, and then that it can not.
async fn promised_nothing(phones: &Phones) {
    let asks = asking(phones).await;
    wait::until_music("who has pressed 1", 0, || heard(&asks));
    let none = last_words("sv/callback/full");
    wait::until_heard("that there is no callback", &none, 0, || heard(&asks));
    asks.ended().await;
    assert!(!is_thanked(&asks));
}

/// Waits until what happened is in the spool, from the first call to the end of the one callback that is over.
pub(super) fn until_spooled(spool: &Path) {
    wait::until_so("what happened is in the spool", || {
        let there = fs::read(spool).unwrap_or_default();
        String::from_utf8_lossy(&there).matches("\"event\":\"ended\"").count() == CALLS - 1
    });
}

/// All that happened is written once there is room, and once; who was told nothing is called all the same, once.
pub(super) fn assert_is_written_once(server: &Server, phones: &Phones) {
    let callbacks = wait::until("both callbacks are over", || {
        callbacks(&server.site().data()).filter(|all| all.len() == 2 && all.iter().all(is_over))
    });
    let of = |number: &str| callbacks.iter().find(|callback| callback["number"] == number).unwrap();
    assert_eq!(of(ON_THE_LINE)["outcome"], "not_spoken", "{callbacks:?}");
    assert_eq!(
        (&of(ON_THE_WEB)["outcome"], &of(ON_THE_WEB)["attempts"]),
        (&"reached".into(), &1.into())
    );
    assert_eq!(phones.customers.each_ref().map(Person::rung), [0, 1]);

    let rows = server.until_closed(CALLS);
    let outcomes: Vec<&str> = rows.iter().filter_map(|row| row["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["answered", "finished", "withdrawn", "answered"], "{rows:#?}");
    for row in &rows {
        let kinds = server.kinds(row["id"].as_u64().unwrap());
        let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
        assert_eq!((count("offered"), count("ended")), (1, 1), "{kinds:?}");
    }
    assert_adds_up(&server.site().data(), "all is written");
}
