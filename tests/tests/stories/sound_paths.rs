//! Sound that takes another way than the plain one: two codecs, a hold by the caller, a dead phone.

use e2e::{Server, Site, Sound, prompt, soft, wait};
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
