//! One dialog, as far as the rules need it.

use crate::breach::Rule;
use crate::transaction::{PATIENCE, Transaction};
use bytes::Bytes;
use clock::Moment;
use sip_msg::Text;

/// Our tag and theirs.
pub(crate) type DialogKey = (Text, Text);

/// Whose offer it is that has no answer yet, and by which request it began.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Offer {
    Ours(Transaction, Moment),
    Theirs(Transaction),
}

/// A dialog that there is or was.
#[derive(Debug, Default)]
pub(crate) struct Dialog {
    /// Somebody has said BYE.
    pub(crate) is_over: bool,
    offer: Option<Offer>,
}

impl Dialog {
    /// The agent offers by this request, or in an answer to it.
    pub(crate) fn offers(&mut self, now: Moment, by: &Transaction) -> Result<(), Rule> {
        let is_open = match &self.offer {
            // The agent has given up whoever does not answer in this time.
            Some(Offer::Ours(earlier, at)) => earlier != by && now.since(*at) < PATIENCE,
            Some(Offer::Theirs(_)) => true,
            None => false,
        };
        self.offer = Some(Offer::Ours(by.clone(), now));
        if is_open { Err(Rule::OneOffer) } else { Ok(()) }
    }

    /// The peer offers. What comes on top of another offer is to be refused, and is none.
    pub(crate) fn is_offered(&mut self, by: &Transaction) {
        if self.offer.is_none() {
            self.offer = Some(Offer::Theirs(by.clone()));
        }
    }

    /// The offer that this request brought, or an answer to it, is answered or came to nothing. Tells
    /// whether it was the peer's.
    pub(crate) fn settles(&mut self, by: &Transaction) -> bool {
        match &self.offer {
            Some(Offer::Ours(it, _)) if it == by => {
                self.offer = None;
                false
            }
            Some(Offer::Theirs(it)) if it == by => {
                self.offer = None;
                true
            }
            Some(Offer::Ours(..) | Offer::Theirs(_)) | None => false,
        }
    }

    /// The agent has been killed and started again: it knows nothing of an offer that had no answer yet, and perhaps not that
    /// somebody has said BYE.
    pub(crate) fn starts_anew(&mut self) {
        *self = Self::default();
    }

    /// Whether the peer's offer that came with this is not answered yet.
    pub(crate) fn owes(&self, by: &Transaction) -> bool {
        matches!(&self.offer, Some(Offer::Theirs(it)) if it == by)
    }

    /// Whether the agent's offer that came with this is not answered yet.
    pub(crate) fn awaits(&self, by: &Transaction) -> bool {
        matches!(&self.offer, Some(Offer::Ours(it, _)) if it == by)
    }
}

/// What the agent described last in a call.
#[derive(Debug)]
pub(crate) struct Described {
    /// The origin but its version: user, session, network, kind, address.
    pub(crate) origin: Vec<Vec<u8>>,
    pub(crate) version: u64,
    /// All lines but the origin.
    pub(crate) rest: Vec<Vec<u8>>,
}

impl Described {
    /// `o=user session version IN IP4 address` (RFC 8866 §5.2); `None` without a whole such line.
    pub(crate) fn read(sdp: &Bytes) -> Option<Self> {
        let line = sdp.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"o="))?;
        let fields = line.trim_ascii().split(|byte| *byte == b' ').map(<[u8]>::to_vec);
        let mut origin: Vec<Vec<u8>> = fields.collect();
        if origin.len() != 6 {
            return None;
        }
        let version = str::from_utf8(&origin.remove(2)).ok()?.parse().ok()?;
        let lines = sdp.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"o="));
        Some(Self { origin, version, rest: lines.map(<[u8]>::to_vec).collect() })
    }

    /// RFC 3264 §8. The address may change with where the sound comes from.
    pub(crate) fn follows(&self, before: &Self) -> Result<(), Rule> {
        if self.origin.get(..2) != before.origin.get(..2) {
            return Err(Rule::Origin);
        }
        let expected = if self.rest == before.rest { before.version } else { before.version + 1 };
        if self.version == expected { Ok(()) } else { Err(Rule::Version) }
    }

    /// Whether it may be what is said next by who does not know for sure what was said last.
    pub(crate) fn goes_on_from(&self, before: &Self) -> bool {
        self.origin.get(..2) == before.origin.get(..2) && self.version > before.version
    }
}
