//! A leg: one INVITE and the dialog it brings about, from first message to last.

use crate::early::Early;
use crate::reliable::Reliable;
use crate::session_id::SessionId;
use crate::session_timer::Session;
use bytes::Bytes;
use clock::Moment;
use sip_dialog::{Dialog, DialogId};
use sip_msg::{Request, Response, StatusCode, Text};
use sip_txn::{ClientTxn, Hop, Resend, ServerTxn};

/// The Call-ID and our own tag: enough to find a leg, since our tags are never given twice.
pub(crate) type LegKey = (Text, Text);

/// What a leg has in every state.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) key: LegKey,
    /// The hop of its INVITE, or of the 2xx to it.
    pub(crate) hop: Hop,
    /// Our Contact in it.
    pub(crate) contact: Text,
    /// The numbers of its two ends.
    pub(crate) session: SessionId,
    pub(crate) state: State,
}

/// Where a leg is in its life, and what it needs there.
#[derive(Debug)]
pub(crate) enum State {
    /// A peer's INVITE without our final answer.
    Ringing(Ringing),
    /// Our INVITE without a final answer.
    Calling(Calling),
    /// A 2xx has gone one way or the other.
    Talking(Box<Talking>),
    /// Our BYE is out; nobody above cares any more.
    Leaving(DialogId),
}

impl State {
    /// Whether all there is of the peer is its INVITE: no ACK, and nothing that we asked for.
    pub(crate) fn is_unproved(&self) -> bool {
        match self {
            Self::Ringing(_) => true,
            Self::Talking(talking) => talking.path == Path::Unproved,
            Self::Calling(_) | Self::Leaving(_) => false,
        }
    }
}

/// A peer's INVITE without our final answer.
#[derive(Debug)]
pub(crate) struct Ringing {
    pub(crate) txn: ServerTxn,
    pub(crate) request: Box<Request>,
    /// What the caller was told last, over 100.
    pub(crate) said: Option<StatusCode>,
    /// Our provisional answers that want to be acknowledged.
    pub(crate) reliable: Reliable,
    /// An offer that the peer has made meanwhile, by PRACK or UPDATE.
    pub(crate) reoffer: Option<(ServerTxn, Box<Request>)>,
    /// The dialog, once the caller has said more in it than its INVITE.
    pub(crate) early: Option<Box<Dialog>>,
}

/// Our INVITE without a final answer.
#[derive(Debug)]
pub(crate) struct Calling {
    pub(crate) txn: ClientTxn,
    pub(crate) request: Box<Request>,
    pub(crate) wish: Wish,
    /// The early dialogs in which provisional answers were acknowledged.
    pub(crate) early: Vec<Early>,
    /// The tag of a peer that has said BYE before its 2xx was heard. Should that still come, it wants an ACK
    /// and no BYE.
    pub(crate) left: Option<Text>,
}

/// A dialog with its media.
#[derive(Debug)]
pub(crate) struct Talking {
    pub(crate) dialog: Dialog,
    pub(crate) exchange: Exchange,
    /// Our last 2xx to an INVITE, until its ACK comes.
    pub(crate) unacked: Option<Unacked>,
    /// An offer of ours that waits for its turn.
    pub(crate) queued: Option<Queued>,
    pub(crate) wish: Wish,
    pub(crate) path: Path,
    /// Our SDP as it was said last.
    pub(crate) said: Option<Bytes>,
    /// How the leg is kept alive, if it is.
    pub(crate) session: Option<Session>,
    pub(crate) doubted: Doubted,
}

impl Talking {
    /// A leg that its peer has answered, or acknowledged.
    pub(crate) const fn new(dialog: Dialog) -> Self {
        Self {
            dialog,
            exchange: Exchange::Idle,
            unacked: None,
            queued: None,
            wish: Wish::Stay,
            path: Path::Proved,
            said: None,
            session: None,
            doubted: Doubted::Never,
        }
    }
}

/// What has come of doubts whether the peer is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubted {
    /// There were none, or it has said nothing to them yet.
    Never,
    /// It has said that it is there, as some do of any call.
    There,
    /// Since then it had to show that it knows this one.
    Tested(Moment),
}

/// Whether the peer has shown that it hears us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// All there is of it is one INVITE, which anybody can write in anybody's name. What we say
    /// goes back to where that came from: its Contact and Record-Route may name a victim.
    Unproved,
    /// It knows our tag.
    Proved,
}

/// What our own side wants of the leg.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Stay,
    /// To be gone as soon as the rules allow; from here on nothing is told.
    Leave {
        reason: Option<Text>,
    },
}

/// Whether somebody wants to change the media (§14).
#[derive(Debug)]
pub(crate) enum Exchange {
    Idle,
    /// Our re-INVITE is out.
    Ours {
        txn: ClientTxn,
        queued: Queued,
    },
    /// The peer's re-INVITE or UPDATE waits for our user.
    Theirs {
        txn: ServerTxn,
        request: Box<Request>,
    },
}

/// An offer of ours, and how often it was refused for bad timing.
#[derive(Clone, Debug)]
pub(crate) struct Queued {
    pub(crate) offer: Bytes,
    pub(crate) glares: u8,
    /// Not before this.
    pub(crate) at: Moment,
}

/// A 2xx that is repeated until its ACK comes (§13.3.1.4).
#[derive(Debug)]
pub(crate) struct Unacked {
    pub(crate) txn: ServerTxn,
    pub(crate) cseq: u32,
    pub(crate) response: Response,
    pub(crate) resend: Resend,
    pub(crate) until: Moment,
    pub(crate) of: InviteKind,
    pub(crate) made: SdpMade,
}

impl Unacked {
    pub(crate) fn deadline(&self) -> Moment {
        self.resend.at.min(self.until)
    }
}

/// Whether an INVITE begins a leg or changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InviteKind {
    First,
    Later,
}

/// What our SDP in a 2xx was; after an offer, the ACK brings the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SdpMade {
    Answer,
    Offer,
}
