//! Whatever phones do and in whatever order, nothing stays behind.

use crate::story::{Answers, Story, Watch, call};
use notifier::{Config, Duty, Progress};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn after_an_hour_of_silence_nothing_is_left(
        steps in proptest::collection::vec((0_u8..9, 0_u8..6), 1..60),
    ) {
        let mut story = Story::of(Config { at_once_max: 3, per_account_max: 5, ..Config::default() });
        story.answers = Answers::WhenTold;
        let mut watches: Vec<Watch> = Vec::new();
        for (number, (what, which)) in steps.into_iter().enumerate() {
            let which = usize::from(which);
            let answers = ["200", "481", "500", "503 Retry-After 3", "200", "200"];
            match what {
                0 | 1 => {
                    let call_id = format!("c{number}");
                    let response = story.subscribe(&call_id, "Event: dialog\nExpires: 60");
                    let tag = response.to.tag().map(|tag| tag.to_string());
                    watches.extend(tag.map(|tag| Watch { call_id, tag }));
                }
                2 | 3 => {
                    if let Some(watch) = watches.get(which).cloned() {
                        let expires = if what == 2 { 0 } else { 120 };
                        story.renew(&watch, &format!("Event: dialog\nExpires: {expires}"));
                    }
                }
                4 if !story.open.is_empty() => story.answer(answers[which]),
                5 if !story.open.is_empty() => {
                    let id = story.open.remove(0);
                    story.notifier.failed(id);
                }
                6 => story.bo_is(Duty::Ready, &[call(Progress::Early)]),
                7 => story.bo_is(Duty::WrapUp, &[]),
                _ => story.wait(1.5 * f64::from(u8::try_from(which).unwrap())),
            }
            story.carry();
        }
        story.answers = Answers::AtOnce;
        while !story.open.is_empty() {
            story.answer("200");
        }
        story.wait(3_600.0);
        prop_assert_eq!(story.left(), 0);
        prop_assert_eq!(story.notifier.poll_timeout(), None);
    }
}
