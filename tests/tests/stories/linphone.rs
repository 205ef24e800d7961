//! linphone, a phone of another family: it takes calls, holds them, presses keys and dials codes.

use e2e::{Keys, Linphone, Picks, Server, Sipp, Site, Sound, prompt, wait};

fn words() -> Sound {
    prompt("en/demo/leverans")
}

fn at_work(server: &Server, picks: Picks, keys: Keys) -> Linphone {
    let phone = Linphone::start(server.sip(), "1001", picks, keys, &words());
    server.until_agent("1001", "ready");
    phone
}

#[test]
fn linphone_takes_a_call_holds_it_and_takes_it_back_and_both_hear_each_other() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"0s\"", 1));
    let mut agent = at_work(&server, Picks::UpWhenTold, Keys::InSound);
    let callers_words = prompt("en/demo/support");
    let mut caller = Sipp::dial(server.sip(), "0705100001");
    caller.sound.say(&callers_words);
    agent.until_said("incoming call", 1);
    server.until_agent("1001", "ringing");
    agent.tell("answer");
    server.until_agent("1001", "talking");
    let heard = caller.sound.until_heard("the agent", &words(), 0);
    agent.until_heard("the caller", &callers_words, 0);

    agent.tell("pause");
    wait::until_so("the hold is written", || server.kinds(1).contains(&"held".to_owned()));
    let held = caller.sound.heard().len().max(heard);
    wait::until_music("the caller", held, || caller.sound.heard());
    agent.tell("resume");
    wait::until_so("its end is written", || server.kinds(1).contains(&"resumed".to_owned()));
    let (resumed, at_agent) = (caller.sound.heard().len(), agent.hears().len());
    caller.sound.until_heard("the agent again", &words(), resumed);
    agent.until_heard("the caller again", &callers_words, at_agent);

    agent.tell("terminate");
    caller.ended();
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["cause"]), (&"answered".into(), &"agent hung up".into()));
}

#[test]
fn linphone_chooses_in_a_menu_by_keys_in_the_sound_and_by_keys_in_messages() {
    let site = Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"menu.main\"\n[menu.main]\n\
         prompts = [\"demo/menu\"]\nkeys = { 1 = \"queue.support\", 2 = \"say.closed\" }\n\
         [say.closed]\nprompts = [\"demo/closed\"]\n[queue.support]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n",
    );
    let server = Server::start(site);
    for (call, keys) in [(1, Keys::InSound), (2, Keys::InMessages)] {
        let mut phone = at_work(&server, Picks::UpWhenTold, keys);
        phone.dial("9000");
        phone.until_said("Media streams established", 1);
        phone.press('2');
        let row = &server.until_closed(call)[call - 1];
        assert_eq!((&row["outcome"], &row["caller"]), (&"finished".into(), &"1001".into()));
        let story = server.story(call as u64);
        let chosen: Vec<_> = story.iter().filter(|event| event["kind"] == "chose").collect();
        assert_eq!(chosen.len(), 1, "{keys:?}: {story:#?}");
        assert_eq!(chosen[0]["detail"]["key"], "2");
    }
}

#[test]
fn linphone_logs_its_agent_out_and_in_by_codes_and_answers_by_itself() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"0s\"", 1));
    let mut agent = at_work(&server, Picks::Up, Keys::InSound);
    for (round, code, state, said) in
        [(1, "*12", "logged_out", "sv/code/logged-out"), (2, "*11", "ready", "sv/code/logged-in")]
    {
        agent.dial(code);
        agent.until_said("ended (No error)", round);
        agent.until_some_heard(said, &prompt(said));
        server.until_agent("1001", state);
    }
    let mut caller = Sipp::dial(server.sip(), "0705100002");
    caller.sound.until_heard("the agent", &words(), 0);
    caller.hang_up();
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["agent"]), (&"answered".into(), &"1001".into()));
}
