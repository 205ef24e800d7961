//! Phones in browsers: JsSIP in Chromium registers over WSS by the rules, and by no others.

use e2e::{Browser, Desk, Server, Sipp, Site};

fn server_for(desk: &Desk) -> Server {
    Server::start(Site::of_one_queue("", 1).with_wss(&desk.origin()))
}

#[test]
fn a_phone_in_a_browser_registers_is_rung_on_its_connection_and_is_gone_with_it() {
    let desk = Desk::open();
    let server = server_for(&desk);
    let browser = Browser::open(&desk, &server.wss(), "1001", "secret-1001");
    desk.until_told("registered");
    server.until_agent("1001", "ready");
    // Its Contact names a host that is nowhere: `….invalid`.
    let mut caller = Sipp::dial(server.sip(), "+46701111111");
    desk.until_told("rung remote");
    server.until("the ring has come to its end", |_| {
        server.rings(1).contains(&("1001".to_owned(), "busy".to_owned()))
    });
    drop(browser);
    server.until_agent("1001", "unreachable");
    caller.hang_up();
}

#[test]
fn a_phone_in_a_browser_with_a_wrong_password_is_refused() {
    let desk = Desk::open();
    let server = server_for(&desk);
    let _browser = Browser::open(&desk, &server.wss(), "1001", "secret-1002");
    desk.until_told("connected");
    desk.until_told("refused 401");
    assert!(!desk.told().contains(&"registered".to_owned()));
    server.until_agent("1001", "logged_out");
}

#[test]
fn a_page_of_another_origin_may_not_speak_even_with_the_right_password() {
    let desk = Desk::open();
    let server = server_for(&desk);
    let elsewhere = Desk::open();
    let _browser = Browser::open(&elsewhere, &server.wss(), "1001", "secret-1001");
    elsewhere.until_told("disconnected");
    assert!(!elsewhere.told().contains(&"connected".to_owned()));
    assert!(server.log().contains("a page of another origin was refused"), "{}", server.log());
    assert!(server.metric("sip_connections_cut_total") >= 1.0);
}
