//! Callers who leave, in each state in which one can.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt, soft};

const DIALPLAN: &str = r#"
    language = "sv"
    [number.9000]
    goto = "say.welcome"
    [say.welcome]
    prompts = ["demo/welcome"]
    goto = "menu.main"
    [menu.main]
    prompts = ["demo/menu"]
    keys = { 1 = "queue.support" }
    [queue.support]
    name = "Support"
    wrap_up = "1s"
    [agent.1001]
    name = "Anna Lind"
    secret = "secret-1001"
    queues = ["support"]
"#;

/// Tries to give up before the centre has answered, which it does within milliseconds.
const TRIES_MAX: u64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_up_before_the_answer_has_a_row_that_says_so() {
    let server = Server::start(Site::new(DIALPLAN));
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0702000001")).await;
    let mut calls = 0;
    let mut in_time = false;
    while !in_time && calls < TRIES_MAX {
        let call = phone.call("9000").await.unwrap();
        call.hang_up().await;
        call.ended().await;
        calls += 1;
        let rows = server.until_closed(usize::try_from(calls).unwrap());
        let last = rows.last().unwrap();
        assert_eq!(last["outcome"], "abandoned", "{last}");
        in_time = last["abandoned_while"] == "dialling" && last["answered_at"].is_null();
    }
    assert!(in_time, "not once in {TRIES_MAX} calls did a CANCEL overtake the answer");
    server.until("all are counted", |status| status.total("abandoned") == calls);
    phone.stop().await;
}

#[test]
fn who_leaves_in_the_plan_or_the_queue_has_abandoned_there() {
    let server = Server::start(Site::new(DIALPLAN));
    let mut in_welcome = Sipp::dial(server.sip(), "0702000002");
    in_welcome.sound.peer();
    in_welcome.hang_up();

    let mut in_menu = Sipp::dial(server.sip(), "0702000003");
    let question = prompt("sv/demo/menu").part(0, 12_000);
    in_menu.sound.until_heard("the question", &question, 0);
    in_menu.hang_up();

    let mut waiting = Sipp::dial(server.sip(), "0702000004");
    waiting.sound.peer();
    waiting.sound.press('1');
    server.until_calls(&["waiting"]);
    waiting.hang_up();

    let rows = server.until_closed(3);
    let left: Vec<_> = rows.iter().map(|row| row["abandoned_while"].as_str().unwrap()).collect();
    assert_eq!(left, ["in_menu", "in_menu", "waiting"]);
    assert!(rows.iter().all(|row| row["outcome"] == "abandoned"), "{rows:#?}");
    assert!(rows.iter().all(|row| row["cause"] == "caller hung up"), "{rows:#?}");
    server.until("all are counted", |status| {
        (status.total("abandoned"), status.total("on")) == (3, 0)
    });
}

#[test]
fn who_leaves_while_a_phone_rings_frees_the_agent_at_once() {
    let server = Server::start(Site::new(DIALPLAN));
    let mut agent = Baresip::start(&PhoneSetup::of_agent(
        server.sip(),
        "1001",
        Picks::UpWhenTold,
        &Sound::default(),
    ));
    server.until_agent("1001", "ready");

    let mut ringing = Sipp::dial(server.sip(), "0702000005");
    ringing.sound.peer();
    ringing.sound.press('1');
    agent.wait_for("CALL_INCOMING");
    ringing.hang_up();
    agent.wait_for("CALL_CLOSED");
    server.until_agent("1001", "ready");
    let row = &server.until_closed(1)[0];
    assert_eq!(
        (&row["outcome"], &row["abandoned_while"]),
        (&"abandoned".into(), &"ringing".into())
    );
    assert_eq!(server.rings(1), [("1001".to_owned(), "withdrawn".to_owned())]);

    // The agent is good for the next, who leaves in the middle of the talk.
    let mut talking = Sipp::dial(server.sip(), "0702000006");
    talking.sound.peer();
    talking.sound.press('1');
    agent.wait_for("CALL_INCOMING");
    agent.tell("accept", "");
    server.until_agent("1001", "talking");
    talking.hang_up();
    agent.wait_for("CALL_CLOSED");
    let row = &server.until_closed(2)[1];
    assert_eq!((&row["outcome"], &row["cause"]), (&"answered".into(), &"caller hung up".into()));
    server.until_agent("1001", "wrap_up");
    server.until_agent("1001", "ready");
}
