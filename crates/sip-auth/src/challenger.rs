//! The side that asks who is there.

use crate::digest::Input;
use crate::fields::{Fields, NoFields};
use crate::nonce::{self, Stamp};
use crate::quote::{escaped, unescaped};
use crate::replay::Counts;
use crate::{Algorithm, Credentials, Offers, target};
use clock::{Duration, Moment};
use sip_msg::{Method, Text, Uri};
use std::fmt;
use std::net::IpAddr;
use subtle::ConstantTimeEq as _;

/// How long a nonce is good for, unless configured otherwise.
pub const NONCE_LIFE: Duration = Duration::from_secs(300);

/// What a challenger is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How long a nonce may be used. After it a right answer is asked for again, with `stale`.
    pub nonce_life: Duration,
    /// What to offer, and to whom.
    pub offers: Offers,
    /// Whether answers of the old form without `qop` are let in (RFC 2069). A nonce is then good
    /// for one request.
    pub without_qop: WithoutQop,
}

/// What becomes of answers without `qop`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutQop {
    /// They are malformed.
    Refused,
    /// They count as the first use of their nonce.
    Accepted,
}

impl Default for Config {
    fn default() -> Self {
        Self { nonce_life: NONCE_LIFE, offers: Offers::default(), without_qop: WithoutQop::Refused }
    }
}

/// What the credentials of a request are worth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// They are right, and those of this user.
    Right(Text),
    /// They answer no nonce that their source may use: it is not ours, was given to another source,
    /// is too old, or its count was used. They are worth as much as none, and are no failure: who
    /// forges an address never sees the nonces that are given to it. Challenge with `stale` (RFC
    /// 7616 §3.3), so that a phone that has kept a nonce over our restart answers by itself.
    Stale,
    /// They answer a good nonce and are wrong, or the user is unknown, which nobody outside is to
    /// tell apart.
    Wrong,
    /// There are none for us: none at all, or for another realm, scheme or algorithm.
    Absent,
    /// They were made for another request: their `uri` names another user or host than the
    /// Request-URI, or for a REGISTER another host (RFC 7616 §3.4.6).
    Misdirected,
    /// They do not follow the grammar.
    Malformed,
}

/// The request that credentials came with, as far as they must fit it.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// Who sent it. Nonces are good for the source that they were given to alone.
    pub source: IpAddr,
    /// What it asks for.
    pub method: &'a Method,
    /// Its Request-URI.
    pub uri: &'a Uri,
}

/// Makes challenges for one realm and judges the answers.
pub struct Challenger {
    realm: Text,
    key: [u8; 32],
    config: Config,
    /// Numbers the nonces of one moment.
    number: u32,
    counts: Counts,
    /// Hashed for users that do not exist, so that they take as long as those that do.
    nobody: Credentials,
}

impl Challenger {
    /// A challenger for `realm`. The key proves nonces to be ours: it is random, and new at every
    /// start.
    #[must_use]
    pub fn new(realm: Text, key: [u8; 32], config: Config) -> Self {
        let nobody = Credentials::new(&Text::default(), &realm, &Text::default());
        Self { realm, key, config, number: 0, counts: Counts::default(), nobody }
    }

    /// The realm.
    #[must_use]
    pub const fn realm(&self) -> &Text {
        &self.realm
    }

    /// Values for WWW-Authenticate or Proxy-Authenticate headers, one header each, in order of
    /// preference, all with the same new nonce, which nobody but `source` can use. What is asked
    /// calls itself `user_agent`.
    #[must_use]
    pub fn challenge(
        &mut self,
        now: Moment,
        source: IpAddr,
        freshness: Freshness,
        user_agent: Option<&Text>,
    ) -> Vec<Text> {
        self.number = self.number.wrapping_add(1);
        let nonce = nonce::print(&self.key, Stamp { made_at: now, number: self.number }, source);
        let stale = match freshness {
            Freshness::First => "",
            Freshness::Stale => ", stale=true",
        };
        let value = |algorithm: &Algorithm| {
            let realm = escaped(&self.realm);
            format!(
                "Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm={algorithm}, qop=\"auth\"{stale}"
            )
            .into()
        };
        self.config.offers.to(user_agent).iter().map(value).collect()
    }

    /// Judges the credentials of a request: the values of all its Authorization, or of all its
    /// Proxy-Authorization headers. `lookup` finds the credentials of a user in this realm.
    pub fn verify<'v, 'c>(
        &mut self,
        now: Moment,
        occasion: Occasion<'_>,
        values: impl IntoIterator<Item = &'v Text>,
        lookup: impl FnOnce(&Text) -> Option<&'c Credentials>,
    ) -> Verdict {
        for value in values {
            match Fields::parse(value.as_bytes()) {
                Err(NoFields::OtherScheme) => {}
                Err(NoFields::Malformed) => return Verdict::Malformed,
                Ok(fields) if !self.is_for_us(&fields) => {}
                Ok(fields) => return self.judge(now, occasion, &fields, lookup),
            }
        }
        Verdict::Absent
    }

    /// The user of the credentials that [`verify`](Self::verify) would judge, whether they are right
    /// or not; `None` if there are none for us.
    pub fn claimed_user<'v>(&self, values: impl IntoIterator<Item = &'v Text>) -> Option<Text> {
        let mut fields =
            values.into_iter().map_while(|value| match Fields::parse(value.as_bytes()) {
                Ok(fields) => Some(Some(fields)),
                Err(NoFields::OtherScheme) => Some(None),
                Err(NoFields::Malformed) => None,
            });
        let ours = fields.find_map(|fields| fields.filter(|fields| self.is_for_us(fields)))?;
        ours.username.map(unescaped)
    }

    fn is_for_us(&self, fields: &Fields<'_>) -> bool {
        fields.realm.is_none_or(|realm| unescaped(realm) == self.realm)
            && self.algorithm(fields).is_some()
    }

    /// The algorithm of an answer, if it is one that we offer; MD5 is meant where none is named.
    fn algorithm(&self, fields: &Fields<'_>) -> Option<Algorithm> {
        let algorithm = fields.algorithm.map_or(Some(Algorithm::Md5), Algorithm::new)?;
        self.config.offers.usual.contains(&algorithm).then_some(algorithm)
    }

    fn judge<'c>(
        &mut self,
        now: Moment,
        occasion: Occasion<'_>,
        fields: &Fields<'_>,
        lookup: impl FnOnce(&Text) -> Option<&'c Credentials>,
    ) -> Verdict {
        let Some(answer) = self.read_answer(occasion.method, fields) else {
            return Verdict::Malformed;
        };
        if !target::is_meant_for(answer.input.uri, occasion.method, occasion.uri) {
            return Verdict::Misdirected;
        }
        let Some(stamp) = self.good_nonce(now, occasion.source, answer.input.nonce) else {
            return Verdict::Stale;
        };
        // Nobody's hash stands in for one that is not known, as it does for a user that is not.
        let known = lookup(&answer.user).filter(|known| known.knows(answer.input.algorithm));
        let expected = answer.input.digest(known.unwrap_or(&self.nobody));
        let given = answer.response.to_ascii_lowercase();
        let is_right = bool::from(expected.as_bytes().ct_eq(&given));
        match known {
            Some(_) if is_right && self.counts.use_up(stamp, answer.count) => {
                Verdict::Right(answer.user)
            }
            Some(_) if is_right => Verdict::Stale,
            Some(_) | None => Verdict::Wrong,
        }
    }

    /// All that an answer must have; `None` if it lacks something.
    fn read_answer<'a>(&self, method: &'a Method, fields: &Fields<'a>) -> Option<Answer<'a>> {
        let (counted, count) = match (fields.qop, fields.nc, fields.cnonce) {
            (Some(qop), Some(nc), Some(cnonce)) if qop.eq_ignore_ascii_case(b"auth") => {
                (Some((nc, cnonce)), read_count(nc)?)
            }
            (None, _, _) if self.config.without_qop == WithoutQop::Accepted => (None, 1),
            (_, _, _) => return None,
        };
        fields.realm?;
        let input = Input {
            algorithm: self.algorithm(fields)?,
            method: method.as_bytes(),
            uri: fields.uri.filter(|uri| !uri.is_empty())?,
            nonce: fields.nonce?,
            counted,
        };
        Some(Answer { user: unescaped(fields.username?), response: fields.response?, count, input })
    }

    /// The stamp of a nonce that is ours, for this source, and not too old.
    fn good_nonce(&mut self, now: Moment, source: IpAddr, nonce: &[u8]) -> Option<Stamp> {
        self.counts.forget_before(now - self.config.nonce_life);
        nonce::read(&self.key, nonce, source)
            .filter(|stamp| now.since(stamp.made_at) <= self.config.nonce_life)
    }
}

/// Whether a challenge is the first, or follows an answer to a nonce that was not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// No word of an earlier nonce.
    First,
    /// With `stale=true`: the phone is to answer again by itself and need not ask its user (RFC
    /// 7616 §3.3).
    Stale,
}

/// The credentials of one request.
struct Answer<'a> {
    user: Text,
    response: &'a [u8],
    count: u32,
    input: Input<'a>,
}

/// A nonce count: eight hex digits (RFC 7616 §3.4), and not zero.
fn read_count(nc: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(nc).ok().filter(|_| nc.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(digits, 16).ok().filter(|count| *count > 0 && nc.len() == 8)
}

impl fmt::Debug for Challenger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenger").field("realm", &self.realm).finish_non_exhaustive()
    }
}
