//! The rules of ACK and PRACK.

use crate::breach::Rule;
use crate::talk::Talk;
use crate::transaction::{Asked, Transaction};
use sip_msg::{Method, Name, Request, Text};

/// §13.2.2.4, §17.1.1.3: there is an answer to acknowledge, and the branch says of which kind.
pub(crate) fn acknowledges(talk: &mut Talk, of: &Transaction, ack: &Request) -> Result<(), Rule> {
    let invite = of.with_method(Method::Invite);
    if let Some(asked) = talk.said.get(&invite) {
        return match asked.last {
            Some(200..300) => Err(Rule::AckBranch),
            Some(_) => like_invite(asked, ack),
            None => Err(Rule::AcksSomething),
        };
    }
    let tag = ack.to.tag();
    let dialog = of.from_tag.clone().zip(tag.clone());
    if dialog.is_some_and(|key| talk.strays.contains(&(of.cseq, key))) {
        return Ok(());
    }
    let mut invites = talk.said.iter_mut().filter(|(it, _)| {
        it.method == Method::Invite && it.cseq == of.cseq && it.from_tag == of.from_tag
    });
    let Some((_, asked)) = invites.find(|(_, asked)| asked.last.is_some()) else {
        return Err(Rule::AcksSomething);
    };
    match asked.successes.get_mut(&tag) {
        Some(is_acknowledged) => *is_acknowledged = true,
        None if asked.refused_by.is_some() => return Err(Rule::AckBranch),
        None => return Err(Rule::AcksSomething),
    }
    credentials(asked, ack)
}

/// §17.1.1.3: Request-URI, Route and From of the INVITE, To of the answer, one Via.
fn like_invite(asked: &Asked, ack: &Request) -> Result<(), Rule> {
    let invite = &asked.request;
    let is_like = ack.uri == invite.uri
        && ack.from == invite.from
        && Some(ack.to.tag()) == asked.refused_by.as_ref().map(|to| to.tag())
        && ack.via.len() == 1
        && all(ack, Name::Route) == all(invite, Name::Route);
    if is_like { Ok(()) } else { Err(Rule::AckLikeInvite) }
}

/// §13.2.2.4. They answer whoever asked for them: an ACK that goes to another host may go without, for
/// what is enough to try passwords with is nobody else's.
fn credentials(asked: &Asked, ack: &Request) -> Result<(), Rule> {
    let proofs = [Name::Authorization, Name::ProxyAuthorization];
    if ack.uri.host() != asked.request.uri.host()
        && !proofs.iter().any(|name| ack.headers.has(name))
    {
        return Ok(());
    }
    for header in proofs {
        if all(ack, header.clone()) != all(&asked.request, header) {
            return Err(Rule::AckCredentials);
        }
    }
    Ok(())
}

pub(crate) fn all(request: &Request, name: Name) -> Vec<&Text> {
    request.headers.all(name).collect()
}

/// RFC 3262 §7.2: `RAck: RSeq CSeq method`, once for each (§4) unless we are asked who we are.
pub(crate) fn acknowledges_provisional(
    talk: &mut Talk,
    of: &Transaction,
    prack: &Request,
) -> Result<(), Rule> {
    if prack.method != Method::Prack {
        return Ok(());
    }
    let value = prack.headers.get(Name::RAck).map(|value| value.to_str_lossy().into_owned());
    let mut fields = value.as_deref().unwrap_or_default().split_ascii_whitespace();
    let (rseq, cseq) = (fields.next().map(str::parse), fields.next().map(str::parse));
    let (Some(Ok(rseq)), Some(Ok(cseq)), Some("INVITE")) = (rseq, cseq, fields.next()) else {
        return Err(Rule::RAck);
    };
    let tag = prack.to.tag();
    let heard = (tag.clone(), rseq);
    let invite = talk.invites(of, cseq).find(|(_, asked)| asked.reliable.contains(&heard));
    let Some((invite, _)) = invite else { return Err(Rule::RAck) };
    let acknowledged = (invite.clone(), tag, rseq);
    let is_first = talk.pracked.insert(acknowledged);
    if is_first || were_challenged(talk, prack) { Ok(()) } else { Err(Rule::RAck) }
}

/// Whether each PRACK before for the same was answered by a challenge.
fn were_challenged(talk: &Talk, prack: &Request) -> bool {
    let is_same = |before: &Request| {
        before.method == Method::Prack
            && before.to.tag() == prack.to.tag()
            && all(before, Name::RAck) == all(prack, Name::RAck)
    };
    let mut before = talk.said.values().filter(|asked| is_same(&asked.request));
    before.all(|asked| matches!(asked.last, Some(401 | 407)))
}
