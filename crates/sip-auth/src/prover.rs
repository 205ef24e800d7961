//! What a client proves, to whom and how often: one login, in one realm, twice at most.

use crate::client::{self, Login};
use crate::fields::Fields;
use crate::quote::unescaped;
use sip_msg::{Method, Name, Response, StatusCode, Text, Uri};

/// How often one request is sent with credentials: the nonce of the first challenge may have been
/// too old, and a server that goes on asking is not believed.
pub const TRIES_MAX: u8 = 2;

/// A login that is proved in one realm alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prover {
    login: Login,
    realm: Option<Text>,
}

/// The request that is to be sent with credentials.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its Request-URI.
    pub uri: &'a Uri,
    /// How often it was sent with credentials already.
    pub tries: u8,
    /// Random letters of the caller's.
    pub cnonce: &'a str,
}

impl Prover {
    /// Proves `login` in `realm`, or if there is none, in the first realm that asks.
    #[must_use]
    pub const fn new(login: Login, realm: Option<Text>) -> Self {
        Self { login, realm }
    }

    /// The header that answers the challenge of a 401 or 407 (RFC 3261 §22.2, §22.3). `None` if it
    /// is no challenge, names no hash that we know, is for another realm, or says that the login is
    /// wrong: a second challenge that is not `stale` says so (RFC 7616 §3.3), and a third is not
    /// answered whatever it says.
    pub fn answer(&mut self, asked: &Response, proof: Proof<'_>) -> Option<(Name, Text)> {
        let (asks, answers) = headers_of(asked.status)?;
        let fits = |value: &&Text| {
            Fields::parse(value.as_bytes()).is_ok_and(|fields| {
                let realm = fields.realm.map(unescaped);
                (self.realm.is_none() || self.realm == realm)
                    && (proof.tries == 0 || is_stale(&fields))
            })
        };
        let fitting: Vec<&Text> = asked.headers.all(asks).filter(fits).collect();
        if proof.tries >= TRIES_MAX {
            return None;
        }
        let (realm, value) =
            client::answer(fitting, proof.method, proof.uri, &self.login, proof.cnonce)?;
        self.realm = Some(realm);
        Some((answers, value))
    }
}

/// The header that asks and the one that answers.
const fn headers_of(status: StatusCode) -> Option<(Name, Name)> {
    match status {
        StatusCode::UNAUTHORIZED => Some((Name::WwwAuthenticate, Name::Authorization)),
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            Some((Name::ProxyAuthenticate, Name::ProxyAuthorization))
        }
        _ => None,
    }
}

fn is_stale(fields: &Fields<'_>) -> bool {
    fields.stale.is_some_and(|stale| stale.eq_ignore_ascii_case(b"true"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sip_msg::Message;

    const URI: &str = "sip:carrier.example";

    fn asked(challenge: &str) -> Response {
        let text = format!(
            "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@a>;tag=1\r\n\
             To: <sip:a@a>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\nWWW-Authenticate: {challenge}\r\n\r\n"
        );
        match sip_msg::parse(text.into()).unwrap() {
            Message::Response(response) => response,
            Message::Request(_) => panic!("it is a response"),
        }
    }

    fn prover(realm: Option<&'static str>) -> Prover {
        let login = Login { user: Text::from("acme"), password: Text::from("secret") };
        Prover::new(login, realm.map(Text::from))
    }

    fn answers(prover: &mut Prover, challenge: &str, tries: u8) -> bool {
        let uri = Uri::parse(URI).unwrap();
        let proof = Proof { method: &Method::Register, uri: &uri, tries, cnonce: "c" };
        prover.answer(&asked(challenge), proof).is_some()
    }

    #[test]
    fn the_first_realm_that_asks_is_the_only_one() {
        let mut prover = prover(None);
        assert!(answers(&mut prover, "Digest realm=\"one\", nonce=\"1\"", 0));
        assert!(!answers(&mut prover, "Digest realm=\"two\", nonce=\"1\"", 0));
        assert!(answers(&mut prover, "Digest realm=\"one\", nonce=\"2\"", 0));
    }

    #[test]
    fn a_realm_that_is_written_down_is_never_left() {
        let mut prover = prover(Some("one"));
        assert!(!answers(&mut prover, "Digest realm=\"two\", nonce=\"1\"", 0));
        assert!(answers(&mut prover, "Digest realm=\"one\", nonce=\"1\"", 0));
    }

    #[test]
    fn a_second_challenge_is_answered_if_the_nonce_was_stale_and_a_third_never() {
        let mut prover = prover(None);
        let (fresh, stale) =
            ("Digest realm=\"r\", nonce=\"1\"", "Digest realm=\"r\", nonce=\"2\", stale=TRUE");
        assert!(answers(&mut prover, fresh, 0));
        assert!(!answers(&mut prover, fresh, 1));
        assert!(answers(&mut prover, stale, 1));
        assert!(!answers(&mut prover, stale, 2));
    }

    #[test]
    fn other_schemes_and_other_answers_are_no_challenge() {
        let mut prover = prover(None);
        assert!(!answers(&mut prover, "Basic realm=\"r\"", 0));
        assert!(!answers(&mut prover, "Digest realm=\"r\", nonce=\"1\", algorithm=SHA-512", 0));
        assert!(
            answers(&mut prover, "Digest realm=\"r\", nonce=\"1\"", 0),
            "and nothing is pinned"
        );
    }
}
