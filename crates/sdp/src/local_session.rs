//! One leg's side of offer and answer over its whole life.

use crate::answer::{agree_wishing, answer_wishing};
use crate::{Agreed, AnswerFault, Codec, Direction, Local, NoCommonCodec, Session, Srtp, offer};
use bytes::Bytes;
use std::net::SocketAddr;

/// Our side of one session, remembered over re-INVITEs.
///
/// Keeps true that a description that differs from the last one has a version one higher, and that
/// one that does not differ has the same version (RFC 3264 §8). A phone that sees an old version
/// with new content may ignore it, and the caller hears nothing.
#[derive(Clone, Debug)]
pub struct LocalSession {
    local: Local,
    wish: Direction,
    last: Option<Bytes>,
}

impl LocalSession {
    /// A session that speaks `codecs`, the dearest first, and telephone events. Nothing has been
    /// said yet.
    #[must_use]
    pub const fn new(address: SocketAddr, session: u64, codecs: Vec<Codec>) -> Self {
        Self { local: Local::new(address, session, codecs), wish: Direction::SendRecv, last: None }
    }

    /// The same, going on with one of another process by this version, which that one has not said.
    #[must_use]
    pub const fn from_version(mut self, version: u64) -> Self {
        self.local.version = version;
        self
    }

    /// The same, encrypted or not.
    #[must_use]
    pub const fn with_srtp(mut self, srtp: Srtp) -> Self {
        self.local.srtp = srtp;
        self
    }

    /// The same, without telephone events.
    #[must_use]
    pub const fn without_events(mut self) -> Self {
        self.local.events = false;
        self
    }

    /// Our side as it was last said.
    #[must_use]
    pub const fn local(&self) -> &Local {
        &self.local
    }

    /// The direction that we last asked for, from our side.
    #[must_use]
    pub const fn wish(&self) -> Direction {
        self.wish
    }

    /// Makes an offer, and remembers the direction as our wish.
    pub fn offer(&mut self, direction: Direction) -> Bytes {
        self.wish = direction;
        self.say(|local| offer(local, direction))
    }

    /// Answers an offer. Who holds stays holding.
    ///
    /// # Errors
    /// [`NoCommonCodec`] as in [`crate::answer`]; then nothing was said, and the version stays.
    pub fn answer(&mut self, offer: &Session) -> Result<(Bytes, Agreed), NoCommonCodec> {
        let (_, agreed) = answer_wishing(offer, &self.local, self.wish)?;
        let wish = self.wish;
        let body = self.say(|local| {
            let answer = answer_wishing(offer, local, wish);
            answer.map(|(body, _)| body).expect("the same offer was answered a line above")
        });
        self.local.numbers = self.local.numbers.learned(&agreed);
        Ok((body, agreed))
    }

    /// Reads the answer to our offer.
    ///
    /// # Errors
    /// [`AnswerFault`] as in [`crate::agree`].
    pub fn agree(&self, answer: &Session) -> Result<Agreed, AnswerFault> {
        agree_wishing(&self.local, answer, self.wish)
    }

    /// Writes a description under the old version, and under the next one if it is another.
    fn say(&mut self, write: impl Fn(&Local) -> Bytes) -> Bytes {
        let mut body = write(&self.local);
        if self.last.as_ref().is_some_and(|last| *last != body) {
            self.local.version = self.local.version.wrapping_add(1);
            body = write(&self.local);
        }
        self.last = Some(body.clone());
        body
    }
}
