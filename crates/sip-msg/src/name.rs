//! Names of headers, long and compact (RFC 3261 §7.3.3, §20).

use crate::Text;
use crate::lexer::is_token;
use crate::text::Whole;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem::discriminant;

macro_rules! names {
    ($($name:ident = $long:literal $(, $compact:literal)?;)*) => {
        /// The name of a header. Names compare without case.
        pub enum Name {
            $(#[doc = concat!("`", $long, "`")] $name,)*
            /// A name this crate has no word for, as it came; never one of the above.
            Other(Text),
        }

        /// Known names by number, in the order above.
        const KNOWN: &[&str] = &[$($long),*];
        const COMPACT: &[(u8, Known)] = &[$($(($compact, Known::$name),)?)*];

        /// A name this crate has a word for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Known {
            $($name,)*
        }

        impl Known {
            const ALL: &[Self] = &[$(Self::$name),*];
        }

        impl From<Known> for Name {
            #[inline]
            fn from(known: Known) -> Self {
                match known {
                    $(Known::$name => Self::$name,)*
                }
            }
        }

        // Written out so that it is one step and not a choice among all.
        impl Clone for Name {
            #[inline]
            fn clone(&self) -> Self {
                match self {
                    Self::Other(name) => Self::Other(name.clone()),
                    $(Self::$name => Self::$name,)*
                }
            }
        }

        impl Name {
            /// The name as it is printed.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                match self {
                    $(Self::$name => $long.as_bytes(),)*
                    Self::Other(name) => name.as_bytes(),
                }
            }
        }
    };
}

names! {
    Accept = "Accept";
    AlertInfo = "Alert-Info";
    Allow = "Allow";
    AllowEvents = "Allow-Events", b'u';
    AuthenticationInfo = "Authentication-Info";
    Authorization = "Authorization";
    CallId = "Call-ID", b'i';
    Contact = "Contact", b'm';
    ContentEncoding = "Content-Encoding", b'e';
    ContentLength = "Content-Length", b'l';
    ContentType = "Content-Type", b'c';
    CSeq = "CSeq";
    Date = "Date";
    Diversion = "Diversion";
    Event = "Event", b'o';
    Expires = "Expires";
    FlowTimer = "Flow-Timer";
    From = "From", b'f';
    HistoryInfo = "History-Info";
    MaxForwards = "Max-Forwards";
    MinExpires = "Min-Expires";
    MinSe = "Min-SE";
    PAssertedIdentity = "P-Asserted-Identity";
    Path = "Path";
    Privacy = "Privacy";
    ProxyAuthenticate = "Proxy-Authenticate";
    ProxyAuthorization = "Proxy-Authorization";
    ProxyRequire = "Proxy-Require";
    RAck = "RAck";
    Reason = "Reason";
    RecordRoute = "Record-Route";
    ReferTo = "Refer-To", b'r';
    ReferredBy = "Referred-By", b'b';
    Replaces = "Replaces";
    Require = "Require";
    RetryAfter = "Retry-After";
    Route = "Route";
    RSeq = "RSeq";
    Server = "Server";
    ServiceRoute = "Service-Route";
    SessionExpires = "Session-Expires", b'x';
    SessionId = "Session-ID";
    Subject = "Subject", b's';
    SubscriptionState = "Subscription-State";
    Supported = "Supported", b'k';
    Timestamp = "Timestamp";
    To = "To", b't';
    Unsupported = "Unsupported";
    UserAgent = "User-Agent";
    UserToUser = "User-to-User";
    Via = "Via", b'v';
    Warning = "Warning";
    WwwAuthenticate = "WWW-Authenticate";
}

impl Name {
    /// The header of this name, long or compact; `None` if it is not a token.
    #[must_use]
    pub fn new(name: impl Into<Text>) -> Option<Self> {
        let name: Text = name.into();
        is_token(name.as_bytes()).then(|| Self::of_token(name.whole(), name.as_bytes()))
    }

    /// The header of this name, which is a token.
    pub(crate) fn of_token(whole: Whole<'_>, name: &[u8]) -> Self {
        Known::of(name).map_or_else(|| Self::Other(Text::part(whole, name)), Self::from)
    }
}

impl Known {
    /// The one that is written so, long or compact.
    #[inline]
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        if let [letter] = name {
            let letter = letter.to_ascii_lowercase();
            return COMPACT.iter().find(|(compact, _)| *compact == letter).map(|(_, known)| *known);
        }
        let at = usize::from(*SLOTS.get(slot(name))?);
        // Nearly all come in their usual case, and that is quicker to see.
        let long = KNOWN.get(at)?.as_bytes();
        let is_it = long == name || long.eq_ignore_ascii_case(name);
        is_it.then(|| Self::ALL.get(at).copied()).flatten()
    }
}

/// Which of [`KNOWN`] may have a name of that slot; 255 for none.
static SLOTS: [u8; 256] = slots();

/// A number from the length and three letters of a name, different for each known name.
const fn slot(name: &[u8]) -> usize {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return 0 };
    let mut sum = name.len().wrapping_mul(MULTIPLIERS.0);
    sum = sum.wrapping_add(((*first | 0x20) as usize).wrapping_mul(MULTIPLIERS.1));
    sum = sum.wrapping_add(((*last | 0x20) as usize).wrapping_mul(MULTIPLIERS.2));
    sum & 255
}

/// Found by trial; the proof that they work is that `slots` compiles.
const MULTIPLIERS: (usize, usize, usize) = (26, 1, 4);

#[expect(clippy::indexing_slicing, reason = "runs at compile time only")]
#[expect(clippy::cast_possible_truncation, reason = "asserted to fit, at compile time")]
const fn slots() -> [u8; 256] {
    assert!(KNOWN.len() < 255);
    let mut slots = [255; 256];
    let mut at = 0;
    while at < KNOWN.len() {
        let slot = slot(KNOWN[at].as_bytes());
        assert!(slots[slot] == 255, "two names in one slot: choose other multipliers");
        slots[slot] = at as u8;
        at += 1;
    }
    slots
}

impl PartialEq for Name {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        // What has a word of its own is never another's.
        discriminant(self) == discriminant(other)
            && match (self, other) {
                (Self::Other(ours), Self::Other(theirs)) => is_same(ours, theirs),
                _ => true,
            }
    }
}

#[inline(never)]
fn is_same(ours: &Text, theirs: &Text) -> bool {
    ours.as_bytes().eq_ignore_ascii_case(theirs.as_bytes())
}

impl Eq for Name {}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        let lower = |name: &Self| name.as_bytes().to_ascii_lowercase();
        lower(self).cmp(&lower(other))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().to_ascii_lowercase().hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_known_in_any_case_and_by_its_letter() {
        for long in KNOWN {
            assert!(!matches!(Name::new(*long), Some(Name::Other(_)) | None), "{long}");
            assert_eq!(Name::new(long.to_uppercase()), Name::new(long.to_lowercase()));
        }
        assert_eq!(Name::new("i"), Some(Name::CallId));
        assert_eq!(Name::new("M"), Some(Name::Contact));
    }

    #[test]
    fn other_names_compare_without_case_and_must_be_tokens() {
        assert_eq!(Name::new("X-Call"), Name::new("x-call"));
        assert_ne!(Name::new("X-Call"), Name::new("X-Cell"));
        assert_eq!(Name::new("X Call"), None);
        assert_eq!(Name::new(""), None);
    }
}
