//! The page on surveys: who talked with an agent is asked how it was.

use super::{called_as_tried, sound_at};
use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, wait};
use serde_json::Value;

const SITE: &str = "docs/src/tasks/survey";

#[test]
fn the_questions_are_heard_at_their_own_number() {
    called_as_tried(SITE, "a grade and a yes are noted");
}

#[test]
fn a_caller_whose_agent_hangs_up_gives_a_grade() {
    let site = Site::copied_from(SITE);
    let folder = site.folder().to_owned();
    let server = Server::start(site);
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let mut ana = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    let mut caller = Sipp::dial(server.sip(), "0708000021");
    server.until_agent("1001", "talking");
    ana.tell("hangup", "");
    let grade = sound_at(&folder, "en", "survey/grade");
    let asked = caller.sound.until_heard("how it was", &grade, 0);
    caller.sound.press('4');
    let solved = sound_at(&folder, "en", "survey/solved");
    caller.sound.until_heard("whether it is settled", &solved, asked);
    caller.sound.press('1');
    caller.ended();

    let row = &server.until_closed(1)[0];
    assert_eq!((&row["outcome"], &row["agent"]), (&"answered".into(), &"1001".into()));
    let noted = |story: &[Value]| {
        let noted = story.iter().filter(|event| event["kind"] == "noted").map(|it| &it["detail"]);
        noted.map(|it| format!("{} {}", it["name"], it["value"])).collect::<Vec<_>>()
    };
    let what = "both answers are in the ledger";
    wait::until_so(what, || noted(&server.story(1)) == ["\"grade\" \"4\"", "\"solved\" \"1\""]);
}
