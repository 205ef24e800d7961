//! Names of headers, long and compact (RFC 3261 §7.3.3, §20).

use crate::Text;
use crate::lexer::is_token;
use bytes::Bytes;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

macro_rules! names {
    ($($name:ident = $long:literal $(, $compact:literal)?;)*) => {
        /// The name of a header. Names compare without case.
        #[derive(Clone)]
        pub enum Name {
            $(#[doc = concat!("`", $long, "`")] $name,)*
            /// A name this crate has no word for, as it came; never one of the above.
            Other(Text),
        }

        const KNOWN: &[(&str, Name)] = &[$(($long, Name::$name)),*];
        const COMPACT: &[(u8, Name)] = &[$($(($compact, Name::$name),)?)*];

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
        Self::from_part(name.bytes(), name.as_bytes())
    }

    pub(crate) fn from_part(whole: &Bytes, name: &[u8]) -> Option<Self> {
        if let Some(known) = Self::known(name) {
            return Some(known);
        }
        is_token(name).then(|| Self::Other(Text::part(whole, name)))
    }

    fn known(name: &[u8]) -> Option<Self> {
        if let [letter] = name {
            let letter = letter.to_ascii_lowercase();
            return COMPACT
                .iter()
                .find(|(compact, _)| *compact == letter)
                .map(|(_, known)| known.clone());
        }
        let (long, known) = KNOWN.get(usize::from(*SLOTS.get(slot(name))?))?;
        let long = long.as_bytes();
        // Nearly all come in their usual case, and that is quicker to see.
        (long == name || long.eq_ignore_ascii_case(name)).then(|| known.clone())
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
        let slot = slot(KNOWN[at].0.as_bytes());
        assert!(slots[slot] == 255, "two names in one slot: choose other multipliers");
        slots[slot] = at as u8;
        at += 1;
    }
    slots
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes().eq_ignore_ascii_case(other.as_bytes())
    }
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
        for (long, _) in KNOWN {
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
