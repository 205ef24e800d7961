//! A handle on one call of a phone.

use crate::command::{Command, Wish};
use crate::stream::{SharedHeard, heard_until_now};
use crate::{CallState, End, Heard, LineId};
use media_protocol::Digit;
use sdp::Direction;
use sip_msg::StatusCode;
use std::fmt;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot, watch};

/// Why sound could not be stopped or started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoldError {
    /// The other side refused the change.
    #[error("the other side refused with {}", .0.code())]
    Refused(StatusCode),
    /// The call is not up, or ended meanwhile.
    #[error("the call is not up")]
    NotUp,
}

/// One call of one phone. Dropping the handle does not end the call, and keeping it does not keep
/// the phone: after its end it still tells what was heard.
#[derive(Clone)]
pub struct PhoneCall {
    pub(crate) line: LineId,
    pub(crate) peer: String,
    pub(crate) began_at: Instant,
    pub(crate) state: watch::Receiver<CallState>,
    pub(crate) heard: SharedHeard,
    pub(crate) commands: mpsc::WeakSender<Command>,
}

impl PhoneCall {
    /// Its number among the calls of its phone.
    #[must_use]
    pub const fn line(&self) -> LineId {
        self.line
    }

    /// The user part of the other side's address: the number called, or the caller's.
    #[must_use]
    pub fn peer(&self) -> &str {
        &self.peer
    }

    /// When the INVITE came to the socket, as the kernel saw it come, or was handed to it.
    #[must_use]
    pub const fn began_at(&self) -> Instant {
        self.began_at
    }

    /// Where the call stands now.
    #[must_use]
    pub fn state(&self) -> CallState {
        self.state.borrow().clone()
    }

    /// Waits until the state is as asked, or the call is over, and says which state it is.
    pub async fn until(&self, wanted: impl Fn(&CallState) -> bool) -> CallState {
        let mut state = self.state.clone();
        let reached = state
            .wait_for(|now| wanted(now) || matches!(now, CallState::Ended(_)))
            .await
            .map(|now| now.clone());
        reached.unwrap_or(CallState::Ended(End::PhoneGone))
    }

    /// Waits until the call is answered.
    ///
    /// # Errors
    /// How it ended instead.
    pub async fn answered(&self) -> Result<(), End> {
        match self.until(|state| matches!(state, CallState::Answered(_))).await {
            CallState::Ended(end) => Err(end),
            CallState::Trying | CallState::Ringing | CallState::Answered(_) => Ok(()),
        }
    }

    /// Waits until the call is over, and says why.
    pub async fn ended(&self) -> End {
        match self.until(|_| false).await {
            CallState::Ended(end) => end,
            CallState::Trying | CallState::Ringing | CallState::Answered(_) => End::PhoneGone,
        }
    }

    /// Answers, if it rings here.
    pub async fn accept(&self) {
        self.wish(Wish::Accept).await;
    }

    /// Refuses, if it rings here.
    pub async fn decline(&self, status: StatusCode) {
        self.wish(Wish::Decline(status)).await;
    }

    /// Ends the call in whatever state it is: CANCEL, a refusal or BYE.
    pub async fn hang_up(&self) {
        self.wish(Wish::HangUp).await;
    }

    /// Presses a key once the keys before it are done, as telephone events (RFC 4733).
    pub async fn press(&self, digit: Digit) {
        self.wish(Wish::Press(digit)).await;
    }

    /// Presses keys one after the other; letters that are on no telephone are passed over.
    pub async fn press_all(&self, keys: &str) {
        for digit in keys.chars().filter_map(Digit::from_char) {
            self.press(digit).await;
        }
    }

    /// Puts the other side on hold by a re-INVITE with `sendonly` (RFC 3264 §8.4).
    ///
    /// # Errors
    /// [`HoldError`] if it stays as it was.
    pub async fn hold(&self) -> Result<(), HoldError> {
        self.offer(Direction::SendOnly).await
    }

    /// Takes the other side back from hold.
    ///
    /// # Errors
    /// [`HoldError`] if it stays as it was.
    pub async fn resume(&self) -> Result<(), HoldError> {
        self.offer(Direction::SendRecv).await
    }

    async fn offer(&self, direction: Direction) -> Result<(), HoldError> {
        let (reply, answer) = oneshot::channel();
        self.wish(Wish::Offer { direction, reply }).await;
        answer.await.unwrap_or(Err(HoldError::NotUp))
    }

    /// What was heard until now; stays when the call is over.
    #[must_use]
    pub fn heard(&self) -> Heard {
        heard_until_now(&self.heard)
    }

    /// A phone that is gone has no wishes any more, and its calls are over.
    async fn wish(&self, wish: Wish) {
        if let Some(commands) = self.commands.upgrade() {
            let _ = commands.send(Command::Line(self.line, wish)).await;
        }
    }
}

impl fmt::Debug for PhoneCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("PhoneCall").field("line", &self.line).field("state", &state).finish()
    }
}
