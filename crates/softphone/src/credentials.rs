//! Answering challenges (RFC 7616), twice at most: a server that goes on asking is not believed.

use crate::PhoneConfig;
use sip_auth::{Login, respond};
use sip_msg::{Method, Name, Response, StatusCode, Text, Uri};

/// How often one request is sent with credentials (at the first, the nonce may have been stale).
pub(crate) const TRIES_MAX: u8 = 2;

/// Who we are to the server, if it is to be told.
pub(crate) struct Credentials(Option<Login>);

impl Credentials {
    pub(crate) fn of(config: &PhoneConfig) -> Self {
        let user = Text::from(config.user.clone());
        let password = config.password.clone().map(Text::from);
        Self(password.map(|password| Login { user, password }))
    }

    /// The header that answers the challenge in a 401 or 407; `None` if it is no challenge, or one
    /// that we have no answer to.
    pub(crate) fn answer(
        &self,
        challenge: &Response,
        method: &Method,
        uri: &Uri,
    ) -> Option<(Name, Text)> {
        let (asks, answers) = headers_of(challenge.status)?;
        let cnonce = format!("{:032x}", rand::random::<u128>());
        let value = respond(challenge.headers.all(asks), method, uri, self.0.as_ref()?, &cnonce)?;
        Some((answers, value))
    }
}

/// The header that asks and the one that answers (RFC 3261 §22.2 and §22.3).
fn headers_of(status: StatusCode) -> Option<(Name, Name)> {
    match status {
        StatusCode::UNAUTHORIZED => Some((Name::WwwAuthenticate, Name::Authorization)),
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            Some((Name::ProxyAuthenticate, Name::ProxyAuthorization))
        }
        _ => None,
    }
}
