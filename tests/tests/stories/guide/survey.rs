//! The page on surveys: who talked with an agent is asked how it was.

use super::{called_as_tried, sound_at};
use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, Site, Sound, run, wait};
use serde_json::Value;

const SITE: &str = "docs/src/tasks/survey";

#[test]
fn what_is_asked_after_the_talk_is_asked_and_noted_as_it_was_simulated() {
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
    let data = server.site().data().to_str().unwrap().to_owned();
    let words = ["report", "survey", "--by", "agent", "--json", "--data", &data];
    wait::until_so("both answers are in the report", || {
        let told: Value = serde_json::from_str(&run(&words).out).unwrap_or_default();
        let lines = told["lines"].as_array().map_or(&[][..], Vec::as_slice);
        let answered = |question: &str, mean: f64| {
            let line = lines.iter().find(|line| line["question"] == question);
            line.is_some_and(|it| {
                it["agent"] == "1001" && it["answered"] == 1 && it["mean"].as_f64() == Some(mean)
            })
        };
        answered("grade", 4.0) && answered("solved", 1.0)
    });
}
