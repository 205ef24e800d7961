//! What callers hear on their way: the demo's menus in two languages, its closed line, the places in
//! a queue.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, SippCall, Site, prompt};

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
fn key_0_reaches_a_person_in_the_midst_of_the_welcome_though_the_plan_says_nothing_of_it() {
    let site = Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"say.welcome\"\n\
         [say.welcome]\nprompts = [\"demo/welcome\"]\ngoto = \"menu.main\"\n\
         [menu.main]\nprompts = [\"demo/menu\"]\nkeys = { 1 = \"hangup\" }\n[queue.support]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = \"all\"\n",
    );
    let server = Server::start(site);
    let agents_words = prompt("en/demo/leverans");
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &agents_words);
    let agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0707000008");
    let welcome = prompt("sv/demo/welcome");
    let heard = caller.sound.until_heard("the welcome begin", &welcome.part(0, 4_000), 0);
    caller.sound.press('0');
    caller.sound.until_heard("a person", &agents_words, heard);
    caller.hang_up();
    drop(agent);
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["queue"], &row["outcome"]), (&"support".into(), &"answered".into()));
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

#[test]
fn who_waits_is_told_the_place_and_how_long_it_will_take() {
    let queue = "announce_place = \"5s\"\nannounce_wait = true\nexpected_talk = \"2m\"";
    let server = Server::start(Site::of_one_queue(queue, 1));
    // Nobody is on duty: of the wait nothing is said.
    let mut first = Sipp::dial(server.sip(), "0707000005");
    first.sound.until_heard("the place", &prompt("sv/queue/first"), 0);
    e2e::wait::until_so("it is written why", || server.kinds(1).contains(&"wait_untold".into()));
    // The agent comes to work and takes the call.
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &prompt("en/demo/leverans"));
    let agent = Baresip::start(&setup);
    server.until_calls(&["talking"]);
    // Whoever comes now waits for the end of that talk, of two minutes as the operator says.
    let mut second = Sipp::dial(server.sip(), "0707000006");
    let mut heard = second.sound.until_heard("the place", &prompt("sv/queue/first"), 0);
    heard = second.sound.until_heard("the wait", &prompt("sv/queue/wait-about"), heard);
    let story = || server.story(2);
    let told = || story().into_iter().find(|event| event["kind"] == "wait_told");
    e2e::wait::until_so("it is written what was said", || told().is_some());
    let told = told().unwrap();
    let minutes = told["detail"]["at_most_s"].as_u64().unwrap() / 60;
    let number = prompt(&format!("sv/numbers/{minutes}"));
    heard = second.sound.until_heard("the minutes", &number, heard);
    second.sound.until_heard("the word for them", &prompt("sv/queue/minutes"), heard);
    assert_eq!(told["detail"]["place"], 1);
    second.hang_up();
    first.hang_up();
    drop(agent);
    server.until_closed(2);
}

#[test]
fn an_agent_who_answers_in_the_middle_of_an_offer_is_heard_at_once_and_hears_the_caller() {
    let queue = "announce_place = \"0s\"\nwelcome = []\n[[queue.support.at]]\nafter = \"1s\"\nevery = \"15s\"\n\
        one_of = [{ prompts = [\"demo/menu\", \"demo/menu\"], if = \"call.place = 1\", keys = { 1 = \"hangup\" } }]";
    let server = Server::start(Site::of_one_queue(queue, 1));
    let words = prompt("en/demo/support");
    let mut caller = Sipp::dial(server.sip(), "0707000007");
    caller.sound.say(&words);
    let offer = prompt("sv/demo/menu");
    let begun = caller.sound.until_heard("the offer begin", &offer.part(0, 8_000), 0);
    // The phone registers while the offer is said, and takes the call that waits.
    let agents_words = prompt("en/demo/leverans");
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &agents_words);
    let mut agent = Baresip::start(&setup);
    caller.sound.until_heard("the agent", &agents_words, begun);
    agent.until_heard("the caller", &words, 0);
    // Of what was being said nothing comes behind the agent's first words.
    let heard = caller.sound.heard().after(begun);
    let found = agents_words.find_in(&heard);
    assert!(found.rho > 0.95, "{}", found.rho);
    let rest = heard.after(found.at);
    let said_on = offer.part(0, 8_000).find_in(&rest);
    assert!(said_on.rho < 0.8, "the offer goes on over the talk: {}", said_on.rho);
    caller.hang_up();
    agent.wait_for("CALL_CLOSED");
    server.until_closed(1);
}
