//! Replaces (RFC 3891): an INVITE, or a Refer-To, that names a dialog whose place it takes.

use crate::UserAgent;
use crate::leg::State;
use ids::LegId;
use sip_msg::{Malformed, Name, Request, Response, StatusCode, Text};

/// A dialog of ours as a peer names it, and in which state it is to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replaces {
    call_id: Text,
    /// Our tag in it, which stands in the To of what the peer sends us.
    to_tag: Text,
    /// The tag of the one who is replaced.
    from_tag: Text,
    /// Only as long as it is not answered.
    early_only: bool,
}

impl Replaces {
    /// Parses the value of a Replaces header (§6.1).
    ///
    /// # Errors
    /// [`Malformed`] without a Call-ID, or if one of the two tags is missing or there twice.
    pub(crate) fn parse(value: &Text) -> Result<Self, Malformed> {
        let mut pieces = value.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let call_id = pieces.next().filter(|call_id| is_one_word(call_id));
        let (mut to_tag, mut from_tag, mut early_only) = (None, None, false);
        for piece in pieces {
            let (name, value) = name_and_value(piece);
            if name.eq_ignore_ascii_case(b"to-tag") {
                take_once(&mut to_tag, value)?;
            } else if name.eq_ignore_ascii_case(b"from-tag") {
                take_once(&mut from_tag, value)?;
            } else if name.eq_ignore_ascii_case(b"early-only") {
                early_only = true;
            }
        }
        Ok(Self {
            call_id: Text::copied(call_id.ok_or(Malformed::Params)?),
            to_tag: to_tag.ok_or(Malformed::Params)?,
            from_tag: from_tag.ok_or(Malformed::Params)?,
            early_only,
        })
    }
}

/// Takes a tag that may be there once only: of two, two readers might take one each.
fn take_once(tag: &mut Option<Text>, value: &[u8]) -> Result<(), Malformed> {
    if tag.is_some() || !is_one_word(value) {
        return Err(Malformed::Params);
    }
    *tag = Some(Text::copied(value));
    Ok(())
}

fn name_and_value(piece: &[u8]) -> (&[u8], &[u8]) {
    let at = piece.iter().position(|byte| *byte == b'=').unwrap_or(piece.len());
    let (name, value) = piece.split_at_checked(at).unwrap_or((piece, b""));
    (name.trim_ascii(), value.get(1..).unwrap_or_default().trim_ascii())
}

/// Neither empty, nor with a comma that would begin a second value, nor with white space.
fn is_one_word(word: &[u8]) -> bool {
    !word.is_empty() && !word.iter().any(|byte| *byte == b',' || byte.is_ascii_whitespace())
}

/// How a dialog that a peer names stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Its peer called us, and has no final answer yet.
    Early(LegId),
    /// It is up.
    Confirmed(LegId),
    /// Our BYE to it is out.
    Ending,
    /// There is none.
    Unknown,
}

impl UserAgent {
    /// Finds the dialog that `replaces` names, the tags in the right orientation (§3).
    pub(crate) fn named_by(&self, replaces: &Replaces) -> Named {
        let Some(id) = self.leg_named(&replaces.call_id, &replaces.to_tag, &replaces.from_tag)
        else {
            return Named::Unknown;
        };
        match self.legs.get(&id).map(|leg| &leg.state) {
            Some(State::Ringing(_)) => Named::Early(id),
            Some(State::Talking(_)) if self.is_told(id) => Named::Confirmed(id),
            Some(State::Talking(_) | State::Leaving(_)) => Named::Ending,
            // As long as several may answer it, no two tags name it.
            Some(State::Calling(_)) | None => Named::Unknown,
        }
    }

    /// The leg whose place a new INVITE is to take, if it is to take one.
    ///
    /// # Errors
    /// The answer that refuses it (§3): 400 for two Replaces or a malformed one, 481 for a dialog
    /// that is not there or that we did not begin and have not answered, 486 for one that is answered
    /// and was to be replaced before that, 603 for one that is over.
    pub(crate) fn replaced_by(&self, request: &Request) -> Result<Option<LegId>, Box<Response>> {
        if !self.config.takes_transfers() {
            // It is a call like others to whoever does not know the extension.
            return Ok(None);
        }
        let refuse = |status| Err(Box::new(request.reply(status)));
        let mut values = request.headers.all(Name::Replaces);
        let Some(value) = values.next() else { return Ok(None) };
        let (Ok(replaces), None) = (Replaces::parse(value), values.next()) else {
            return Err(Box::new(
                request.reply(StatusCode::BAD_REQUEST).with_reason("Bad Replaces"),
            ));
        };
        match self.named_by(&replaces) {
            Named::Confirmed(_) if replaces.early_only => refuse(StatusCode::BUSY_HERE),
            Named::Confirmed(leg) => Ok(Some(leg)),
            Named::Ending => refuse(StatusCode::DECLINE),
            Named::Early(_) | Named::Unknown => refuse(StatusCode::CALL_DOES_NOT_EXIST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &'static str) -> Option<Replaces> {
        Replaces::parse(&Text::from(value)).ok()
    }

    #[test]
    fn a_replaces_names_a_dialog_whatever_its_order_and_case() {
        let replaces = parse("98732@sip.example.com ;From-Tag=r33 ; to-tag=7743").unwrap();
        assert_eq!(replaces.call_id, "98732@sip.example.com");
        assert_eq!((replaces.to_tag, replaces.from_tag), ("7743".into(), "r33".into()));
        assert!(!replaces.early_only);
        assert!(parse("c;to-tag=0;from-tag=1;early-only;x=y").unwrap().early_only);
    }

    #[test]
    fn a_replaces_without_its_three_names_or_with_one_twice_is_malformed() {
        for value in [
            "",
            ";to-tag=1;from-tag=2",
            "c",
            "c;to-tag=1",
            "c;from-tag=1",
            "c;to-tag=;from-tag=2",
            "c;to-tag;from-tag=2",
            "c;to-tag=1;to-tag=1;from-tag=2",
            "c;to-tag=1;from-tag=2, d;to-tag=1;from-tag=2",
        ] {
            assert_eq!(parse(value), None, "{value}");
        }
    }
}
