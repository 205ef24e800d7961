//! The page on voices: own words in a voice of one's own, and a recording in their place.

use e2e::{Server, Sipp, Site, Sound, prompt};

const SITE: &str = "docs/src/tasks/voices";

#[test]
fn callers_hear_the_words_of_the_site_in_the_voice_that_it_has_chosen() {
    let site = Site::copied_from(SITE);
    let folder = site.folder().join("prompts/sv@alva");
    let server = Server::start_at(site, "2026-11-26 10:00");
    let mut caller = Sipp::dial(server.sip(), "0708000031");
    let mut heard = 0;
    // Own words; a word spelled for this voice; and what ships, spoken anew.
    for name in ["welcome", "matter/support", "queue/first"] {
        let alva = Sound::read(&folder.join(format!("{name}.wav")));
        heard = caller.sound.until_heard(name, &alva, heard);
    }
    let usual = prompt("sv/queue/first").find_in(&caller.sound.heard()).rho;
    assert!(usual < 0.85, "the usual voice is heard: {usual}");
    caller.hang_up();
    server.until_closed(1);
}

#[test]
fn a_persons_recording_is_heard_and_never_spoken_over() {
    let site = Site::copied_from(SITE);
    let recorded = prompt("en/demo/support");
    let file = site.folder().join("prompts/sv@alva/welcome.wav");
    recorded.write(&file);
    let ran = e2e::run(&["prompts", "build", site.folder().to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    let server = Server::start_at(site, "2026-11-26 10:00");
    let mut caller = Sipp::dial(server.sip(), "0708000032");
    caller.sound.until_heard("the person", &recorded, 0);
    caller.hang_up();
    server.until_closed(1);
}
