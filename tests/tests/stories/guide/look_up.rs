//! The page on look-ups: in a list, and in another program.

use super::{called_as_tried, sound_at};
use e2e::{Crm, Server, Sipp, SippCall, Site};

const SITE: &str = "docs/src/tasks/look-up";

#[test]
fn who_is_in_the_list_as_vip_goes_first() {
    called_as_tried(SITE, "Anna Berg goes first, and is asked nothing");
}

#[test]
fn who_owes_something_by_the_other_program_comes_to_invoices() {
    let crm = Crm::open(|path| {
        (path == "/accounts/204711").then_some((200, r#"{"account": {"balance": -120}}"#))
    });
    let at = format!("http://{}", crm.address());
    let site = Site::copied_from(SITE).with_in_plan("dialplan.toml", "http://127.0.0.1:9090", &at);
    let folder = site.folder().to_owned();
    let server = Server::start(site);
    let call = SippCall { server: server.sip(), number: "9000", caller: "0700000000" };
    let mut caller = Sipp::call(call);
    let question = sound_at(&folder, "en", "matter/customer");
    caller.sound.until_heard("the question", &question, 0);
    "204711".chars().for_each(|key| caller.sound.press(key));
    crm.until_asked("/accounts/204711");
    let waits = server.until_calls(&["waiting"]);
    assert_eq!(waits.calls()[0]["queue"], "invoices");
    caller.hang_up();
    server.until_closed(1);
    let story = server.story(1);
    let noted = story.iter().filter(|event| event["kind"] == "noted").map(|it| &it["detail"]);
    let noted: Vec<String> = noted.map(|it| format!("{} {}", it["name"], it["value"])).collect();
    assert_eq!(noted, ["\"customer\" \"204711\"", "\"balance\" \"-120\""]);
}
