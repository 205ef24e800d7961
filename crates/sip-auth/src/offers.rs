//! Which hashes are offered to whom.
//!
//! RFC 8760 §2.4 has phones pass by a challenge that they do not know. Not all do: some give up, some
//! read the first challenge alone. What a phone can bear shows in no other way than by what it
//! calls itself, so that decides, and never who it says to be: nobody learns from a challenge whether
//! there is such a user.

use crate::Algorithm;
use sip_msg::Text;
use std::collections::BTreeMap;

/// Phones that give up where anything but MD5 is offered: baresip 1.0 does, and so do the libraries
/// of browsers, which look at the last challenge alone and know no other hash.
const MD5_ALONE: [&str; 3] = ["baresip", "JsSIP", "SIP.js"];
/// Tools that look at the first challenge alone and know MD5 alone: sipp, which does not say by itself
/// what it is.
const FIRST_ALONE: [&str; 2] = ["", "SIPp"];

/// The hashes to offer, in order of preference, a challenge each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers {
    /// To phones without an exception; what is not in it is taken from nobody.
    pub usual: Vec<Algorithm>,
    /// By how a phone's User-Agent begins, in any case; the longest beginning counts, and the empty
    /// one is for requests without a User-Agent.
    pub exceptions: BTreeMap<String, Vec<Algorithm>>,
}

/// SHA-256 before MD5, and the exceptions that phones of the field are known to need.
impl Default for Offers {
    fn default() -> Self {
        let md5_alone = MD5_ALONE.map(|phone| (phone.to_owned(), vec![Algorithm::Md5]));
        let first_alone =
            FIRST_ALONE.map(|phone| (phone.to_owned(), vec![Algorithm::Md5, Algorithm::Sha256]));
        Self {
            usual: vec![Algorithm::Sha256, Algorithm::Md5],
            exceptions: md5_alone.into_iter().chain(first_alone).collect(),
        }
    }
}

/// These for everybody.
impl From<Vec<Algorithm>> for Offers {
    fn from(usual: Vec<Algorithm>) -> Self {
        Self { usual, exceptions: BTreeMap::new() }
    }
}

impl Offers {
    /// What to offer to a phone that calls itself so. An exception may leave out and change the order,
    /// and brings nothing in that is not usual: where MD5 is off, it is off.
    #[must_use]
    pub fn to(&self, user_agent: Option<&Text>) -> Vec<Algorithm> {
        let exception = self.exception(user_agent).into_iter().flatten().copied();
        let offered: Vec<_> = exception.filter(|it| self.usual.contains(it)).collect();
        if offered.is_empty() { self.usual.clone() } else { offered }
    }

    fn exception(&self, user_agent: Option<&Text>) -> Option<&Vec<Algorithm>> {
        let user_agent = user_agent.map_or(&[][..], Text::as_bytes);
        let begins = |beginning: &str| {
            let same = user_agent.get(..beginning.len());
            same.is_some_and(|same| same.eq_ignore_ascii_case(beginning.as_bytes()))
                && (beginning.is_empty() == user_agent.is_empty())
        };
        let fitting = self.exceptions.iter().filter(|(beginning, _)| begins(beginning));
        fitting.max_by_key(|(beginning, _)| beginning.len()).map(|(_, algorithms)| algorithms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Algorithm::{Md5, Sha256};

    fn to(offers: &Offers, user_agent: &'static str) -> Vec<Algorithm> {
        offers.to(Some(&user_agent.into()))
    }

    #[test]
    fn who_is_known_to_need_it_is_offered_something_else() {
        let offers = Offers::default();
        assert_eq!(to(&offers, "Yealink SIP-T54W 96.86.0.100"), [Sha256, Md5]);
        assert_eq!(to(&offers, "baresip v1.0.0 (x86_64/linux)"), [Md5]);
        assert_eq!(to(&offers, "jssip 3.13.8"), [Md5]);
        assert_eq!(to(&offers, "SIPp 3.6.1"), [Md5, Sha256]);
        assert_eq!(to(&offers, "SIP"), [Sha256, Md5], "a beginning of a beginning is none");
        assert_eq!((offers.to(None), to(&offers, "")), (vec![Md5, Sha256], vec![Md5, Sha256]));
    }

    #[test]
    fn the_longest_beginning_counts() {
        let mut offers = Offers::default();
        offers.exceptions.insert("baresip v4".to_owned(), vec![Sha256]);
        assert_eq!(to(&offers, "baresip v4.1.0"), [Sha256]);
        assert_eq!(to(&offers, "baresip v3.1.0"), [Md5]);
    }

    #[test]
    fn what_is_off_is_off_for_everybody() {
        let offers = Offers { usual: vec![Sha256], ..Offers::default() };
        assert_eq!(to(&offers, "baresip v1.0.0"), [Sha256]);
        assert_eq!(offers.to(None), [Sha256]);
    }
}
