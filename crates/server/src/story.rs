//! What is told of the engine: each event becomes a line with its ids, each snapshot a set of gauges.
//! People's numbers are masked here; only the ledger has them whole.

use events::{
    AgentEvent, Ani, CallEvent, CallbackEvent, CommandEvent, Direction, Event, Gone, LegSound,
    MessageEvent, SoundEvent, Subject, What,
};
use metrics::{counter, gauge, histogram};
use snapshot::{ExpectedWait, Snapshot};

/// Tells one event.
pub(crate) fn tell(event: &Event) {
    match &event.what {
        What::Call(call, happened) => {
            tell_call(&call.to_string(), happened);
            count(happened);
        }
        What::WorkItem(item, happened) => {
            tell_call(&item.to_string(), happened);
            count_work(happened);
        }
        What::Agent(agent, AgentEvent::CallOutRefused { why }) => {
            let why = why.word();
            tracing::warn!(%agent, %why, "call out refused");
            counter!("calls_out_refused_total", "why" => why).increment(1);
        }
        What::Agent(agent, happened) => tracing::info!(%agent, "{happened:?}"),
        What::Queue(queue, happened) => tracing::info!(%queue, "{happened:?}"),
        What::Trunk(trunk, happened) => tracing::info!(%trunk, "{happened:?}"),
        What::Command(about, given) => tell_command(about, given),
        What::Sound(call, SoundEvent::LegClosed(sound)) => tell_sound(&call.to_string(), sound),
        What::Sound(call, happened) => tell_recording(&call.to_string(), happened),
        What::Callback(item, happened) => tell_callback(&item.to_string(), happened),
        What::Message(message, happened) => {
            tell_message(&message.to_string(), happened);
        }
    }
}

/// The figures that an operator watches: how much is lost, how unevenly it comes, and what that sounds like.
fn tell_sound(call: &str, sound: &LegSound) {
    let LegSound { leg, received, lost, expected, jitter_us, mos, .. } = sound;
    let (side, agent) = (sound.side.word(), sound.agent.as_deref().unwrap_or("-"));
    tracing::info!(%call, leg, side, %agent, received, lost, ?jitter_us, ?mos, "sound of a leg");
    if *expected > 0 {
        histogram!("leg_loss_ratio", "side" => side).record(ratio(*lost, *expected));
    }
    if let Some(jitter) = jitter_us {
        histogram!("leg_jitter_seconds", "side" => side).record(ratio(*jitter, 1_000_000));
    }
    if let Some(mos) = mos {
        histogram!("leg_mos", "side" => side).record(ratio(*mos, 100));
    }
}

fn tell_recording(call: &str, happened: &SoundEvent) {
    match happened {
        SoundEvent::LegClosed(_) => {}
        SoundEvent::RecordingBegan { recording, label } => {
            let (recording, by) = (recording.0, label.started_by.word());
            tracing::info!(%call, %recording, %by, "the talk is recorded");
            counter!("talks_recorded_total").increment(1);
        }
        SoundEvent::RecordingPaused { recording } => {
            tracing::info!(%call, recording = %recording.0, "the recording is paused");
        }
        SoundEvent::RecordingResumed { recording } => {
            tracing::info!(%call, recording = %recording.0, "the recording goes on");
        }
        SoundEvent::RecordingEnded { recording, end, length_ms, packets_missed, .. } => {
            let (recording, end) = (recording.0, end.word());
            tracing::info!(%call, %recording, %end, %length_ms, %packets_missed, "talk recorded");
            counter!("talks_packets_missed_total").increment((*packets_missed).into());
        }
    }
}

/// One by the other; figures of this size have room in 32 bits.
fn ratio(part: u64, whole: u64) -> f64 {
    let float = |number| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    float(part) / float(whole)
}

fn tell_command(about: &Subject, given: &CommandEvent) {
    let about = match about {
        Subject::Agent(agent) => agent.to_string(),
        Subject::Call(call) => call.to_string(),
        Subject::Message(message) => message.to_string(),
        Subject::Queue(queue) => queue.to_string(),
        Subject::Plan => "the plan".to_owned(),
    };
    match given {
        CommandEvent::Obeyed { by, command, with } => {
            let with = with.as_deref().unwrap_or("-");
            tracing::info!(%about, %by, %command, %with, "command obeyed");
        }
        CommandEvent::Refused { by, command, with, why } => {
            let with = with.as_deref().unwrap_or("-");
            tracing::info!(%about, %by, %command, %with, %why, "command refused");
        }
    }
}

fn tell_message(message: &str, happened: &MessageEvent) {
    match happened {
        MessageEvent::Left(left) => {
            let (voicemail, call, length_ms) = (&left.voicemail, left.call, left.length_ms);
            let caller = left.caller.masked();
            tracing::info!(%message, %voicemail, %call, %caller, %length_ms, "message left");
            counter!("messages_left_total", "voicemail" => voicemail.to_string()).increment(1);
            counter!("messages_packets_missed_total").increment(left.packets_missed.into());
        }
        MessageEvent::Queued { queue, call } => {
            tracing::info!(%message, %queue, %call, "message queued");
        }
        MessageEvent::Prioritised { call, priority } => {
            tracing::info!(%message, %call, %priority, "message has another priority");
        }
        MessageEvent::GivenBack { agent, call } => {
            tracing::info!(%message, %agent, %call, "message given back");
            counter!("messages_given_back_total").increment(1);
        }
        MessageEvent::SetAside { call, why } => {
            tracing::warn!(%message, %call, ?why, "message set aside: no agent is rung for it");
            counter!("messages_set_aside_total").increment(1);
        }
        MessageEvent::Done { by } => tracing::info!(%message, %by, "message done"),
        MessageEvent::Removed => tracing::info!(%message, "message removed"),
    }
}

fn tell_callback(item: &str, happened: &CallbackEvent) {
    match happened {
        CallbackEvent::Promised(promised) => {
            let (callback, queue, call) = (&promised.callback, &promised.queue, promised.call);
            let number = promised.number.masked();
            tracing::info!(%item, %callback, %queue, %call, %number, "callback promised");
            counter!("callbacks_promised_total", "callback" => callback.to_string()).increment(1);
        }
        CallbackEvent::Renewed { call, .. } => tracing::info!(%item, %call, "callback renewed"),
        CallbackEvent::Stands { call } => tracing::info!(%item, %call, "callback stands as it was"),
        CallbackEvent::AskedAfter { call } => tracing::info!(%item, %call, "callback asked after"),
        CallbackEvent::Prioritised { priority } => {
            tracing::info!(%item, %priority, "callback has another priority");
        }
        CallbackEvent::Attempt { attempt, agent } => {
            let agent = agent.as_deref();
            tracing::info!(%item, %attempt, agent, "calling back");
            counter!("callbacks_attempts_total").increment(1);
        }
        CallbackEvent::NotReached { attempt, why } => {
            let why = why.word();
            tracing::info!(%item, %attempt, %why, "customer not reached");
            counter!("callbacks_not_reached_total", "why" => why).increment(1);
        }
        CallbackEvent::Over { how } => {
            let outcome = how.word();
            tracing::info!(%item, %outcome, "callback over");
            counter!("callbacks_ended_total", "outcome" => outcome).increment(1);
        }
    }
}

fn tell_call(call: &str, happened: &CallEvent) {
    match happened {
        CallEvent::Offered { number, caller, direction, trunk, diverted_by: _ } => {
            let number = match direction {
                Direction::In | Direction::Internal | Direction::Message | Direction::Callback => {
                    number.to_string()
                }
                // Whom an agent calls outside is nobody else's business.
                Direction::Out => Ani::new(&**number).masked(),
            };
            let trunk = trunk.as_deref().unwrap_or("-");
            tracing::info!(%call, %number, caller = %caller.masked(), %trunk, "offered");
        }
        CallEvent::Redirected { agent, number, trunk } => {
            let (number, trunk) = shown(number, trunk.as_deref());
            tracing::info!(%call, %agent, %number, %trunk, "redirected");
        }
        CallEvent::Transferred { by, to, trunk } => {
            let (to, trunk) = shown(to, trunk.as_deref());
            tracing::info!(%call, %by, %to, %trunk, "transferred");
        }
        CallEvent::TransferFailed { by, to, trunk, cause } => {
            let (to, trunk) = shown(to, trunk.as_deref());
            tracing::info!(%call, %by, %to, %trunk, %cause, "transfer failed");
        }
        CallEvent::Monitored { agent, how } => {
            tracing::info!(%call, %agent, how = how.word(), "monitored");
        }
        CallEvent::Answered => tracing::info!(%call, "answered"),
        CallEvent::Chose { menu, key } => tracing::info!(%call, %menu, %key, "chose"),
        // Why, which may tell who calls, only the ledger says.
        CallEvent::Decided { step, why: _, to } => tracing::info!(%call, %step, %to, "decided"),
        CallEvent::AskedAfter { agent, queue: _, to } => {
            tracing::info!(%call, %agent, %to, "asked after the talk");
        }
        // What, which may tell who calls, only the ledger says.
        CallEvent::Noted { name, value: _ } => tracing::info!(%call, %name, "noted"),
        CallEvent::Queued { queue, language } => {
            tracing::info!(%call, %queue, %language, "queued");
        }
        CallEvent::QueueFull { queue, waiting_max } => {
            tracing::info!(%call, %queue, %waiting_max, "queue full");
        }
        CallEvent::FoundClosed { queue, to, entered } => {
            tracing::info!(%call, %queue, %to, %entered, "found closed");
        }
        CallEvent::SentOn {
            queue,
            condition,
            to,
            entered,
            waited_ms,
            callers,
            agents,
            expected_ms,
        } => {
            tracing::info!(
                           %call, %queue, %condition, %to, %entered, %waited_ms, %callers, %agents,
            expected_ms, "sent on"
                       );
        }
        CallEvent::CalledOut { number, trunk, .. } => {
            let (number, trunk) = shown(number, Some(trunk));
            tracing::info!(%call, %number, %trunk, "called out");
        }
        CallEvent::CallOutFailed { number, trunk, cause } => {
            let (number, trunk) = shown(number, Some(trunk.as_deref().unwrap_or("-")));
            tracing::info!(%call, %number, %trunk, %cause, "call out failed");
        }
        CallEvent::PutThrough { number, trunk } => {
            let (number, trunk) = shown(number, Some(trunk));
            tracing::info!(%call, %number, %trunk, "put through");
        }
        CallEvent::LeftByKey { queue, key, to } => {
            tracing::info!(%call, %queue, %key, %to, "left by key");
        }
        CallEvent::TakenOut { queue } => tracing::info!(%call, %queue, "taken out"),
        CallEvent::PlaceTold { place } => tracing::info!(%call, %place, "place told"),
        CallEvent::WaitTold { place: _, at_most_s, confidence, longer } => {
            tracing::info!(%call, at_most_s, %confidence, %longer, "wait told");
        }
        CallEvent::WaitUntold { why } => tracing::info!(%call, why = why.word(), "wait untold"),
        CallEvent::Rang { agent, reservation, .. } => {
            tracing::info!(%call, %agent, %reservation, "ringing");
        }
        CallEvent::Unserved(stood) => {
            let (queue, place) = (&stood.queue, stood.place);
            tracing::info!(%call, %queue, place, obstacles = ?stood.obstacles, "leaves unserved");
        }
        CallEvent::ReservationEnded { agent, reservation, end } => {
            tracing::info!(%call, %agent, %reservation, ?end, "reservation over");
        }
        CallEvent::Connected { agent } => tracing::info!(%call, %agent, "connected"),
        CallEvent::Held { by_agent } => tracing::info!(%call, %by_agent, "held"),
        CallEvent::Resumed => tracing::info!(%call, "resumed"),
        CallEvent::Ended { outcome, cause } => {
            tracing::info!(%call, outcome = outcome.word(), %cause, "ended");
        }
        CallEvent::KeptFor { agent, at_most_ms } => {
            tracing::info!(%call, %agent, %at_most_ms, "kept for");
        }
        CallEvent::PlaceRegained { waited_ms } => {
            tracing::info!(%call, %waited_ms, "place regained");
        }
        CallEvent::Recovered => tracing::info!(%call, "recovered"),
        CallEvent::VoicemailFull { voicemail, limit } => {
            tracing::warn!(%call, %voicemail, %limit, "voicemail full");
            counter!("voicemails_full_total", "voicemail" => voicemail.to_string()).increment(1);
        }
        // Who it is, only the ledger says.
        CallEvent::LookedUp { directory, result, name: _, company: _ } => {
            tracing::info!(%call, %directory, result = result.word(), "looked up");
        }
    }
}

/// A number as the log may have it, and the trunk: who is called outside is nobody else's business.
fn shown<'a>(number: &str, trunk: Option<&'a str>) -> (String, &'a str) {
    match trunk {
        None => (number.to_owned(), "-"),
        Some(trunk) => (Ani::new(number.to_owned()).masked(), trunk),
    }
}

/// A work item is no call, and agents are rung for it all the same.
fn count_work(happened: &CallEvent) {
    if let CallEvent::Connected { .. } = happened {
        counter!("work_items_connected_total").increment(1);
    }
    if let CallEvent::ReservationEnded { .. } = happened {
        count(happened);
    }
    // A customer who was called back can be gone as well.
    if let CallEvent::Ended { cause, .. } = happened {
        count_gone(cause);
    }
}

fn count_gone(cause: &str) {
    if let Some(gone) = Gone::of(cause) {
        counter!("calls_let_go_total", "why" => gone.word()).increment(1);
    }
}

fn count(happened: &CallEvent) {
    match happened {
        CallEvent::Offered { .. } => counter!("calls_offered_total").increment(1),
        CallEvent::Connected { .. } => counter!("calls_connected_total").increment(1),
        CallEvent::Ended { outcome, cause } => {
            counter!("calls_ended_total", "outcome" => outcome.word()).increment(1);
            count_gone(cause);
        }
        CallEvent::ReservationEnded { end, .. } => {
            counter!("reservations_ended_total", "end" => end.word()).increment(1);
        }
        CallEvent::SentOn { condition, .. } => {
            counter!("callers_sent_on_total", "condition" => condition.to_string()).increment(1);
        }
        CallEvent::PutThrough { .. } => counter!("calls_put_through_total").increment(1),
        CallEvent::Answered
        | CallEvent::CalledOut { .. }
        | CallEvent::CallOutFailed { .. }
        | CallEvent::LeftByKey { .. }
        | CallEvent::TakenOut { .. }
        | CallEvent::FoundClosed { .. }
        | CallEvent::Chose { .. }
        | CallEvent::Decided { .. }
        | CallEvent::Noted { .. }
        | CallEvent::AskedAfter { .. }
        | CallEvent::Queued { .. }
        | CallEvent::QueueFull { .. }
        | CallEvent::PlaceTold { .. }
        | CallEvent::WaitTold { .. }
        | CallEvent::WaitUntold { .. }
        | CallEvent::Redirected { .. }
        | CallEvent::Transferred { .. }
        | CallEvent::TransferFailed { .. }
        | CallEvent::Monitored { .. }
        | CallEvent::Rang { .. }
        | CallEvent::Unserved(_)
        | CallEvent::Held { .. }
        | CallEvent::KeptFor { .. }
        | CallEvent::PlaceRegained { .. }
        | CallEvent::Recovered
        | CallEvent::LookedUp { .. }
        | CallEvent::VoicemailFull { .. }
        | CallEvent::Resumed => {}
    }
}

/// Sets the gauges.
pub(crate) fn measure(snapshot: &Snapshot) {
    gauge!("calls_on").set(as_gauge(snapshot.calls_on()));
    measure_trunks(snapshot);
    for voicemail in &snapshot.voicemails {
        let id = voicemail.id.clone();
        gauge!("voicemail_messages", "voicemail" => id).set(f64::from(voicemail.messages));
    }
    for queue in &snapshot.queues {
        let id = queue.id.clone();
        let is_open = if queue.state == "open" { 1.0 } else { 0.0 };
        gauge!("queue_open", "queue" => id.clone()).set(is_open);
        gauge!("queue_waiting", "queue" => id.clone()).set(f64::from(queue.waiting));
        gauge!("queue_messages", "queue" => id.clone()).set(f64::from(queue.messages));
        gauge!("queue_callbacks", "queue" => id.clone()).set(f64::from(queue.callbacks));
        let longest = u32::try_from(queue.longest_wait_s).unwrap_or(u32::MAX);
        gauge!("queue_longest_wait_seconds", "queue" => id.clone()).set(f64::from(longest));
        if let Some(expected) = &queue.expected_wait {
            let seconds = match expected {
                ExpectedWait::AtMost { at_most_s } => as_gauge(*at_most_s),
                ExpectedWait::Unknown { .. } => f64::NAN,
            };
            gauge!("queue_expected_wait_seconds", "queue" => id.clone()).set(seconds);
        }
        gauge!("queue_agents_ready", "queue" => id).set(f64::from(queue.agents_ready));
    }
}

fn measure_trunks(snapshot: &Snapshot) {
    for trunk in &snapshot.trunks {
        let up = if trunk.takes_calls() { 1.0 } else { 0.0 };
        gauge!("trunk_up", "trunk" => trunk.id.clone()).set(up);
        gauge!("trunk_calls", "trunk" => trunk.id.clone()).set(f64::from(trunk.calls));
    }
}

fn as_gauge(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
