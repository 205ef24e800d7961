//! Stories of a small centre: a script of what people do goes in, what each side sees comes out.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first surprise"
)]

mod adding_up;
mod after_call;
mod agents;
mod arriving;
mod attending;
mod branching;
mod calling_back;
mod calling_out;
mod capacity;
mod choosing;
mod closing;
mod codes;
mod commands;
mod connecting;
mod devices;
mod direct;
mod doubting;
mod eligible;
mod expecting;
mod explaining;
mod fetching;
mod first_call;
mod going_on;
mod handing_over;
mod holding;
mod joined;
mod keys;
mod knowing;
mod lamps;
mod leaving;
mod messages_wait;
mod monitoring;
mod networks;
mod overflowing;
mod passage;
mod pausing;
mod phone;
mod plane;
mod putting_through;
mod recording;
mod recovering;
mod redirecting;
mod refusals;
mod registering;
mod reloading;
mod remembering;
mod requesting;
mod ringing;
mod screenless;
mod script;
mod sealing;
mod serving;
mod shifts;
mod site;
mod talking_on;
mod talks_recorded;
mod telling;
mod times;
mod transferring;
#[cfg(test)]
mod trunks;
mod voicemails;
mod waiting;
mod whispering;
mod world;

use expect_test::Expect;

/// Plays a script, see [`script`], and compares what came of it.
fn check(script: &'static str, expected: Expect) {
    expected.assert_eq(&script::play(script));
}
