//! What callers hear on their way: the demo's menus in two languages, its closed line, the places in
//! a queue.

use e2e::{Server, Sipp, SippCall, Site, prompt};

#[test]
fn a_caller_changes_the_language_and_asks_for_the_operator() {
    let server = Server::start(Site::of_the_demo());
    let mut caller = Sipp::dial(server.sip(), "0707000001");
    let mut heard = caller.sound.until_heard("the welcome", &prompt("sv/demo/welcome"), 0);
    caller.sound.press('9');
    heard = caller.sound.until_heard("it in English", &prompt("en/demo/welcome"), heard);
    // No key of this menu: said so, and asked again.
    caller.sound.press('7');
    heard = caller.sound.until_heard("that 7 is none", &prompt("en/invalid"), heard);
    let question = prompt("en/demo/menu").part(0, 12_000);
    heard = caller.sound.until_heard("the question again", &question, heard);
    caller.sound.press('0');
    heard = caller.sound.until_heard("Support", &prompt("en/demo/support"), heard);
    caller.sound.until_heard("the place", &prompt("en/queue/first"), heard);
    caller.hang_up();
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["queue"], &row["language"]), (&"support".into(), &"en".into()));
    assert_eq!((&row["outcome"], &row["places_told"]), (&"abandoned".into(), &1.into()));
}

#[test]
fn a_closed_line_says_so_and_hangs_up() {
    let server = Server::start(Site::of_the_demo());
    let mut caller =
        Sipp::call(SippCall { server: server.sip(), number: "9001", caller: "0707000002" });
    let heard = caller.sound.until_heard("that it is closed", &prompt("sv/demo/closed"), 0);
    caller.ended();
    assert!(prompt("sv/goodbye").find_in(&caller.sound.heard().after(heard)).rho > 0.95);
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["number"]), (&"closed".into(), &"9001".into()));
    server.until("it is counted", |status| status.total("closed") == 1);
}

#[test]
fn who_waits_is_told_the_place_anew_as_it_changes() {
    let queue = "announce_place = \"5s\"\nreminder = [\"thanks-for-waiting\"]";
    let server = Server::start(Site::of_one_queue(queue, 1));
    let mut first = Sipp::dial(server.sip(), "0707000003");
    first.sound.until_heard("the place", &prompt("sv/queue/first"), 0);
    let mut second = Sipp::dial(server.sip(), "0707000004");
    let mut heard = 0;
    for phrase in ["sv/queue/place", "sv/numbers/2", "sv/queue/in-line"] {
        heard = second.sound.until_heard(phrase, &prompt(phrase), heard);
    }
    let status = server.until_calls(&["waiting", "waiting"]);
    let places: Vec<_> = status.calls().iter().map(|call| &call["place"]).collect();
    assert_eq!(places, [1, 2]);
    // Between the announcements there is music.
    e2e::wait::until_music("the second", heard, || second.sound.heard());
    first.hang_up();
    heard = second.sound.until_heard("thanks", &prompt("sv/thanks-for-waiting"), heard);
    second.sound.until_heard("the better place", &prompt("sv/queue/first"), heard);
    second.hang_up();
    let rows = server.until_closed(2);
    assert!(rows[1]["places_told"].as_u64() >= Some(2), "{}", rows[1]);
}
