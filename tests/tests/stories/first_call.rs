//! The whole path with phones that nobody here wrote: welcome, choice, waiting, the place, talk,
//! hold, hang-up, wrap-up, the next caller, and what the ledger says of it.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, prompt};
use serde_json::Value;

const WRAP_UP_MS: u64 = 4_000;

const DIALPLAN: &str = r#"
    name = "Prov"
    language = "sv"

    [number.9000]
    goto = "say.welcome"
    [say.welcome]
    prompts = ["demo/welcome"]
    goto = "menu.main"
    [menu.main]
    prompts = ["demo/menu"]
    keys = { 1 = "queue.faktura" }

    [queue.faktura]
    name = "Faktura"
    welcome = ["demo/faktura"]
    announce_place = "30s"
    ring = "60s"
    wrap_up = "4s"

    [agent.1001]
    name = "Anna Lind"
    secret = "secret-1001"
    queues = ["faktura"]
"#;

fn at_ms(event: &Value) -> i64 {
    let at = event["at"].as_str().expect("events have a time");
    let at: jiff::Timestamp = at.parse().expect("times are RFC 3339");
    at.as_millisecond()
}

fn event<'a>(story: &'a [Value], kind: &str) -> &'a Value {
    let found = story.iter().find(|event| event["kind"] == kind);
    found.unwrap_or_else(|| panic!("no {kind} in {story:#?}"))
}

#[test]
fn a_caller_waits_talks_is_held_and_the_next_one_rings_after_wrap_up() {
    let server = Server::start(Site::new(DIALPLAN));
    // Texts that the centre itself says to nobody here.
    let (agents_words, callers_words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));

    // The caller hears the welcome, chooses during the question, and is told the place.
    let mut first = Sipp::dial(server.sip(), "+46701111111");
    let welcomed = first.sound.until_heard("the welcome", &prompt("sv/demo/welcome"), 0);
    first.sound.press('1');
    let queued = first.sound.until_heard("Faktura", &prompt("sv/demo/faktura"), welcomed);
    let placed = first.sound.until_heard("the place", &prompt("sv/queue/first"), queued);
    let now = server.until_calls(&["waiting"]);
    assert_eq!(now.queue("faktura")["waiting"], 1);

    // The agent comes to work, and is rung at once.
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, &agents_words);
    let mut agent = Baresip::start(&setup);
    let now = server.until_agent("1001", "ringing");
    assert_eq!(now.call_states(), ["ringing"]);

    // The two hear each other.
    first.sound.say(&callers_words);
    agent.tell("accept", "");
    agent.wait_for("CALL_ESTABLISHED");
    let now = server.until_agent("1001", "talking");
    assert_eq!((now.total("answered"), now.call_states()), (1, vec!["talking"]));
    let talked = first.sound.until_heard("the agent", &agents_words, placed);
    agent.until_heard("the caller", &callers_words, 0);

    // Meanwhile the next caller comes, chooses in the middle of the welcome, and waits.
    let mut second = Sipp::dial(server.sip(), "+46702222222");
    second.sound.peer();
    second.sound.press('1');
    second.sound.until_heard("the place", &prompt("sv/queue/first"), 0);
    server.until_calls(&["talking", "waiting"]);

    // Held, the caller hears music; taken back, the agent again.
    agent.tell("hold", "");
    let kinds = || server.kinds(1);
    e2e::wait::until_so("the hold is written", || kinds().contains(&"held".to_owned()));
    let held = first.sound.heard().len();
    e2e::wait::until_music("the caller", held.max(talked), || first.sound.heard());
    agent.tell("resume", "");
    e2e::wait::until_so("the end of it is written", || kinds().contains(&"resumed".to_owned()));
    let resumed = first.sound.heard().len();
    first.sound.until_heard("the agent again", &agents_words, resumed);

    // The agent hangs up and has time for after-call work; then the next caller's phone rings.
    agent.tell("hangup", "");
    first.ended();
    let now = server.until_agent("1001", "wrap_up");
    assert_eq!(now.call_states(), ["waiting"]);
    assert!(now.agent("1001")["until"].is_string());
    assert!(!agent.has_seen("CALL_INCOMING"), "wrap-up blocks");
    agent.wait_for("CALL_INCOMING");
    agent.tell("accept", "");
    server.until_calls(&["talking"]);
    second.hang_up();
    let rows = server.until_closed(2);

    // What the ledger says.
    assert_eq!(
        server.kinds(1),
        [
            "offered",
            "answered",
            "chose",
            "queued",
            "place_told",
            "rang",
            "connected",
            "reservation_ended",
            "held",
            "resumed",
            "ended",
            "wrap_up_started"
        ]
    );
    let row = &rows[0];
    assert_eq!(row["number"], "9000");
    assert_eq!(row["caller"], "+46701111111");
    assert_eq!((&row["queue"], &row["agent"]), (&"faktura".into(), &"1001".into()));
    assert_eq!((&row["outcome"], &row["cause"]), (&"answered".into(), &"agent hung up".into()));
    assert_eq!((&row["places_told"], &row["reservations"]), (&1.into(), &1.into()));
    let story = server.story(1);
    assert_eq!(event(&story, "chose")["detail"]["key"], "1");
    let (wait, talk) = (row["wait_ms"].as_i64().unwrap(), row["talk_ms"].as_i64().unwrap());
    let between = |from: &str, to: &str| at_ms(event(&story, to)) - at_ms(event(&story, from));
    assert!((between("queued", "connected") - wait).abs() <= 1, "{row}");
    assert!((between("connected", "ended") - talk).abs() <= 1, "{row}");
    let row = &rows[1];
    assert_eq!((&row["outcome"], &row["cause"]), (&"answered".into(), &"caller hung up".into()));

    // Between the end of one and the ring for the next lies the wrap-up, and next to nothing more.
    let pause = at_ms(event(&server.story(2), "rang")) - at_ms(event(&story, "ended"));
    let wrap_up = i64::try_from(WRAP_UP_MS).unwrap();
    assert!((wrap_up..wrap_up + 1_000).contains(&pause), "rung {pause} ms after the end");

    // Only the ledger has people's numbers whole.
    assert!(server.log().contains("…11") && !server.log().contains("0701111111"));
    assert!(server.stop().success());
}
