//! Sound that takes another way than the plain one: two codecs, a hold by the caller, a dead phone.

use e2e::{Baresip, PhoneSetup, Picks, Server, Site, Sound, prompt, soft, wait};
use softphone::{Answer, Codec, Phone, PhoneCall, PhoneConfig, Voice};
use std::time::Duration;

async fn agent_in_talk(server: &Server, config: PhoneConfig) -> (Phone, softphone::Events) {
    let account = config.user.clone();
    let (phone, events) = soft::switch_on(config).await;
    server.until_agent(&account, "ready");
    (phone, events)
}

fn until_heard(call: &PhoneCall, what: &str, sound: &Sound, from: usize) {
    wait::until_heard(what, sound, from, || Sound::of_alaw(&call.heard().alaw));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_and_an_agent_with_no_codec_in_common_hear_each_other() {
    let server = Server::start(Site::of_one_queue("", 1));
    let (agents_words, words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let config = PhoneConfig {
        codecs: vec![Codec::Pcma],
        listen: softphone::Listen::Record,
        ..soft::agent(server.sip(), "1001", Answer::After(Duration::ZERO))
    };
    let config = soft::saying(config, &agents_words.repeated(4));
    let (_agent, mut events) = agent_in_talk(&server, config).await;
    let config =
        PhoneConfig { codecs: vec![Codec::Pcmu], ..soft::caller(server.sip(), "0708000001") };
    let (caller, _events) = soft::switch_on(soft::saying(config, &words.repeated(4))).await;
    let call = caller.call("9000").await.unwrap();
    let at_agent = events.incoming().await.unwrap();
    until_heard(&call, "the caller hears the agent", &agents_words, 0);
    until_heard(&at_agent, "the agent hears the caller", &words, 0);
    call.hang_up().await;
    assert_eq!(at_agent.ended().await.to_string(), "hung up there");
}

/// Callers and agents who have `codec`, and those who have not, hear each other and the music, each in their own.
async fn hear_each_other_in(codec: Codec, named: &str) {
    let speaks = format!("codecs = [\"{named}\", \"PCMA\", \"PCMU\"]");
    let (with, without) = (vec![codec, Codec::Pcma], vec![Codec::Pcma]);
    let sides = [(&with, &with), (&with, &without), (&without, &with)];
    let settled = [[named, named], [named, "PCMA"], ["PCMA", "PCMA"]];
    for ((callers, agents), settled) in sides.into_iter().zip(settled) {
        let server = Server::start(Site::of_one_queue("", 1).with_setting(&speaks));
        let (agents_words, words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
        let config =
            PhoneConfig { codecs: callers.clone(), ..soft::caller(server.sip(), "0708000006") };
        let (caller, _events) = soft::switch_on(soft::saying(config, &words.repeated(9))).await;
        let call = caller.call("9000").await.unwrap();
        wait::until_music("the caller", 0, || Sound::of_alaw(&call.heard().alaw));
        let config = PhoneConfig {
            codecs: agents.clone(),
            listen: softphone::Listen::Record,
            ..soft::agent(server.sip(), "1001", Answer::After(Duration::ZERO))
        };
        let config = soft::saying(config, &agents_words.repeated(9));
        let (_agent, mut events) = soft::switch_on(config).await;
        let at_agent = events.incoming().await.unwrap();
        until_heard(&call, "the caller hears the agent", &agents_words, 0);
        until_heard(&at_agent, "the agent hears the caller", &words, 0);
        assert_eq!(call.heard().breaks.uneven, 0);
        call.hang_up().await;
        assert_eq!(server.until_closed(1)[0]["outcome"], "answered");
        let legs = server.until_sound(1, 2);
        let codecs = ["caller", "agent"].map(|side| legs[side]["codec"].as_str().unwrap());
        assert_eq!(codecs, settled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_and_agents_with_g722_hear_each_other_the_music_and_who_has_none() {
    hear_each_other_in(Codec::G722, "G722").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_and_agents_with_opus_hear_each_other_the_music_and_who_has_none() {
    hear_each_other_in(Codec::Opus, "opus").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_of_others_with_g722_alone_talks_with_one_that_has_none() {
    let speaks = "codecs = [\"PCMA\", \"G722\"]";
    let server = Server::start(Site::of_one_queue("", 2).with_setting(speaks));
    let (agents_words, words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let config = PhoneConfig {
        codecs: vec![Codec::Pcma],
        listen: softphone::Listen::Record,
        ..soft::agent(server.sip(), "1002", Answer::After(Duration::ZERO))
    };
    let config = soft::saying(config, &agents_words.repeated(9));
    let (_agent, mut events) = agent_in_talk(&server, config).await;
    let setup = PhoneSetup {
        codecs: "G722/16000/1",
        ..PhoneSetup::of_agent(server.sip(), "1001", Picks::UpWhenTold, &words)
    };
    let mut caller = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    caller.dial("9000");
    let at_agent = events.incoming().await.unwrap();
    until_heard(&at_agent, "the agent hears baresip", &words, 0);
    wait::until_so("baresip hears the agent", || caller.packets_received() > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_without_another_way_chooses_in_a_menu_by_tones_in_the_sound() {
    let site = Site::new(
        "language = \"sv\"\n[number.9000]\ngoto = \"menu.main\"\n[menu.main]\n\
         prompts = [\"demo/menu\"]\nkeys = { 1 = \"queue.support\", 2 = \"say.closed\" }\n\
         [say.closed]\nprompts = [\"demo/closed\"]\n[queue.support]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n",
    );
    let server = Server::start(site);
    let config =
        PhoneConfig { keys: softphone::Keys::InVoice, ..soft::caller(server.sip(), "0708000007") };
    // Again and again, half a minute apart: what is said is said without end.
    let key = Sound::of_key('2', 640).amid_silence(8_000).followed_by_silence(240_000);
    let (caller, _events) = soft::switch_on(soft::saying(config, &key)).await;
    let _call = caller.call("9000").await.unwrap();
    let row = &server.until_closed(1)[0];
    assert_eq!(row["outcome"], "finished");
    let story = server.story(1);
    let chosen: Vec<_> = story.iter().filter(|event| event["kind"] == "chose").collect();
    assert_eq!(chosen.len(), 1, "{story:#?}");
    assert_eq!(chosen[0]["detail"]["key"], "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_and_agents_on_ipv6_hear_each_other() {
    let server = Server::start(Site::of_one_queue("", 1).on_ipv6());
    let here = server.sip().ip();
    assert!(here.is_ipv6());
    let (agents_words, words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let config = PhoneConfig {
        bind_ip: here,
        listen: softphone::Listen::Record,
        ..soft::agent(server.sip(), "1001", Answer::After(Duration::ZERO))
    };
    let config = soft::saying(config, &agents_words.repeated(4));
    let (_agent, mut events) = agent_in_talk(&server, config).await;
    let config = PhoneConfig { bind_ip: here, ..soft::caller(server.sip(), "0708000004") };
    // One by datagrams, one by a connection.
    let config = soft::saying(soft::over_tcp(config), &words.repeated(4));
    let (caller, _events) = soft::switch_on(config).await;
    let call = caller.call("9000").await.unwrap();
    let at_agent = events.incoming().await.unwrap();
    until_heard(&call, "the caller hears the agent", &agents_words, 0);
    until_heard(&at_agent, "the agent hears the caller", &words, 0);
    call.hang_up().await;
    assert_eq!(server.until_closed(1)[0]["outcome"], "answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_at_one_address_and_an_agent_at_another_hear_each_other() {
    let server = Server::start(Site::of_one_queue("", 1).with_sip_at([127, 0, 0, 3]));
    let second = server.site().more_sip[0];
    assert_ne!(second.ip(), server.sip().ip());
    let (agents_words, words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let config = PhoneConfig {
        listen: softphone::Listen::Record,
        ..soft::agent(second, "1001", Answer::After(Duration::ZERO))
    };
    let config = soft::saying(config, &agents_words.repeated(4));
    let (_agent, mut events) = agent_in_talk(&server, config).await;
    let config = soft::saying(soft::caller(server.sip(), "0708000005"), &words.repeated(4));
    let (caller, _events) = soft::switch_on(config).await;
    let call = caller.call("9000").await.unwrap();
    let at_agent = events.incoming().await.unwrap();
    until_heard(&call, "the caller hears the agent", &agents_words, 0);
    until_heard(&at_agent, "the agent hears the caller", &words, 0);
    // The agent's BYE goes to the Contact that it was told: the address that it registered at.
    at_agent.hang_up().await;
    assert_eq!(call.ended().await.to_string(), "hung up there");
    assert_eq!(server.until_closed(1)[0]["outcome"], "answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_hears_music_while_the_caller_holds() {
    let server = Server::start(Site::of_one_queue("", 1));
    let words = prompt("en/demo/support");
    let config = PhoneConfig {
        listen: softphone::Listen::Record,
        ..soft::agent(server.sip(), "1001", Answer::After(Duration::ZERO))
    };
    let (_agent, mut events) = agent_in_talk(&server, config).await;
    let config = soft::saying(soft::caller(server.sip(), "0708000002"), &words.repeated(4));
    let (caller, _events) = soft::switch_on(config).await;
    let call = caller.call("9000").await.unwrap();
    let at_agent = events.incoming().await.unwrap();
    until_heard(&at_agent, "the agent hears the caller", &words, 0);

    call.hold().await.unwrap();
    let held = at_agent.heard().alaw.len();
    wait::until_music("the agent", held, || Sound::of_alaw(&at_agent.heard().alaw));
    call.resume().await.unwrap();
    let resumed = at_agent.heard().alaw.len();
    until_heard(&at_agent, "the agent hears the caller again", &words, resumed);
    call.hang_up().await;
    let rows = server.until_closed(1);
    assert_eq!(rows[0]["outcome"], "answered");
    let story = server.story(1);
    let held = story.iter().find(|event| event["kind"] == "held").unwrap();
    assert_eq!(held["detail"]["by_agent"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_phone_is_dead_comes_to_an_end() {
    let site = Site::of_one_queue("", 1).with_setting("rtp_timeout_s = 1");
    let server = Server::start(site);
    let config = PhoneConfig { voice: Voice::Mute, ..soft::caller(server.sip(), "0708000003") };
    let (caller, _events) = soft::switch_on(config).await;
    let call = caller.call("9000").await.unwrap();
    call.answered().await.unwrap();
    assert_eq!(call.ended().await.to_string(), "hung up there");
    let rows = server.until_closed(1);
    assert_eq!(rows[0]["outcome"], "failed");
    assert_eq!(rows[0]["cause"], "no sound from the caller's phone");
}
