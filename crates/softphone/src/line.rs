//! One call of a phone as the phone itself sees it.

use crate::stream::Stream;
use crate::{CallState, HoldError};
use ids::LegId;
use sdp::{Agreed, LocalSession, Session};
use sip_ua::OutgoingInvite;
use tokio::sync::{oneshot, watch};

/// One call: its signalling, its sound, and who wants to know about it.
pub(crate) struct Line {
    pub(crate) leg: LegId,
    pub(crate) stream: Stream,
    pub(crate) session: LocalSession,
    pub(crate) origin: Origin,
    pub(crate) state: watch::Sender<CallState>,
    /// Who waits for the end of our re-INVITE.
    pub(crate) holder: Option<oneshot::Sender<Result<(), HoldError>>>,
}

/// Who called.
pub(crate) enum Origin {
    /// We did, by this INVITE, sent so often with credentials.
    Here { invite: Box<OutgoingInvite>, tries: u8 },
    /// The other side did, with this offer; `None` if it wants ours.
    There { offer: Option<Session> },
}

/// The two sides cannot talk.
pub(crate) struct NoCommonMedia;

impl Line {
    /// Whether it rings here and waits for us.
    pub(crate) fn rings_here(&self) -> bool {
        let rings = matches!(*self.state.borrow(), CallState::Ringing);
        rings && matches!(self.origin, Origin::There { .. })
    }

    /// Whether both sides are connected.
    pub(crate) fn is_up(&self) -> bool {
        matches!(*self.state.borrow(), CallState::Answered(_))
    }

    /// Reads the other side's answer to our offer, and talks accordingly.
    pub(crate) fn take_answer(&mut self, sdp: Option<&[u8]>) -> Result<Agreed, NoCommonMedia> {
        let answer = Session::parse(sdp.ok_or(NoCommonMedia)?).map_err(|_| NoCommonMedia)?;
        let agreed = self.session.agree(&answer).map_err(|_| NoCommonMedia)?;
        self.stream.agree(agreed);
        Ok(agreed)
    }

    /// Answers the other side's offer, and talks accordingly.
    pub(crate) fn answer(
        &mut self,
        offer: &Session,
    ) -> Result<(bytes::Bytes, Agreed), NoCommonMedia> {
        let (body, agreed) = self.session.answer(offer).map_err(|_| NoCommonMedia)?;
        self.stream.agree(agreed);
        Ok((body, agreed))
    }

    /// Tells whoever waits how our re-INVITE came out.
    pub(crate) fn settle_hold(&mut self, outcome: Result<(), HoldError>) {
        if let Some(holder) = self.holder.take() {
            // Whoever asked may have gone.
            let _ = holder.send(outcome);
        }
    }
}
