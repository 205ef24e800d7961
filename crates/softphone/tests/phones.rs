//! Two phones that call each other directly, without a centre between them.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use softphone::{
    Answer, CallState, Codec, Digit, Direction, End, Events, HoldError, Listen, Phone, PhoneCall,
    PhoneConfig, StatusCode, Voice,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Longer than anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where a phone's server is that is never asked.
const NOWHERE: &str = "127.0.0.1:9";

fn phone_at(server: SocketAddr) -> PhoneConfig {
    PhoneConfig { listen: Listen::Record, ..PhoneConfig::new(server, "bo") }
}

/// Two phones of which the first calls the second as its server.
struct Pair {
    caller: Phone,
    callee: Phone,
    events: Events,
}

impl Pair {
    async fn start(caller: PhoneConfig, callee: PhoneConfig) -> Self {
        let (callee, events) = Phone::start(callee).await.unwrap();
        let caller = PhoneConfig { server: callee.address(), ..caller };
        let (caller, _) = Phone::start(caller).await.unwrap();
        Self { caller, callee, events }
    }

    /// Two phones with nothing special about them.
    async fn plain(answer: Answer) -> Self {
        let callee = PhoneConfig { answer, ..phone_at(NOWHERE.parse().unwrap()) };
        Self::start(phone_at(NOWHERE.parse().unwrap()), callee).await
    }

    /// The call at both ends, while it rings at the second.
    async fn ring(&mut self) -> (PhoneCall, PhoneCall) {
        let here = self.caller.call("9000").await.unwrap();
        let there = timeout(PATIENCE, self.events.incoming()).await.unwrap().unwrap();
        (here, there)
    }

    /// The call at both ends, answered.
    async fn talk(&mut self) -> (PhoneCall, PhoneCall) {
        let (here, there) = self.ring().await;
        there.accept().await;
        timeout(PATIENCE, here.answered()).await.unwrap().unwrap();
        timeout(PATIENCE, there.answered()).await.unwrap().unwrap();
        (here, there)
    }
}

async fn ends(call: &PhoneCall) -> End {
    timeout(PATIENCE, call.ended()).await.unwrap()
}

/// Waits until a call has heard what is wanted.
async fn hears(call: &PhoneCall, what: impl Fn(&softphone::Heard) -> bool) {
    timeout(PATIENCE, async {
        while !what(&call.heard()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn two_phones_ring_talk_and_hang_up() {
    let clip: Arc<[u8]> = (0..=255).cycle().take(8_000).collect();
    let voiced = PhoneConfig { voice: Voice::Clip(clip), ..phone_at(NOWHERE.parse().unwrap()) };
    let mut pair = Pair::start(voiced, phone_at(NOWHERE.parse().unwrap())).await;
    let (here, there) = pair.ring().await;
    assert_eq!(there.peer(), "bo");
    let ringing = timeout(PATIENCE, here.until(|state| *state == CallState::Ringing)).await;
    assert_eq!(ringing.unwrap(), CallState::Ringing);
    there.accept().await;
    timeout(PATIENCE, here.answered()).await.unwrap().unwrap();
    hears(&there, |heard| heard.packets >= 25).await;
    hears(&here, |heard| heard.packets >= 25).await;
    here.hang_up().await;
    assert_eq!(ends(&here).await, End::HungUpHere);
    assert_eq!(ends(&there).await, End::HungUpThere { reason: None });
    let heard = there.heard();
    assert_eq!((heard.packets_foreign, heard.packets_unusable), (0, 0));
    let steps = heard.alaw.windows(2).filter(|pair| pair[1] == pair[0].wrapping_add(1)).count();
    assert!(steps * 10 > heard.alaw.len() * 9, "{steps} of {} bytes", heard.alaw.len());
}

#[tokio::test]
async fn keys_are_heard_at_the_other_end() {
    let mut pair = Pair::plain(Answer::Manual).await;
    let (here, there) = pair.talk().await;
    here.press_all("10*# x").await;
    hears(&there, |heard| heard.keys.len() >= 4).await;
    let keys: String = there.heard().keys.iter().map(|key| key.as_char()).collect();
    assert_eq!(keys, "10*#");
    there.press(Digit::from_char('0').unwrap()).await;
    hears(&here, |heard| heard.keys.len() == 1).await;
}

#[tokio::test]
async fn hold_stops_the_sound_one_way_and_resume_starts_it() {
    let mut pair = Pair::plain(Answer::Manual).await;
    let (here, there) = pair.talk().await;
    hears(&here, |heard| heard.packets > 0).await;
    timeout(PATIENCE, here.hold()).await.unwrap().unwrap();
    assert_eq!(here.state(), CallState::Answered(Direction::SendOnly));
    let held = |state: &CallState| *state == CallState::Answered(Direction::RecvOnly);
    timeout(PATIENCE, there.until(held)).await.unwrap();
    // What was under way when the hold began has come by now.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = here.heard().packets;
    let at_holder = there.heard().packets;
    hears(&there, |heard| heard.packets >= at_holder + 10).await;
    assert_eq!(here.heard().packets, before);
    timeout(PATIENCE, here.resume()).await.unwrap().unwrap();
    hears(&here, |heard| heard.packets >= before + 10).await;
    assert_eq!(here.heard().packets_lost, 0, "a hold is no loss");
}

#[tokio::test]
async fn only_a_call_that_is_up_can_be_held() {
    let mut pair = Pair::plain(Answer::Manual).await;
    let (here, there) = pair.ring().await;
    assert_eq!(timeout(PATIENCE, here.hold()).await.unwrap(), Err(HoldError::NotUp));
    there.decline(StatusCode::BUSY_HERE).await;
    ends(&here).await;
    assert_eq!(timeout(PATIENCE, here.hold()).await.unwrap(), Err(HoldError::NotUp));
}

#[tokio::test]
async fn a_caller_may_give_up_and_a_callee_decline() {
    let mut pair = Pair::plain(Answer::Manual).await;
    let (here, there) = pair.ring().await;
    here.hang_up().await;
    assert_eq!((ends(&here).await, ends(&there).await), (End::HungUpHere, End::CallerGaveUp));

    let (here, there) = pair.ring().await;
    there.decline(StatusCode::DECLINE).await;
    assert_eq!(ends(&here).await, End::Rejected(StatusCode::DECLINE));
    assert_eq!(ends(&there).await, End::DeclinedHere(StatusCode::DECLINE));

    pair.callee.set_answer(Answer::Decline(StatusCode::BUSY_HERE)).await;
    let here = pair.caller.call("9000").await.unwrap();
    assert_eq!(ends(&here).await, End::Rejected(StatusCode::BUSY_HERE));
}

#[tokio::test]
async fn a_phone_answers_and_hangs_up_by_itself() {
    let nowhere = NOWHERE.parse().unwrap();
    let callee = PhoneConfig {
        answer: Answer::After(Duration::from_millis(50)),
        talk: Some(Duration::from_millis(200)),
        ..phone_at(nowhere)
    };
    let pair = Pair::start(phone_at(nowhere), callee).await;
    let call = pair.caller.call("9000").await.unwrap();
    timeout(PATIENCE, call.answered()).await.unwrap().unwrap();
    assert_eq!(ends(&call).await, End::HungUpThere { reason: None });
}

#[tokio::test]
async fn phones_without_a_common_codec_do_not_talk() {
    let nowhere = NOWHERE.parse().unwrap();
    let caller = PhoneConfig { codecs: vec![Codec::Pcma], ..phone_at(nowhere) };
    let callee = PhoneConfig { codecs: vec![Codec::Pcmu], ..phone_at(nowhere) };
    let pair = Pair::start(caller, callee).await;
    let call = pair.caller.call("9000").await.unwrap();
    assert_eq!(ends(&call).await, End::Rejected(StatusCode::NOT_ACCEPTABLE_HERE));
}

#[tokio::test]
async fn a_phone_that_stops_takes_leave_and_one_that_is_dropped_does_not() {
    let mut pair = Pair::plain(Answer::Manual).await;
    let (here, there) = pair.talk().await;
    timeout(PATIENCE, pair.caller.clone().stop()).await.unwrap();
    assert_eq!(ends(&there).await, End::HungUpThere { reason: None });
    assert_eq!(ends(&here).await, End::HungUpHere);
    assert!(pair.caller.call("9000").await.is_err());

    let mut pair = Pair::plain(Answer::Manual).await;
    let (here, there) = pair.talk().await;
    hears(&there, |heard| heard.packets > 0).await;
    drop(pair.caller);
    assert_eq!(ends(&here).await, End::PhoneGone);
    assert_eq!(there.state(), CallState::Answered(Direction::SendRecv), "nobody told it");
}

#[tokio::test]
async fn a_phone_can_be_in_many_calls() {
    let mut pair = Pair::plain(Answer::After(Duration::ZERO)).await;
    let mut calls = Vec::new();
    for number in 0..8 {
        calls.push(pair.caller.call(number.to_string()).await.unwrap());
    }
    for call in &calls {
        timeout(PATIENCE, call.answered()).await.unwrap().unwrap();
        hears(call, |heard| heard.packets > 5).await;
    }
    for call in &calls {
        call.hang_up().await;
        let there = timeout(PATIENCE, pair.events.incoming()).await.unwrap().unwrap();
        timeout(PATIENCE, there.ended()).await.unwrap();
    }
}
