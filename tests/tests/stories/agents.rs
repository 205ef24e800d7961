//! Agents: on TCP, declining, missing, dropping, logging in and out by code.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt, run_with, soft, wait};
use softphone::{Answer, Event, Phone, PhoneConfig, StatusCode, Voice};
use std::time::{Duration, Instant};

fn ring(agent: &str, end: &str) -> (String, String) {
    (agent.to_owned(), end.to_owned())
}

/// An agent's phone in code that is registered; those who came first have been idle longest.
pub(crate) async fn at_work(server: &Server, config: PhoneConfig) -> Phone {
    let account = config.user.clone();
    let (phone, _events) = soft::switch_on(config).await;
    server.until_agent(&account, "ready");
    phone
}

#[test]
fn an_agent_on_tcp_takes_a_call_and_both_hear_each_other() {
    let server = Server::start(Site::of_one_queue("wrap_up = \"1s\"", 2));
    let (agents_words, callers_words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let udp = PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, &Sound::default());
    let tcp = PhoneSetup {
        transport: "tcp",
        ..PhoneSetup::of_agent(server.sip(), "1002", Picks::Up, &agents_words)
    };
    let mut second = Baresip::start(&tcp);
    server.until_agent("1002", "ready");
    // Idle for less long, so not rung.
    let mut first = Baresip::start(&udp);
    server.until_agent("1001", "ready");
    assert!(server.metric("sip_connections") >= 1.0);

    let mut caller = Sipp::dial(server.sip(), "0701000001");
    caller.sound.say(&callers_words);
    second.wait_for("CALL_ESTABLISHED");
    server.until_agent("1002", "talking");
    caller.sound.until_heard("the agent", &agents_words, 0);
    caller.sound.until_heard("the agent again", &agents_words, 24_000);
    second.until_heard("the caller", &callers_words, 0);
    caller.hang_up();
    second.wait_for("CALL_CLOSED");

    let rows = server.until_closed(1);
    assert_eq!((&rows[0]["agent"], &rows[0]["outcome"]), (&"1002".into(), &"answered".into()));
    assert!(!first.has_seen("CALL_INCOMING"));
}

#[test]
fn of_two_phones_that_answer_at_once_one_has_the_caller_and_the_other_is_let_go() {
    let server = Server::start(Site::of_one_queue("strategy = \"ring_all\"\nwrap_up = \"0s\"", 2));
    let words = prompt("en/demo/leverans");
    let accounts = ["1001", "1002"];
    let _phones = accounts.map(|account| {
        Baresip::start(&PhoneSetup::of_agent(server.sip(), account, Picks::Up, &words))
    });
    accounts.iter().for_each(|account| drop(server.until_agent(account, "ready")));

    let mut caller = Sipp::dial(server.sip(), "0701000004");
    let talking = |account: &&str| server.status().agent_state(account) == "talking";
    let winner = wait::until("one of them talks", || accounts.into_iter().find(talking));
    let loser = accounts.into_iter().find(|account| *account != winner).unwrap();
    server.until_agent(loser, "ready");
    caller.sound.until_heard("the one who won", &words, 0);
    caller.hang_up();
    let rows = server.until_closed(1);
    assert_eq!((&rows[0]["agent"], &rows[0]["outcome"]), (&winner.into(), &"answered".into()));
    let mut rings = server.rings(1);
    rings.sort_by_key(|(account, _)| account != winner);
    assert_eq!(rings, [ring(winner, "accepted"), ring(loser, "taken_elsewhere")]);
    assert_eq!(server.status().agent_state(loser), "ready", "it has missed nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_declined_keeps_the_place_and_goes_to_the_next_agent() {
    let server = Server::start(Site::of_one_queue("ring = \"30s\"", 3));
    let declining = |account, status| soft::agent(server.sip(), account, Answer::Decline(status));
    let busy = at_work(&server, declining("1001", StatusCode::BUSY_HERE)).await;
    let no = at_work(&server, declining("1002", StatusCode::DECLINE)).await;
    let talks = soft::agent(server.sip(), "1003", Answer::After(Duration::ZERO));
    let third = at_work(&server, talks).await;

    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0701000002")).await;
    let call = phone.call("9000").await.unwrap();
    call.answered().await.unwrap();
    server.until_agent("1003", "talking");
    call.hang_up().await;
    server.until_closed(1);
    let rings = [ring("1001", "busy"), ring("1002", "declined"), ring("1003", "accepted")];
    assert_eq!(server.rings(1), rings);
    // Who declined, or was busy without having rung, is not away: after a moment there again.
    server.until_agent("1001", "ready");
    server.until_agent("1002", "ready");
    for phone in [busy, no, third] {
        phone.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_ring_brings_the_caller_before_those_behind_to_the_next_agent() {
    let server = Server::start(Site::of_one_queue("ring = \"2s\"\nwrap_up = \"0s\"", 2));
    let asleep = at_work(&server, soft::agent(server.sip(), "1001", Answer::Manual)).await;
    let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "0701000003")).await;
    let first = phone.call("9000").await.unwrap();
    first.answered().await.unwrap();
    server.until_calls(&["ringing"]);
    let second = phone.call("9000").await.unwrap();
    second.answered().await.unwrap();
    server.until("the ring is missed", |status| {
        matches!(status.agent_state("1001"), "settling" | "ready" | "missed_ring")
    });
    let talks = PhoneConfig {
        talk: Some(Duration::from_millis(500)),
        ..soft::agent(server.sip(), "1002", Answer::After(Duration::ZERO))
    };
    let (awake, _events) = soft::switch_on(talks).await;
    let rows = server.until_closed(2);
    let connected = |row: usize| rows[row]["connected_at"].as_str().unwrap().to_owned();
    assert!(connected(0) < connected(1), "who came first was connected first: {rows:#?}");
    assert_eq!(rows[0]["agent"], "1002");
    assert_eq!(server.rings(1)[0], ring("1001", "missed"));
    assert!(rows[0]["wait_ms"].as_u64() >= Some(2_000), "the whole wait counts: {}", rows[0]);
    for phone in [asleep, awake] {
        phone.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_answers_and_is_gone_before_a_sound_costs_no_place() {
    let server = Server::start(Site::of_one_queue("ring = \"30s\"", 2));
    let gone_at_once = PhoneConfig {
        voice: Voice::Mute,
        talk: Some(Duration::from_millis(100)),
        ..soft::agent(server.sip(), "1001", Answer::After(Duration::ZERO))
    };
    let hasty = at_work(&server, gone_at_once).await;
    let words = prompt("en/demo/leverans");
    let talks =
        soft::saying(soft::agent(server.sip(), "1002", Answer::After(Duration::ZERO)), &words);
    let steady = at_work(&server, talks).await;

    let mut caller = Sipp::dial(server.sip(), "0701000004");
    server.until_agent("1002", "talking");
    caller.sound.until_heard("the second agent", &words, 0);
    caller.hang_up();
    let rows = server.until_closed(1);
    assert_eq!(server.rings(1), [ring("1001", "dropped"), ring("1002", "accepted")]);
    assert_eq!((&rows[0]["agent"], &rows[0]["outcome"]), (&"1002".into(), &"answered".into()));
    for phone in [hasty, steady] {
        phone.stop().await;
    }
}

#[test]
fn an_agent_logs_out_and_in_and_pauses_by_code_and_hears_it_said() {
    let server = Server::start(Site::of_one_queue("", 1));
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let mut agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    for (round, code, state, said) in [
        (1, "*12", "logged_out", "sv/code/logged-out"),
        (2, "*11", "ready", "sv/code/logged-in"),
        (3, "*13", "paused", "sv/code/paused"),
        (4, "*14", "ready", "sv/code/resumed"),
        (5, "*15", "ready", "sv/code/refused"),
    ] {
        agent.dial(code);
        agent.wait_for("CALL_ESTABLISHED");
        agent.wait_for("CALL_CLOSED");
        server.until_agent("1001", state);
        let recorded = wait::until("the recording", || {
            let heard = agent.heard();
            (heard.len() == round).then_some(heard)
        });
        let rho = prompt(said).find_in(&recorded[round - 1]).rho;
        assert!(rho > 0.95, "{code} was confirmed with {rho}");
    }
    // Codes are no calls of the centre.
    assert_eq!(server.calls().len(), 0);
    // They are for agents: a stranger is asked for a password and has none.
    let ended = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let (phone, _events) = soft::switch_on(soft::caller(server.sip(), "1001")).await;
        phone.call("*12").await.unwrap().ended().await
    });
    assert_eq!(ended.to_string(), "rejected with 407");
    server.until_agent("1001", "ready");
}

#[test]
fn who_missed_too_often_is_away_until_the_code_says_otherwise() {
    let server = Server::start(Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n[queue.support]\n\
         name = \"Support\"\nring = \"1s\"\n[agent.1001]\nname = \"Ana\"\n\
         secret = \"secret-1001\"\nqueues = [\"support\"]\nmissed_max = 1\n",
    ));
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, &Sound::default());
    let mut agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0701000005");
    agent.wait_for("CALL_INCOMING");
    agent.wait_for("CALL_CLOSED");
    server.until_agent("1001", "missed_ring");
    server.until_calls(&["waiting"]);

    agent.dial("*11");
    agent.wait_for("CALL_ESTABLISHED");
    agent.wait_for("CALL_CLOSED");
    agent.wait_for("CALL_INCOMING");
    agent.tell("accept", "");
    server.until_agent("1001", "talking");
    caller.hang_up();
    server.until_closed(1);
    assert_eq!(server.rings(1), [ring("1001", "missed"), ring("1001", "accepted")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_phones_of_an_agent_ring_and_the_first_to_answer_has_the_call() {
    let server = Server::start(Site::of_one_queue("ring = \"30s\"", 1));
    let phone = |answer| soft::switch_on(soft::agent(server.sip(), "1001", answer));
    let (_desk, mut at_desk) = phone(Answer::Manual).await;
    let (_mobile, mut at_mobile) = phone(Answer::Manual).await;
    for events in [&mut at_desk, &mut at_mobile] {
        while !matches!(events.next().await.unwrap(), Event::Registered { .. }) {}
    }
    let (caller, _events) = soft::switch_on(soft::caller(server.sip(), "0701000006")).await;
    let call = caller.call("9000").await.unwrap();
    let (on_desk, on_mobile) =
        (at_desk.incoming().await.unwrap(), at_mobile.incoming().await.unwrap());
    on_mobile.accept().await;
    assert_eq!(on_desk.ended().await.to_string(), "the caller gave up");
    server.until_agent("1001", "talking");
    call.hang_up().await;
    assert_eq!(on_mobile.ended().await.to_string(), "hung up there");
    assert_eq!(server.until_closed(1)[0]["reservations"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_on_tcp_is_served_over_the_same_connection() {
    let server = Server::start(Site::of_one_queue("", 1));
    let hangs_up = PhoneConfig {
        talk: Some(Duration::from_millis(500)),
        ..soft::agent(server.sip(), "1001", Answer::After(Duration::ZERO))
    };
    let _agent = at_work(&server, hangs_up).await;
    let config = soft::over_tcp(soft::caller(server.sip(), "0701000007"));
    let (caller, _events) = soft::switch_on(config).await;
    let call = caller.call("9000").await.unwrap();
    assert_eq!(call.ended().await.to_string(), "hung up there");
    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["cause"]), (&"answered".into(), &"agent hung up".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_makes_no_agent() {
    let server = Server::start(Site::of_one_queue("", 1));
    let wrong = PhoneConfig {
        password: Some("secret-1002".to_owned()),
        registration: None,
        ..soft::agent(server.sip(), "1001", Answer::Manual)
    };
    let (phone, _events) = soft::switch_on(wrong).await;
    assert!(phone.register().await.is_err());
    assert_eq!(server.status().agent_state("1001"), "logged_out");
    phone.stop().await;
    let right = soft::agent(server.sip(), "1001", Answer::Manual);
    let right = at_work(&server, right).await;
    right.stop().await;
    server.until("the phone is gone", |status| status.agent_state("1001") == "unreachable");
}

#[test]
fn an_agents_phone_that_vanishes_ends_the_talk_and_the_next_caller_is_served_by_others() {
    let site = Site::of_one_queue("ring = \"2s\"\nwrap_up = \"0s\"", 2);
    let server = Server::start(site.with_setting("rtp_timeout_s = 2"));
    let phone = |account| {
        let setup = PhoneSetup::of_agent(server.sip(), account, Picks::Up, &Sound::default());
        let phone = Baresip::start(&setup);
        server.until_agent(account, "ready");
        phone
    };
    let first = phone("1001");
    let mut cut_off = Sipp::dial(server.sip(), "0701000008");
    server.until_agent("1001", "talking");
    first.vanish();
    cut_off.ended();
    let row = &server.until_closed(1)[0];
    assert_eq!(row["outcome"], "answered");
    assert_eq!(row["cause"], "no sound from the agent's phone");

    // The server does not know that the phone is gone, and tries it first.
    server.until_agent("1001", "ready");
    let _second = phone("1002");
    let mut next = Sipp::dial(server.sip(), "0701000009");
    server.until_agent("1002", "talking");
    next.hang_up();
    server.until_closed(2);
    assert_eq!(server.rings(2), [ring("1001", "missed"), ring("1002", "accepted")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_registers_where_the_plan_has_the_hash_of_its_password_alone() {
    let hashes = run_with(&["ha1", "1001", "--realm", "acme"], "secret-1001\n");
    assert_eq!((hashes.code, hashes.out.lines().count()), (Some(0), 2), "{hashes:?}");
    let plan = format!(
        "[number.9000]\ngoto = \"queue.support\"\n[queue.support]\n[agent.1001]\n\
         queues = \"all\"\n{}",
        hashes.out
    );
    let server = Server::start(Site::new(&plan).with_setting("realm = \"acme\""));
    let by_sha_256 = at_work(&server, soft::agent(server.sip(), "1001", Answer::Manual)).await;
    by_sha_256.stop().await;
    server.until("the phone is gone", |status| status.agent_state("1001") == "unreachable");
    // baresip knows MD5 alone.
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let _by_md5 = Baresip::start(&setup);
    server.until_agent("1001", "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_site_that_asks_for_sha_256_gets_it_from_a_phone_that_knows_it() {
    let site = Site::of_one_queue("wrap_up = \"0s\"", 2).with_setting("digest = [\"SHA-256\"]");
    let server = Server::start(site);
    let agent = at_work(&server, soft::agent(server.sip(), "1001", Answer::Manual)).await;

    let wrong = PhoneConfig {
        password: Some("not this".to_owned()),
        ..soft::agent(server.sip(), "1002", Answer::Manual)
    };
    let (stranger, _events) = soft::switch_on(wrong).await;
    assert!(stranger.register().await.is_err(), "a wrong password registers");
    assert_eq!(server.status().agent_state("1002"), "logged_out");
    for phone in [agent, stranger] {
        phone.stop().await;
    }
}

#[test]
fn an_agent_whose_phone_is_killed_in_a_conversation_is_free_within_ten_seconds() {
    // Sound may stop for a minute: that is not what tells.
    let server = Server::start(Site::of_one_queue("", 1));
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let agent = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let _caller = Sipp::dial(server.sip(), "0701000021");
    server.until_agent("1001", "talking");
    std::thread::sleep(Duration::from_secs(1));
    agent.vanish();
    let killed = Instant::now();
    server.until_agent("1001", "wrap_up");
    let took = killed.elapsed();
    // Three seconds without sound, and six without an answer at most.
    assert!(took < Duration::from_secs(10), "it took {took:?}");
    let rows = server.until_closed(1);
    assert_eq!(rows[0]["outcome"], "answered");
    assert_eq!(rows[0]["cause"], "the agent's phone no longer knew the call");
}
