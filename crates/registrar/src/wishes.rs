//! What a REGISTER asks for, read whole before anything is done (RFC 3261 §10.3).

use crate::Config;
use crate::outbound::is_flow;
use clock::Duration;
use sip_msg::{Contacts, Malformed, Name, NameAddr, Params, Request, Scheme, Text};

/// Letters of one binding: its Contact, its Path and what the phone says of itself.
pub const BINDING_BYTES_MAX: usize = 4_096;

/// What a REGISTER asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wishes {
    /// What is bound.
    Tell,
    /// Nothing to be bound any more.
    ForgetAll,
    /// Each of these, in order.
    Each(Vec<Wish>),
}

/// What is to become of one contact.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Bound for so long.
    Bind(NameAddr, Duration),
    /// Not bound any more.
    Forget(NameAddr),
}

/// Why a REGISTER cannot be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Impossible {
    /// 400: a Contact that is no address.
    BadContact,
    /// 400: a Contact that no call can be sent to.
    BadScheme,
    /// 400: `*` with something else than `Expires: 0` (RFC 3261 §10.2.2).
    BadStar,
    /// 403: more contacts than an account may have.
    TooMany,
    /// 403: more letters than a binding may have.
    TooLong,
    /// 400: two flows in one REGISTER (RFC 5626 §6).
    ManyFlows,
    /// 423.
    TooBrief,
}

impl Wishes {
    pub(crate) fn read(request: &Request, config: &Config) -> Result<Self, Impossible> {
        match request.headers.contacts() {
            Err(
                Malformed::Uri
                | Malformed::Host
                | Malformed::Port
                | Malformed::Params
                | Malformed::Quote
                | Malformed::Address
                | Malformed::Via
                | Malformed::List,
            ) => Err(Impossible::BadContact),
            Ok(Contacts::Star) if request.headers.expires() == Some(0) => Ok(Self::ForgetAll),
            Ok(Contacts::Star) => Err(Impossible::BadStar),
            Ok(Contacts::List(contacts)) if contacts.is_empty() => Ok(Self::Tell),
            Ok(Contacts::List(contacts)) if contacts.len() > config.bindings_per_account_max => {
                Err(Impossible::TooMany)
            }
            Ok(Contacts::List(contacts)) if length(request, &contacts) > BINDING_BYTES_MAX => {
                Err(Impossible::TooLong)
            }
            Ok(Contacts::List(contacts)) => {
                let wishes = Self::each(contacts, request, config)?;
                if wishes.iter().filter(|wish| wish.binds_flow()).count() > 1 {
                    return Err(Impossible::ManyFlows);
                }
                Ok(Self::Each(wishes))
            }
        }
    }

    fn each(
        contacts: Vec<NameAddr>,
        request: &Request,
        config: &Config,
    ) -> Result<Vec<Wish>, Impossible> {
        let wish = |contact| Wish::read(contact, request, config);
        contacts.into_iter().map(wish).collect()
    }
}

impl Wish {
    fn binds_flow(&self) -> bool {
        match self {
            Self::Bind(contact, _) => is_flow(&contact.params()),
            Self::Forget(_) => false,
        }
    }

    fn read(contact: NameAddr, request: &Request, config: &Config) -> Result<Self, Impossible> {
        match contact.uri().scheme() {
            Scheme::Sip | Scheme::Sips => {}
            Scheme::Tel | Scheme::Other(_) => return Err(Impossible::BadScheme),
        }
        let params = contact.params();
        let asked =
            if params.has("expires") { own_expires(&params) } else { request.headers.expires() };
        // RFC 3261 §10.2.1.1, §20.19: what is malformed counts as not said.
        let asked = asked.map_or(config.expires_default, |secs| Duration::from_secs(secs.into()));
        if asked.is_zero() {
            Ok(Self::Forget(contact))
        } else if asked < config.expires_min {
            Err(Impossible::TooBrief)
        } else {
            // A binding lives longer than its datagram.
            Ok(Self::Bind(contact.detached(), asked.min(config.expires_max)))
        }
    }
}

/// The letters of what is kept of a REGISTER.
fn length(request: &Request, contacts: &[NameAddr]) -> usize {
    let header = |name| request.headers.all(name).map(Text::len).sum::<usize>();
    let contacts = contacts.iter().map(|contact| Text::from(contact).len()).max().unwrap_or(0);
    contacts + header(Name::Path) + header(Name::UserAgent) + request.call_id.len()
}

/// Seconds of the `expires` parameter; the largest number where it is too large for one.
fn own_expires(params: &Params) -> Option<u32> {
    let expires = params.get("expires")?;
    let digits = expires.as_str()?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u32::MAX))
}

/// The Path of a request, if its sender knows what that means (RFC 3327 §5.1).
pub(crate) fn path(request: &Request) -> Vec<NameAddr> {
    let is_understood =
        request.headers.tokens(Name::Supported).any(|option| option.eq_ignore_case("path"));
    if !is_understood {
        return Vec::new();
    }
    let path = request.headers.addresses(Name::Path).unwrap_or_default();
    path.iter().map(NameAddr::detached).collect()
}
