//! What a visit asks for, done.

use super::Walk;
use crate::transcript::{Does, End, What};
use ivr::{EndReason, Output};
use speech::Wait;
use std::sync::Arc;

impl Walk<'_> {
    pub(super) fn obey(&mut self, output: Output) {
        match output {
            Output::Play { play, phrases, then } => self.say(play, &phrases, then),
            Output::Quiet => self.stop_saying(),
            Output::Enqueue { queue, priority, demands } => {
                self.enqueue(queue, (priority, demands))
            }
            Output::LeaveQueue { key, .. } => self.chosen(key, Does::LeavesQueue),
            Output::LookUp { directory, by } => self.look_up(directory, &by),
            Output::AskFacts(asked) => self.tell_facts(&asked),
            Output::Fetch { step, ask, .. } => self.fetch(step, ask),
            Output::Decided { step, why, to } => self.decided(step, why, to),
            Output::Told { what, words } => self.tell(What::Tells { what, words }),
            Output::Noted { variable, value } => self.noted(variable, &value),
            Output::Dial(dial) => self.dial(&dial),
            Output::AskPlace => self.place(),
            Output::AskOffer(callbacks) => self.weigh_offer(&callbacks),
            Output::PlaceTold(place) => self.tell(What::IsTold { place, wait: None }),
            Output::WaitTold { said, longer, .. } => self.wait_told(said, longer),
            Output::WaitKept => {}
            Output::OpenVoicemail(_) => self.open_voicemail(),
            Output::Record(_) => self.record(),
            Output::StopRecording => self.stop_recording(),
            Output::KeepMessage => self.keep_message(),
            Output::DiscardMessage => self.tell(What::MessageDiscarded),
            Output::OpenCallback { step, typed } => self.open_callback(step, typed),
            Output::PromiseCallback { step, number, at } => {
                self.promise_callback(step, (number, at));
            }
            Output::AskTimes { step, .. } => self.tell_times(step),
            Output::CallOffCallback(_) => self.call_off_callback(),
            Output::TakeUpCallback(_) => self.take_up_callback(),
            Output::Chose { key, .. } => self.chosen(key, Does::Chooses),
            Output::Whisper(phrases) => {
                let names = phrases.iter().map(|it| self.plan.prompt_name(it.prompt).into());
                self.tell(What::Whispers { phrases: names.collect() });
            }
            Output::Language(language) => {
                self.tell(What::Speaks { language: Arc::clone(self.plan.language(language)) });
            }
            Output::HangUp(reason) => self.over(end(reason)),
        }
    }

    /// It is said behind the place, which has been told.
    fn wait_told(&mut self, said: Wait, longer: bool) {
        if let Some(What::IsTold { wait, .. }) = self.entries.last_mut().map(|it| &mut it.what) {
            let told = match said {
                Wait::UnderAMinute => "less than a minute".to_owned(),
                Wait::Minutes(minutes) => format!("about {minutes} minutes"),
                Wait::OverHalfAnHour => "more than half an hour".to_owned(),
            };
            *wait = Some(if longer { format!("{told}, longer than was said") } else { told });
        }
    }
}

/// Nobody has a made-up call ended by a command.
const fn end(reason: EndReason) -> End {
    match reason {
        EndReason::Finished | EndReason::Withdrawn => End::Finished,
        EndReason::Closed => End::Closed,
        EndReason::QueueFull => End::QueueFull,
        EndReason::QueueClosed => End::QueueClosed,
        EndReason::SentOn => End::SentOn,
        EndReason::StepsMax => End::StepsMax,
    }
}
