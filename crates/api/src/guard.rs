//! Keeps web pages of strangers out, and says so in the headers of every answer.

use axum::body::Body;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::counter;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Answers 421 unless the request names this machine by address or as `localhost`.
///
/// A page on the web can have its own name resolved to 127.0.0.1 and then ask through the
/// visitor's browser (DNS rebinding). The browser still sends that name as `Host`.
pub(crate) async fn local_names_only(request: Request, next: Next) -> Response {
    if is_local(request.headers()) {
        return next.run(request).await;
    }
    counter!("http_refused_total", "reason" => "host").increment(1);
    let said = "ask for this server by its address or as localhost";
    error(StatusCode::MISDIRECTED_REQUEST, said)
}

/// Adds the headers that keep a browser from making more of an answer than it is.
pub(crate) async fn with_headers(mut response: Response<Body>) -> Response<Body> {
    const ALWAYS: [(HeaderName, &str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in ALWAYS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// An error as all our errors are: a status, and a JSON object with the reason.
pub(crate) fn error(status: StatusCode, said: &str) -> Response {
    (status, axum::Json(serde_json::json!({ "error": said }))).into_response()
}

fn is_local(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    // RFC 9112 §3.2: one Host, no more and no fewer.
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().is_ok_and(names_this_machine),
        (_, _) => false,
    }
}

fn names_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let host = authority.host();
    let v6 = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok()
        || v6.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_localhost_name_this_machine_and_nothing_else_does() {
        for host in ["localhost", "LocalHost:8080", "127.0.0.1:8080", "10.0.0.7", "[::1]:8080"] {
            assert!(names_this_machine(host), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example:8080", "127.0.0.1.evil.example"] {
            assert!(!names_this_machine(host), "{host}");
        }
        for host in ["user@evil.example", "localhost:8080@evil.example", "[evil]", "::1", ":80"] {
            assert!(!names_this_machine(host), "{host}");
        }
    }

    #[test]
    fn a_request_has_one_host() {
        let mut headers = HeaderMap::new();
        assert!(!is_local(&headers));
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
        assert!(is_local(&headers));
        headers.append(header::HOST, HeaderValue::from_static("localhost"));
        assert!(!is_local(&headers));
    }
}
