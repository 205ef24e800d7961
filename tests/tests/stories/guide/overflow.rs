//! The page on overflow: nobody at work, and everybody busy.

use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, prompt};

const SITE: &str = "docs/src/tasks/overflow";

fn phone(server: &Server, account: &str) -> Baresip {
    let setup = PhoneSetup::of_agent(server.sip(), account, Picks::Up, &Sound::default());
    let phone = Baresip::start(&setup);
    server.until_agent(account, "ready");
    phone
}

#[test]
fn who_calls_when_nobody_is_at_work_is_asked_for_a_message_at_once() {
    let server = Server::start(Site::copied_from(SITE));
    let mut caller = Sipp::dial(server.sip(), "0708000011");
    caller.sound.until_heard("what to do", &prompt("en/voicemail/greeting"), 0);
    caller.hang_up();
    server.until_closed(1);
    let kinds = server.kinds(1);
    assert!(kinds.contains(&"sent_on".into()) && !kinds.contains(&"queued".into()), "{kinds:?}");
}

#[test]
fn who_calls_when_all_of_support_talk_is_helped_by_everybody() {
    let server = Server::start(Site::copied_from(SITE));
    let _ana = phone(&server, "1001");
    let mut first = Sipp::dial(server.sip(), "0708000012");
    server.until_agent("1001", "talking");
    let _bo = phone(&server, "1002");
    let mut second = Sipp::dial(server.sip(), "0708000013");
    server.until_agent("1002", "talking");
    first.hang_up();
    second.hang_up();
    let rows = server.until_closed(2);
    assert_eq!([&rows[0]["queue"], &rows[1]["queue"]], ["support", "everybody"]);
    assert_eq!([&rows[0]["agent"], &rows[1]["agent"]], ["1001", "1002"]);
}
