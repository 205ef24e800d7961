//! Messages that proptest makes up.

use bytes::Bytes;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sip_msg::{
    Headers, Host, Method, Name, NameAddr, Params, Request, Response, StatusCode, Text, Uri, Via,
};

/// A word as every header may hold it.
pub(crate) fn token() -> impl Strategy<Value = String> {
    "[A-Za-z0-9.!%*_+`'~-]{1,12}"
}

/// A host name, or an address of either family.
pub(crate) fn host() -> impl Strategy<Value = Host> {
    prop_oneof![
        "[a-z][a-z0-9.-]{0,20}".prop_map(|name| Host::Name(name.into())),
        any::<[u8; 4]>().prop_map(|ip| Host::V4(ip.into())),
        any::<[u8; 16]>().prop_map(|ip| Host::V6(ip.into())),
    ]
}

fn params() -> impl Strategy<Value = Params> {
    let value = prop_oneof![token(), Just("\"a;b, \\\"c\\\"\"".to_owned()), Just(String::new())];
    vec((token(), option::of(value)), 0..4).prop_map(|pairs| {
        let mut params = Params::default();
        for (name, value) in pairs {
            params.set(name, value.map(Text::from));
        }
        params
    })
}

/// A `sip:` URI whose user may be any bytes at all.
pub(crate) fn uri() -> impl Strategy<Value = Uri> {
    (vec(any::<u8>(), 0..12), host(), option::of(any::<u16>()), vec(token(), 0..3)).prop_map(
        |(user, host, port, params)| {
            let mut uri = Uri::sip_host(Bytes::from(user), host, port);
            for param in params {
                uri = uri.with_param(param, None);
            }
            uri
        },
    )
}

fn address() -> impl Strategy<Value = NameAddr> {
    (option::of("[^\r\n]{0,16}"), uri(), params()).prop_map(|(display, uri, params)| {
        let address = NameAddr::new(uri).with_params(params);
        match display {
            Some(display) => address.with_display(display),
            None => address,
        }
    })
}

fn via() -> impl Strategy<Value = Via> {
    (token(), host(), option::of(any::<u16>()), params()).prop_map(
        |(transport, host, port, params)| {
            Via::new(transport, host, port, "z9hG4bK".into()).with_params(params)
        },
    )
}

fn headers() -> impl Strategy<Value = Headers> {
    let name = prop_oneof![
        Just(Name::Contact),
        Just(Name::Supported),
        token().prop_map(|token| Name::new(format!("X-{token}")).expect("a token")),
    ];
    vec((name, "[!-~]{1,8}( [^\r\n\t ]{1,8})?"), 0..6).prop_map(|lines| {
        let mut headers = Headers::new();
        for (name, value) in lines {
            headers.push(name, value.trim().to_owned());
        }
        headers
    })
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![
        Just(Method::Invite),
        Just(Method::Register),
        token().prop_map(|name| Method::new(name).expect("a token")),
    ]
}

/// Any request.
pub(crate) fn request() -> impl Strategy<Value = Request> {
    let start = (method(), uri(), vec(via(), 1..4), address(), address());
    let rest = (
        token(),
        0..=sip_msg::CSEQ_MAX,
        option::of(any::<u8>()),
        headers(),
        vec(any::<u8>(), 0..40),
    );
    (start, rest).prop_map(
        |((method, uri, via, from, to), (call_id, cseq, hops, headers, body))| {
            let mut request = Request::new(method, uri, from, to, call_id.into(), cseq);
            request.via = via;
            request.max_forwards = hops;
            request.headers = headers;
            request.body = body.into();
            request
        },
    )
}

/// Any response.
pub(crate) fn response() -> impl Strategy<Value = Response> {
    (request(), 100_u16..700, "[^\r\n]{0,20}", headers()).prop_map(
        |(request, code, reason, headers)| {
            let mut response = request.reply(StatusCode::new(code).expect("100 to 699"));
            response.reason = reason.into();
            response.headers = headers;
            response.body = request.body;
            response
        },
    )
}
