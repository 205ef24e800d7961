//! What handles ask of the task that is the phone.

use crate::{Answer, CallError, HoldError, LineId, PhoneCall, RegisterError};
use media_protocol::Digit;
use sdp::Direction;
use sip_msg::StatusCode;
use std::time::Duration;
use tokio::sync::oneshot::Sender;

pub(crate) enum Command {
    /// Bind us at the registrar for this long; zero takes the binding away.
    Register { expires: Duration, reply: Sender<Result<Duration, RegisterError>> },
    /// Call a number.
    Call { number: String, reply: Sender<Result<PhoneCall, CallError>> },
    /// Do this from now on when it rings.
    SetAnswer(Answer),
    /// Do something in one call.
    Line(LineId, Wish),
    /// End all calls and the binding, then say so.
    Stop { reply: Sender<()> },
}

/// What is asked of one call.
pub(crate) enum Wish {
    Accept,
    Decline(StatusCode),
    HangUp,
    Press(Digit),
    Offer { direction: Direction, reply: Sender<Result<(), HoldError>> },
}
