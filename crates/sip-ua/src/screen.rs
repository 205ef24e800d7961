//! The checks that every request passes before anybody above hears of it (§8.2).

use crate::Config;
use crate::sdp_body::{Body, body};
use sip_msg::{Contacts, Method, Name, Request, Response, Scheme, StatusCode, Text};

/// 469 Bad Info Package (RFC 6086 §4.2.2).
const BAD_INFO_PACKAGE: u16 = 469;

/// Checks a request outside all legs, in the order of §8.2.
///
/// # Errors
/// The answer that refuses it.
pub(crate) fn outside(request: &Request, config: &Config) -> Result<(), Box<Response>> {
    if request.method == Method::Notify && !config.allow.contains(&Method::Notify) {
        // RFC 6665 §4.1.3: who has subscribed to nothing knows of no subscription, and whoever is told
        // so sends no more.
        return refuse(request, StatusCode::CALL_DOES_NOT_EXIST);
    }
    method(request, &config.allow)?;
    scheme(request)?;
    require(request, &config.extensions())?;
    let is_for_legs =
        matches!(request.method, Method::Bye | Method::Info | Method::Update | Method::Prack);
    if request.method == Method::Invite {
        invite(request)
    } else if request.method == Method::Register {
        // Before anybody is asked for a password: what cannot be read will not be bound.
        request.headers.contacts().map(drop).or_else(|_| bad_request(request, "Bad Contact"))
    } else if is_for_legs {
        // They only mean something inside a leg, and came outside of all.
        refuse(request, StatusCode::CALL_DOES_NOT_EXIST)
    } else {
        Ok(())
    }
}

/// Checks a request inside a leg.
///
/// # Errors
/// The answer that refuses it.
pub(crate) fn inside(request: &Request, config: &Config) -> Result<(), Box<Response>> {
    method(request, &config.allow)?;
    require(request, &config.extensions())?;
    if matches!(request.method, Method::Invite | Method::Update) {
        media_type(request)
    } else if request.method == Method::Info && has_info_package(request) {
        Err(Box::new(bad_info_package(request)))
    } else {
        Ok(())
    }
}

fn bad_request(request: &Request, reason: &'static str) -> Result<(), Box<Response>> {
    Err(Box::new(request.reply(StatusCode::BAD_REQUEST).with_reason(reason)))
}

fn refuse(request: &Request, status: StatusCode) -> Result<(), Box<Response>> {
    Err(Box::new(request.reply(status)))
}

/// §8.2.1: 405 for a method that we know and do not take, 501 for one that we do not know.
fn method(request: &Request, allow: &[Method]) -> Result<(), Box<Response>> {
    if allow.contains(&request.method) {
        return Ok(());
    }
    let is_unknown = matches!(request.method, Method::Other(_));
    let status =
        if is_unknown { StatusCode::NOT_IMPLEMENTED } else { StatusCode::METHOD_NOT_ALLOWED };
    Err(Box::new(request.reply(status).with_header(Name::Allow, allow_value(allow))))
}

/// The value of an Allow header.
pub(crate) fn allow_value(allow: &[Method]) -> Text {
    let names: Vec<String> = allow.iter().map(Method::to_string).collect();
    Text::from(names.join(", "))
}

/// §8.2.2.1.
fn scheme(request: &Request) -> Result<(), Box<Response>> {
    match request.uri.scheme() {
        Scheme::Sip | Scheme::Sips | Scheme::Tel => Ok(()),
        Scheme::Other(_) => refuse(request, StatusCode::UNSUPPORTED_URI_SCHEME),
    }
}

/// §8.2.2.3: 420 for what a peer requires and we do not know.
fn require(request: &Request, known: &[&str]) -> Result<(), Box<Response>> {
    let is_known = |tag: &Text| known.iter().any(|known| tag.eq_ignore_case(known));
    let unsupported: Vec<String> = request
        .headers
        .tokens(Name::Require)
        .filter(|tag| !is_known(tag))
        .map(|tag| tag.to_str_lossy().into_owned())
        .collect();
    if unsupported.is_empty() {
        return Ok(());
    }
    Err(Box::new(
        request
            .reply(StatusCode::BAD_EXTENSION)
            .with_header(Name::Unsupported, unsupported.join(", ")),
    ))
}

fn invite(request: &Request) -> Result<(), Box<Response>> {
    // We send the call on, like a proxy (RFC 7332 §4).
    if request.max_forwards == Some(0) {
        return refuse(request, StatusCode::TOO_MANY_HOPS);
    }
    // §8.1.1.8: a Contact; without it nothing could be sent to the caller.
    let contacts = match request.headers.contacts() {
        Ok(Contacts::List(list)) => list.len(),
        Ok(Contacts::Star) | Err(_) => 0,
    };
    if contacts == 0 || request.headers.record_routes().is_err() {
        return bad_request(request, "Bad Contact or Record-Route");
    }
    acceptable(request)?;
    media_type(request)
}

/// §21.4.7: a caller who takes no session description cannot be given one. No Accept is as good as
/// ours (§20.1), and so is an empty one, which only says little.
fn acceptable(request: &Request) -> Result<(), Box<Response>> {
    let is_ours = |accepted: &Text| {
        let media = accepted.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
        let ours: [&[u8]; 3] = [b"application/sdp", b"application/*", b"*/*"];
        ours.iter().any(|ours| media.trim_ascii().eq_ignore_ascii_case(ours))
    };
    let mut accepted = request.headers.tokens(Name::Accept).peekable();
    if accepted.peek().is_none() || accepted.any(|accepted| is_ours(&accepted)) {
        return Ok(());
    }
    let why = "399 telefonist \"Only application/sdp is spoken here\"";
    let status = StatusCode::NOT_ACCEPTABLE;
    Err(Box::new(request.reply(status).with_header(Name::Warning, why)))
}

/// §8.2.3.
fn media_type(request: &Request) -> Result<(), Box<Response>> {
    match body(&request.headers, &request.body) {
        Body::Empty | Body::Sdp(_) => Ok(()),
        Body::Foreign if is_optional(request) => Ok(()),
        Body::Foreign => {
            let response = request
                .reply(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                .with_header(Name::Accept, "application/sdp")
                .with_header(Name::Other(Text::from("Accept-Encoding")), "identity");
            Err(Box::new(response))
        }
    }
}

/// §20.11: the sender lets us pass over a body that we do not understand.
fn is_optional(request: &Request) -> bool {
    named(request, "Content-Disposition").is_some_and(|value| {
        value
            .as_bytes()
            .split(|byte| *byte == b';')
            .any(|param| param.trim_ascii().eq_ignore_ascii_case(b"handling=optional"))
    })
}

fn has_info_package(request: &Request) -> bool {
    named(request, "Info-Package").is_some()
}

fn named<'a>(request: &'a Request, name: &'static str) -> Option<&'a Text> {
    request.headers.get(Name::new(name)?)
}

fn bad_info_package(request: &Request) -> Response {
    let status = StatusCode::new(BAD_INFO_PACKAGE).expect("469 is between 100 and 699");
    request
        .reply(status)
        .with_reason("Bad Info Package")
        .with_header(Name::Other(Text::from("Recv-Info")), "")
}
