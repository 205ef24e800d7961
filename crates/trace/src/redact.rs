//! What nobody shall read in a trace: passwords, keys of encrypted sound and keys that a caller
//! pressed never, people's numbers only when they are asked for.

/// Whether people's numbers are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// All but the last two digits of each are an `x`.
    Masked,
    /// As they were.
    Shown,
}

/// Fewer digits than these are an extension or a port and nobody's number.
const DIGITS_MIN: usize = 5;

/// Digits of a masked number that are left.
const DIGITS_SHOWN: usize = 2;

/// Headers whose values prove who somebody is.
const SECRET: [&[u8]; 4] = [
    b"authorization",
    b"proxy-authorization",
    b"authentication-info",
    b"proxy-authentication-info",
];

/// What stands in the place of such a value: still a proof by its form, for whoever parses the message.
const HIDDEN: &[u8] = b": Digest response=\"(redacted)\"\r\n";

/// The message without what is private in it. Its body keeps its length.
#[must_use]
pub fn message(bytes: &[u8], numbers: Numbers) -> Vec<u8> {
    let end =
        bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let (head, body) = bytes.split_at(end);
    let mut shown = Vec::with_capacity(bytes.len());
    let mut hidden = false;
    for (number, line) in head.split_inclusive(|byte| *byte == b'\n').enumerate() {
        // A line that begins with a space goes on with the one before it.
        if number > 0 && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            hidden = is_secret(line);
            if hidden {
                let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
                shown.extend_from_slice(name);
                shown.extend_from_slice(HIDDEN);
            }
        }
        match (hidden, numbers) {
            (true, _) => {}
            (false, Numbers::Shown) => shown.extend_from_slice(line),
            (false, Numbers::Masked) => shown.extend_from_slice(&masked(line)),
        }
    }
    shown.extend_from_slice(&hidden_body(head, body, numbers));
    shown
}

fn is_secret(line: &[u8]) -> bool {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default().trim_ascii();
    SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// The body: nothing of an INFO, which carries keys, and no key of sound.
fn hidden_body(head: &[u8], body: &[u8], numbers: Numbers) -> Vec<u8> {
    let mut body = body.to_vec();
    if head.starts_with(b"INFO ") {
        hide(&mut body);
        return body;
    }
    for line in body.split_mut(|byte| *byte == b'\n') {
        // RFC 4568 §9.1, RFC 8839 §5.4, RFC 4566 §5.12.
        if let Some(at) = find(line, b"inline:") {
            hide(line.get_mut(at + b"inline:".len()..).unwrap_or_default());
        } else if let Some(at) = find(line, b"a=ice-pwd:") {
            hide(line.get_mut(at + b"a=ice-pwd:".len()..).unwrap_or_default());
        } else if line.starts_with(b"k=") {
            hide(line.get_mut(2..).unwrap_or_default());
        } else if numbers == Numbers::Masked {
            mask_body(line);
        }
    }
    body
}

/// A line of a body: addresses as in a dialog's state or a sipfrag, and the user of a session (RFC 4566
/// §5.2).
fn mask_body(line: &mut [u8]) {
    mask_users(line);
    if line.starts_with(b"o=") {
        let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        mask(line.get_mut(..end).unwrap_or_default());
    }
}

fn hide(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| !matches!(**byte, b'\r' | b'\n')) {
        *byte = b'x';
    }
}

fn find(line: &[u8], what: &[u8]) -> Option<usize> {
    line.windows(what.len()).position(|at| at.eq_ignore_ascii_case(what))
}

/// A line of the head with its numbers masked: in the users of its URIs, and in the names before
/// them.
#[must_use]
pub fn masked(line: &[u8]) -> Vec<u8> {
    let mut line = line.to_vec();
    mask_users(&mut line);
    if line.contains(&b'<') {
        mask_names(&mut line);
    }
    line
}

fn mask_users(line: &mut [u8]) {
    for (scheme, ends) in
        [(&b"sip:"[..], &b" >\"\r\n"[..]), (b"sips:", b" >\"\r\n"), (b"tel:", b" ;,>\"\r\n")]
    {
        let mut from = 0;
        while let Some(at) = line.get(from..).and_then(|rest| find(rest, scheme)) {
            from += at + scheme.len();
            let rest = line.get_mut(from..).unwrap_or_default();
            let end = rest.iter().position(|byte| ends.contains(byte)).unwrap_or(rest.len());
            // In the other schemes a number stands before the `@`.
            let user = match rest.iter().take(end).position(|byte| *byte == b'@') {
                Some(at) => at,
                None if scheme == b"tel:" => end,
                None => 0,
            };
            mask(rest.get_mut(..user).unwrap_or_default());
        }
    }
}

/// Names stand before each `<`: from the header's colon on, and from the comma after one address.
fn mask_names(line: &mut [u8]) {
    let mut from = line.iter().position(|byte| *byte == b':').map_or(0, |at| at + 1);
    loop {
        let rest = line.get_mut(from..).unwrap_or_default();
        let Some(open) = rest.iter().position(|byte| *byte == b'<') else { return };
        mask(rest.get_mut(..open).unwrap_or_default());
        let after = rest.get(open..).unwrap_or_default();
        let Some(close) = after.iter().position(|byte| *byte == b'>') else { return };
        let after = after.get(close..).unwrap_or_default();
        let Some(comma) = after.iter().position(|byte| *byte == b',') else { return };
        from += open + close + comma;
    }
}

fn mask(text: &mut [u8]) {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits < DIGITS_MIN {
        return;
    }
    let hidden = digits - DIGITS_SHOWN;
    for digit in text.iter_mut().filter(|byte| byte.is_ascii_digit()).take(hidden) {
        *digit = b'x';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, numbers: Numbers) -> String {
        String::from_utf8(message(text.as_bytes(), numbers)).unwrap()
    }

    #[test]
    fn numbers_are_masked_wherever_an_address_stands_and_nothing_else_is() {
        for (line, expected) in [
            (
                "INVITE sip:+46701234567@192.0.2.1:50600 SIP/2.0",
                "INVITE sip:+xxxxxxxxx67@192.0.2.1:50600 SIP/2.0",
            ),
            (
                "From: \"0701 23 45 67\" <sip:0701234567@a.example>;tag=12345678",
                "From: \"xxxx xx xx 67\" <sip:xxxxxxxx67@a.example>;tag=12345678",
            ),
            (
                "P-Asserted-Identity: <tel:+46701234567;ext=1>, \"+46701234567\" <SIPS:ana@a>",
                "P-Asserted-Identity: <tel:+xxxxxxxxx67;ext=1>, \"+xxxxxxxxx67\" <SIPS:ana@a>",
            ),
            (
                "Via: SIP/2.0/UDP 192.0.2.7:50602;branch=z9hG4bK1234567",
                "Via: SIP/2.0/UDP 192.0.2.7:50602;branch=z9hG4bK1234567",
            ),
            ("To: <sip:1001@192.0.2.1>", "To: <sip:1001@192.0.2.1>"),
            (
                "Contact: <sip:192.0.2.71:50623;transport=tcp>",
                "Contact: <sip:192.0.2.71:50623;transport=tcp>",
            ),
        ] {
            let whole = |line: &str| format!("{line}\r\n\r\n");
            assert_eq!(shown(&whole(line), Numbers::Masked), whole(expected));
            assert_eq!(shown(&whole(line), Numbers::Shown), whole(line));
        }
    }

    #[test]
    fn what_proves_a_password_is_never_shown_on_however_many_lines_it_stands() {
        let text = "REGISTER sip:a SIP/2.0\r\nauthorization : Digest username=\"7\",\r\n response=\"1f\"\r\n\
            Proxy-Authorization: Digest response=\"1f\"\r\nExpires: 60\r\n\r\n";
        assert_eq!(
            shown(text, Numbers::Shown),
            "REGISTER sip:a SIP/2.0\r\nauthorization : Digest response=\"(redacted)\"\r\n\
             Proxy-Authorization: Digest response=\"(redacted)\"\r\nExpires: 60\r\n\r\n"
        );
    }

    #[test]
    fn keys_of_sound_and_keys_that_were_pressed_are_hidden_at_their_length() {
        let sdp = "INVITE sip:a SIP/2.0\r\n\r\nv=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0Rm|2^20\r\na=sendrecv\r\n";
        assert_eq!(
            shown(sdp, Numbers::Shown),
            "INVITE sip:a SIP/2.0\r\n\r\nv=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xxxxxxxxx\r\na=sendrecv\r\n"
        );
        let info = "INFO sip:a SIP/2.0\r\nContent-Length: 11\r\n\r\nSignal=5\r\n\n";
        assert!(shown(info, Numbers::Shown).ends_with("\r\n\r\nxxxxxxxx\r\n\n"));
    }

    #[test]
    fn numbers_in_bodies_are_masked_at_their_length() {
        let sdp = "INVITE sip:a SIP/2.0\r\n\r\nv=0\r\no=0701234567 7012345 1 IN IP4 192.0.2.7\r\n";
        assert_eq!(
            shown(sdp, Numbers::Masked),
            "INVITE sip:a SIP/2.0\r\n\r\nv=0\r\no=xxxxxxxx67 7012345 1 IN IP4 192.0.2.7\r\n"
        );
        let lamp = "NOTIFY sip:a SIP/2.0\r\n\r\n<target uri=\"sip:0701234567@a\"/>\r\n";
        assert!(shown(lamp, Numbers::Masked).ends_with("<target uri=\"sip:xxxxxxxx67@a\"/>\r\n"));
        assert_eq!(shown(lamp, Numbers::Shown), lamp);
    }

    #[test]
    fn whatever_comes_is_shown_somehow() {
        for text in ["", "\r\n\r\n", "sip:", "a: <", "a: <>,", "tel:", ":\r\n :\r\n", "<<>>,,<"] {
            let _ = message(text.as_bytes(), Numbers::Masked);
        }
    }
}
