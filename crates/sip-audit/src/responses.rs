//! The rules of responses.

use crate::breach::{Needed, Rule};
use crate::requests::origin;
use crate::talk::{Talk, begins_dialog};
use crate::transaction::{Answered, Transaction, has_sdp, number};
use bytes::Bytes;
use clock::Moment;
use sip_msg::{Method, Name, Response, Via};

/// Judges a response that the agent says, and remembers it.
pub(crate) fn judge(
    talk: &mut Talk,
    now: Moment,
    response: &Response,
    bytes: &Bytes,
) -> Result<(), Rule> {
    talk.latest = now;
    let of = Transaction::answered_by(response);
    let Some(answered) = talk.heard.get_mut(&of) else { return Err(Rule::AnswersSomething) };
    echoes(answered, response)?;
    // §9.2: a copy of a CANCEL that comes when its INVITE has been forgotten matches nothing any more.
    let is_stray = of.method == Method::Cancel && response.status.code() == 481;
    if is_stray && response.to.tag().is_some() {
        return Ok(());
    }
    tagged(answered, response)?;
    let is_copy = final_once(answered, response, bytes)?;
    if is_copy {
        return Ok(());
    }
    timely(&of, response)?;
    complete(&of, response)?;
    routed(&of, answered, response)?;
    numbered(answered, response, bytes)?;
    answered.last = Some((response.status.code(), bytes.clone()));
    if response.status.is_final() {
        answered.ended.get_or_insert(now);
    }
    begin(talk, &of, response)?;
    described(talk, now, &of, response)
}

/// §8.2.6.2: Via, From and To come back; the top Via with where it came from (§18.2.1).
fn echoes(answered: &Answered, response: &Response) -> Result<(), Rule> {
    let plain = |vias: &[Via]| {
        let mut vias = vias.to_vec();
        if let Some(top) = vias.first_mut() {
            let mut params = top.params();
            params.remove("received");
            params.remove("rport");
            *top = top.with_params(params);
        }
        vias
    };
    let is_same = plain(&answered.request.via) == plain(&response.via)
        && answered.request.from == response.from
        && answered.request.to.uri() == response.to.uri()
        && (answered.request.to.tag().is_none() || answered.request.to.tag() == response.to.tag());
    if is_same { Ok(()) } else { Err(Rule::Echo) }
}

/// §8.2.6.2: a tag in To, and the same one each time.
fn tagged(answered: &mut Answered, response: &Response) -> Result<(), Rule> {
    match (response.to.tag(), &answered.to_tag) {
        (None, _) if response.status.code() == 100 => Ok(()),
        (None, _) => Err(Rule::Tag),
        (Some(tag), Some(before)) if tag != *before => Err(Rule::OneTag),
        (Some(tag), _) => {
            answered.to_tag = Some(tag.clone());
            Ok(())
        }
    }
}

/// §17.2: nothing else follows a final answer, and it is sent again as it was. Tells whether this is
/// such a copy.
fn final_once(answered: &Answered, response: &Response, bytes: &Bytes) -> Result<bool, Rule> {
    match &answered.last {
        Some((200.., last)) if last == bytes => Ok(true),
        // §8.2.7: who is unknown is challenged without state, each copy with a nonce of its own.
        Some((last @ (401 | 407), _)) if *last == response.status.code() => Ok(true),
        Some((last @ 200.., _)) if *last == response.status.code() => Err(Rule::SameCopy),
        Some((200.., _)) => Err(Rule::FinalOnce),
        Some(_) | None => Ok(false),
    }
}

/// RFC 4320 §4.
fn timely(of: &Transaction, response: &Response) -> Result<(), Rule> {
    match (&of.method, response.status.code()) {
        (Method::Invite, _) => Ok(()),
        (_, 408) => Err(Rule::NoTimeout),
        (_, 101..200) => Err(Rule::NoProgress),
        (_, _) => Ok(()),
    }
}

/// What an answer of this status cannot be understood without.
fn complete(of: &Transaction, response: &Response) -> Result<(), Rule> {
    let reachable = matches!(of.method, Method::Invite | Method::Update | Method::Subscribe);
    let needed = match response.status.code() {
        200..300 if reachable => Some((Name::Contact, "Contact", "§12.1.1")),
        401 => Some((Name::WwwAuthenticate, "WWW-Authenticate", "§21.4.2")),
        405 => Some((Name::Allow, "Allow", "§21.4.6")),
        407 => Some((Name::ProxyAuthenticate, "Proxy-Authenticate", "§21.4.8")),
        415 => Some((Name::Accept, "Accept", "§21.4.13")),
        420 => Some((Name::Unsupported, "Unsupported", "§21.4.15")),
        422 => Some((Name::MinSe, "Min-SE", "RFC 4028 §6")),
        423 => Some((Name::MinExpires, "Min-Expires", "§21.4.17")),
        489 => Some((Name::AllowEvents, "Allow-Events", "RFC 6665 §8.3.2")),
        _ => None,
    };
    match needed {
        Some((header, name, section)) if !response.headers.has(&header) => {
            Err(Rule::Header(Needed { name, section }))
        }
        Some(_) | None => Ok(()),
    }
}

/// §12.1.1: who is called repeats the route by which the dialog goes on.
fn routed(of: &Transaction, answered: &Answered, response: &Response) -> Result<(), Rule> {
    if !begins_dialog(&of.method, response.status.code()) || response.to.tag().is_none() {
        return Ok(());
    }
    let asked = answered.request.headers.all(Name::RecordRoute);
    if response.headers.all(Name::RecordRoute).eq(asked) { Ok(()) } else { Err(Rule::RecordRoute) }
}

/// RFC 3262 §3: for who supports it; a new reliable answer has the next number, a copy is one.
fn numbered(answered: &mut Answered, response: &Response, bytes: &Bytes) -> Result<(), Rule> {
    let Some(rseq) = number(response.headers.get(Name::RSeq)) else { return Ok(()) };
    if !answered.speaks_100rel() {
        return Err(Rule::ReliableWanted);
    }
    if let Some(before) = answered.reliable.get(&rseq) {
        return if before == bytes { Ok(()) } else { Err(Rule::SameCopy) };
    }
    match answered.rseq {
        Some(last) if Some(rseq) != last.checked_add(1) => return Err(Rule::RSeq),
        None if !(1..1 << 31).contains(&rseq) => return Err(Rule::RSeq),
        Some(_) | None => {}
    }
    answered.rseq = Some(rseq);
    answered.reliable.insert(rseq, bytes.clone());
    Ok(())
}

/// The dialog that this answer begins, or that its BYE ends.
fn begin(talk: &mut Talk, of: &Transaction, response: &Response) -> Result<(), Rule> {
    let (Some(ours), Some(theirs)) = (response.to.tag(), response.from.tag()) else {
        return Ok(());
    };
    let key = (ours.clone(), theirs.clone());
    if of.method == Method::Bye && response.status.is_success() {
        if let Some(dialog) = talk.dialogs.get_mut(&key) {
            dialog.is_over = true;
        }
        return Ok(());
    }
    if begins_dialog(&of.method, response.status.code()) && !talk.dialogs.contains_key(&key) {
        let dialog = talk.dialogs.entry(key).or_default();
        if talk.heard.get(of).is_some_and(Answered::has_sdp) {
            dialog.is_offered(of);
        }
    }
    Ok(())
}

/// What a description in a response is, and whether there has to be one.
fn described(
    talk: &mut Talk,
    now: Moment,
    of: &Transaction,
    response: &Response,
) -> Result<(), Rule> {
    let (Some(ours), Some(theirs)) = (response.to.tag(), response.from.tag()) else {
        return Ok(());
    };
    let has_sdp = has_sdp(response.headers.get(Name::ContentType), &response.body);
    if has_sdp {
        origin(talk, &ours, &response.body)?;
    }
    let Some(answered) = talk.heard.get_mut(of) else { return Ok(()) };
    let Some(dialog) = talk.dialogs.get_mut(&(ours.clone(), theirs.clone())) else { return Ok(()) };
    let status = response.status;
    if status.is_final() && !status.is_success() {
        dialog.settles(of);
        return Ok(());
    }
    let is_reliable = response.headers.has(Name::RSeq);
    if !status.is_success() && !is_reliable {
        return Ok(());
    }
    let owes = dialog.owes(of);
    match (has_sdp, of.method == Method::Invite) {
        (true, _) if owes => {
            dialog.settles(of);
            Ok(())
        }
        (true, true) if !answered.has_sdp() => {
            answered.has_offered = true;
            dialog.offers(now, of)
        }
        // The answer once more.
        (true, _) => Ok(()),
        (false, _) if owes && status.is_success() => Err(Rule::Description),
        // §13.3.1.4: whoever was asked without an offer makes one.
        (false, true) if status.is_success() && !answered.has_sdp() && !answered.has_offered => {
            Err(Rule::Description)
        }
        (false, _) => Ok(()),
    }
}
