//! The end of a call: said once, and everything it held is given back.

use crate::admission::TOO_MANY_UNACKNOWLEDGED;
use crate::call::{Call, Stage};
use crate::engine::{Engine, Timer};
use crate::line::{Line, Unusable};
use acd::ReservationEnd;
use clock::Moment;
use dialplan::Cause;
use events::{CallEvent, Outcome, What};
use ids::{AgentId, CallId, ReservationId};
use ivr::EndReason;
use media_protocol::{Command, Port};
use sip_msg::Text;
use sip_ua::EndCause;

/// The usual end of a call.
pub(crate) const NORMAL_CLEARING: &str = "Q.850;cause=16;text=\"Normal call clearing\"";

/// The end of a call whose other end is not there any more.
pub(crate) const TIMER_EXPIRY: &str = "Q.850;cause=102;text=\"Recovery on timer expiry\"";

/// Why a call ended that somebody had ended, for people.
pub(crate) const WITHDRAWN: &str = "ended by a command";

/// Why a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The caller hung up or gave up. The caller's leg is gone.
    CallerLeft,
    /// The caller's line broke. The caller's leg is gone.
    LineFailed(&'static str),
    /// The caller's phone has agreed to no sound.
    Unusable(Unusable),
    /// The answer was not acknowledged for long, and the room of the call was needed.
    Overdue,
    /// Too many calls of the caller's address wait for their ACK. The caller's leg is refused.
    Unacknowledged,
    /// Nothing is heard from the caller's phone any more.
    CallerSilent,
    /// The agent hung up. The agent's leg is gone.
    AgentLeft,
    /// The agent's line broke. The agent's leg is gone.
    AgentLineFailed(&'static str),
    /// Nothing is heard from the agent's phone any more.
    AgentSilent,
    /// The dialplan ended the call.
    Plan(EndReason),
    /// Somebody has it ended by a command, before we have answered.
    Withdrawn,
    /// The engine is told to stop.
    Stopped,
}

/// What a caller has left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    /// A message at a voicemail, as the last thing that was done.
    Message,
    /// The wish to be called back, as the last thing that was done.
    Callback,
}

impl Ending {
    /// For people.
    const fn cause(self) -> &'static str {
        match self {
            Self::CallerLeft => "caller hung up",
            Self::LineFailed(cause) | Self::AgentLineFailed(cause) => cause,
            Self::Unusable(unusable) => unusable.cause(),
            Self::Overdue => "the answer was not acknowledged, and others waited",
            Self::Unacknowledged => TOO_MANY_UNACKNOWLEDGED,
            Self::CallerSilent => "no sound from the caller's phone",
            Self::AgentLeft => "agent hung up",
            Self::AgentSilent => "no sound from the agent's phone",
            Self::Plan(EndReason::Finished) => "the dialplan ended the call",
            Self::Plan(EndReason::Closed) => "closed",
            Self::Plan(EndReason::QueueFull) => "the queue was full",
            Self::Plan(EndReason::QueueClosed) => "the queue was closed",
            Self::Plan(EndReason::SentOn) => "sent on by a condition of the queue",
            Self::Plan(EndReason::StepsMax) => "the caller went round in circles",
            Self::Withdrawn | Self::Plan(EndReason::Withdrawn) => WITHDRAWN,
            Self::Stopped => events::STOPPED,
        }
    }

    /// What becomes of a call that was in `stage`. Who talked was answered, however it ended.
    fn outcome(self, call: &Call, left: Left) -> Outcome {
        match (self, &call.stage) {
            (_, Stage::Talking(_)) => Outcome::Answered,
            (_, _) if call.talked.with_an_agent() => Outcome::Answered,
            (_, _) if left == Left::Message => Outcome::Voicemail,
            (_, _) if left == Left::Callback => Outcome::Callback,
            // Who hears the goodbye may as well hang up.
            (Self::CallerLeft, _) if call.visit.is_dismissed() => Outcome::Withdrawn,
            (Self::Withdrawn | Self::Plan(EndReason::Withdrawn), _) => Outcome::Withdrawn,
            (Self::CallerLeft, _) => call.outcome_when_left(),
            (Self::Unacknowledged, _) => Outcome::Refused,
            (Self::Overdue | Self::LineFailed(_) | Self::Unusable(_) | Self::CallerSilent, _) => {
                Outcome::Failed
            }
            (Self::Plan(EndReason::Closed | EndReason::QueueClosed), _) => Outcome::Closed,
            (
                Self::Plan(
                    EndReason::Finished
                    | EndReason::QueueFull
                    | EndReason::SentOn
                    | EndReason::StepsMax,
                ),
                _,
            ) => Outcome::Finished,
            // An agent's phone that is lost before the two talked sends the caller back into line,
            // so it ends no call.
            (Self::AgentLeft | Self::AgentLineFailed(_) | Self::AgentSilent, _) => Outcome::Failed,
            (Self::Stopped, _) => Outcome::Interrupted,
        }
    }

    /// What the end of a caller's leg is to the call.
    pub(crate) const fn of_caller(why: &EndCause) -> Self {
        match why {
            EndCause::Bye { .. } => Self::CallerLeft,
            EndCause::AckMissing => Self::LineFailed("the answer was never acknowledged"),
            EndCause::Transport => Self::LineFailed("the caller's connection broke"),
            EndCause::SessionExpired => {
                Self::LineFailed("the caller's phone refreshed the call no more")
            }
            EndCause::DialogGone => Self::LineFailed("the caller's phone no longer knew the call"),
        }
    }

    /// What the end of an agent's leg is to the call.
    pub(crate) const fn of_agent(why: &EndCause) -> Self {
        match why {
            EndCause::Bye { .. } => Self::AgentLeft,
            EndCause::AckMissing => Self::AgentLineFailed("the answer was never acknowledged"),
            EndCause::Transport => Self::AgentLineFailed("the agent's connection broke"),
            EndCause::SessionExpired => {
                Self::AgentLineFailed("the agent's phone refreshed the call no more")
            }
            EndCause::DialogGone => {
                Self::AgentLineFailed("the agent's phone no longer knew the call")
            }
        }
    }

    /// The Reason header for the legs that we hang up (RFC 3326, causes of ITU-T Q.850).
    const fn reason(self) -> &'static str {
        match self {
            Self::CallerLeft | Self::AgentLeft | Self::Plan(_) | Self::Withdrawn => NORMAL_CLEARING,
            Self::Unusable(_) => "Q.850;cause=88;text=\"Incompatible destination\"",
            Self::LineFailed(_)
            | Self::AgentLineFailed(_)
            | Self::CallerSilent
            | Self::Unacknowledged
            | Self::Overdue
            | Self::AgentSilent => TIMER_EXPIRY,
            Self::Stopped => "Q.850;cause=31;text=\"Normal, unspecified\"",
        }
    }

    /// Whether the caller's leg is there to be hung up.
    const fn leaves_caller_leg(self) -> bool {
        !matches!(self, Self::CallerLeft | Self::LineFailed(_) | Self::Unacknowledged)
    }
}

impl Engine {
    /// Ends a call, if it has not ended yet.
    pub(crate) fn end(&mut self, now: Moment, id: CallId, ending: Ending) {
        // What has been said so far is the message.
        self.keep_message(now, id);
        let leaves_one = self.messages.is_leaving_one(id);
        let Some(call) = self.calls.remove(id) else { return };
        let left = match () {
            () if leaves_one || call.has_left_message() => Left::Message,
            () if call.is_promised_callback() => Left::Callback,
            () => Left::Nothing,
        };
        let outcome = ending.outcome(&call, left);
        self.remember_drop(now, &call, ending);
        self.forget_timers(&call);
        call.share.into_iter().for_each(|share| self.trunks.give_back(share));
        self.calls.disown(call.line.leg);
        if ending.leaves_caller_leg() {
            let said = call.visit.cause().filter(|_| matches!(ending, Ending::Plan(_)));
            let reason = said.map_or_else(|| ending.reason(), Cause::reason);
            self.ua.hang_up(now, call.line.leg, Some(Text::from(reason)));
        }
        self.close(call.line);
        if let Stage::Answering = call.stage {
            self.admission.acknowledged(call.source, call.since, id);
        }
        self.leave_stage(now, id, call.stage, call.agent_port, ending);
        if ending != Ending::Stopped {
            self.record_unserved(now, id);
        }
        call.from.into_iter().for_each(|agent| self.release(now, agent));
        let ended = CallEvent::Ended { outcome, cause: ending.cause().to_owned() };
        self.record(now, What::Call(id, ended));
    }

    pub(crate) fn forget_timers(&mut self, call: &Call) {
        for timer in [Timer::LedgerWait, Timer::Unheard, Timer::Whisper, Timer::Visit] {
            self.timers.clear(&timer(call.id));
        }
        if let Stage::Recording { row, .. } = call.stage {
            self.journal.forget_row(row);
        }
        call.message.into_iter().for_each(|row| self.journal.forget_row(row));
        self.forget_promise(call);
    }

    /// What the agent's side and the acd must be told, by where the call stood.
    fn leave_stage(
        &mut self,
        now: Moment,
        id: CallId,
        stage: Stage,
        agent_port: Port,
        ending: Ending,
    ) {
        match stage {
            Stage::Recording { .. } | Stage::Answering | Stage::InPlan => {
                self.ports.give_back(agent_port);
            }
            Stage::Waiting => {
                self.ports.give_back(agent_port);
                self.acd.handle(now, acd::Input::Abandoned(id));
            }
            Stage::Ringing(ringing) => {
                self.ports.give_back(agent_port);
                for (reservation, attempt) in ringing.attempts {
                    self.timers.clear(&Timer::NoSign(reservation));
                    self.release_phones(now, attempt.legs.into_keys(), None);
                    self.withdrawn(now, id, reservation, attempt.agent);
                }
                self.acd.handle(now, acd::Input::Abandoned(id));
            }
            Stage::Connecting(talk) => {
                self.release_phones(now, [talk.line.leg], None);
                self.close(talk.line);
                self.withdrawn(now, id, talk.reservation, talk.agent);
                self.acd.handle(now, acd::Input::Abandoned(id));
            }
            Stage::Talking(talk) => {
                self.release_phones(now, [talk.line.leg], Some(ending.reason()));
                self.close(talk.line);
                self.talks_no_more(now, talk.agent, id);
            }
        }
    }

    /// The caller leaves while an agent is reserved. The acd will say the same of the reservation,
    /// but only after the end of the call, which is to be the last that is told of it.
    pub(crate) fn withdrawn(
        &mut self,
        now: Moment,
        id: CallId,
        reservation: ReservationId,
        agent: AgentId,
    ) {
        self.reservation_over(now, reservation, agent, id, ReservationEnd::Withdrawn);
    }

    /// Closes a line's stream, or gives its port back where none was opened.
    pub(crate) fn close(&mut self, line: Line) {
        if line.is_open() {
            self.ports.give_back_when_closed(line.leg, line.port);
            self.media(line.port.worker, Command::Close { stream: line.leg });
        } else {
            self.ports.give_back(line.port);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Gone;

    #[test]
    fn a_cause_tells_whether_the_other_end_was_found_to_be_gone_and_how() {
        let gone = |why: EndCause| {
            [Ending::of_caller(&why), Ending::of_agent(&why)].map(|end| Gone::of(end.cause()))
        };
        assert_eq!(gone(EndCause::Bye { reason: None }), [None; 2]);
        assert_eq!(gone(EndCause::AckMissing), [Some(Gone::Unacknowledged); 2]);
        assert_eq!(gone(EndCause::Transport), [Some(Gone::Unconnected); 2]);
        assert_eq!(gone(EndCause::SessionExpired), [Some(Gone::Unrefreshed); 2]);
        assert_eq!(gone(EndCause::DialogGone), [Some(Gone::Unknowing); 2]);
        let silent = [Ending::CallerSilent, Ending::AgentSilent].map(|end| Gone::of(end.cause()));
        assert_eq!(silent, [Some(Gone::Silent); 2]);
    }
}
