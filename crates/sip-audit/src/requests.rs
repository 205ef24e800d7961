//! The rules of requests, but those of ACK and CANCEL.

use crate::acks;
use crate::breach::{Needed, Rule};
use crate::cancels;
use crate::dialog::Described;
use crate::talk::Talk;
use crate::transaction::{Answered, Asked, PATIENCE, Transaction, has_sdp};
use bytes::Bytes;
use clock::Moment;
use sip_msg::{Method, Name, Request, Text};

/// RFC 3261 §8.1.1.7.
const COOKIE: &[u8] = b"z9hG4bK";

/// Judges a request that the agent says, and remembers it. `is_used` tells whether another Call-ID had
/// its branch.
pub(crate) fn judge(
    talk: &mut Talk,
    now: Moment,
    request: &Request,
    bytes: &Bytes,
    is_used: bool,
) -> Result<(), Rule> {
    talk.latest = now;
    let transaction = Transaction::of(request);
    // An ACK for another answer, of a peer that forgot its first, is another ACK (§17.1.1.3).
    let is_for = |asked: &Asked| request.method != Method::Ack || asked.request.to == request.to;
    if let Some(asked) = talk.said.get(&transaction).filter(|asked| is_for(asked)) {
        return if asked.bytes == *bytes { Ok(()) } else { Err(Rule::SameCopy) };
    }
    complete(&transaction, request)?;
    cookie(&transaction)?;
    match request.method {
        Method::Ack => acks::acknowledges(talk, &transaction, request)?,
        Method::Cancel => cancels::cancels(talk, &transaction, request)?,
        Method::Invite
        | Method::Bye
        | Method::Options
        | Method::Register
        | Method::Prack
        | Method::Update
        | Method::Info
        | Method::Refer
        | Method::Notify
        | Method::Subscribe
        | Method::Message
        | Method::Publish
        | Method::Other(_) => {
            fresh_branch(talk, &transaction, is_used)?;
            numbered(talk, &transaction, request)?;
            in_dialog(talk, request)?;
            one_invite(talk, now, request)?;
            acks::acknowledges_provisional(talk, &transaction, request)?;
            bye_after_ack(talk, now, request)?;
        }
    }
    described(talk, now, &transaction, request)?;
    talk.said.insert(transaction, Asked::new(now, request, bytes));
    if request.method == Method::Bye
        && let Some(dialog) = talk.dialog_of(request)
    {
        dialog.is_over = true;
    }
    Ok(())
}

/// §8.1.1, §8.1.1.8, and the tables of RFC 3311, 3515 and 6665.
fn complete(of: &Transaction, request: &Request) -> Result<(), Rule> {
    if request.max_forwards.is_none() {
        return Err(Rule::Header(Needed { name: "Max-Forwards", section: "§8.1.1.6" }));
    }
    if of.from_tag.is_none() {
        return Err(Rule::Header(Needed { name: "a tag in From", section: "§8.1.1.3" }));
    }
    let names_itself = match request.method {
        Method::Invite | Method::Update | Method::Subscribe | Method::Refer | Method::Notify => {
            true
        }
        Method::Ack
        | Method::Bye
        | Method::Cancel
        | Method::Options
        | Method::Register
        | Method::Prack
        | Method::Info
        | Method::Message
        | Method::Publish
        | Method::Other(_) => false,
    };
    if names_itself && request.headers.all(Name::Contact).count() != 1 {
        return Err(Rule::Header(Needed { name: "Contact", section: "§8.1.1.8" }));
    }
    Ok(())
}

/// §8.1.1.7.
fn cookie(of: &Transaction) -> Result<(), Rule> {
    match of.branch.as_ref().filter(|branch| branch.as_bytes().starts_with(COOKIE)) {
        Some(_) => Ok(()),
        None => Err(Rule::Cookie),
    }
}

/// §8.1.1.7: each transaction has a branch of its own.
fn fresh_branch(talk: &Talk, of: &Transaction, is_used: bool) -> Result<(), Rule> {
    if is_used || talk.said.keys().any(|other| other.branch == of.branch) {
        return Err(Rule::FreshBranch);
    }
    Ok(())
}

/// §12.2.1.1: the next number in a dialog. A subscription that outlives its call leaves room for the
/// numbers of the BYE, and is understood all the same (§12.2.2). What may begin a dialog has any number at first, and a higher
/// one when it is tried again.
fn numbered(talk: &mut Talk, of: &Transaction, request: &Request) -> Result<(), Rule> {
    let ours = of.from_tag.clone().unwrap_or_default();
    let theirs = request.to.tag().unwrap_or_default();
    // Each dialog that an INVITE brings about goes on from its number.
    let first = (ours.clone(), Text::default());
    let own = (ours, theirs);
    let before = talk.cseqs.get(&own).max(talk.cseqs.get(&first)).copied();
    let outlives = request.method == Method::Notify;
    let is_allowed = before.is_some() || talk.earlier.allows(&own, of.cseq);
    talk.cseqs.insert(own, of.cseq);
    match before {
        Some(last) if outlives && of.cseq > last => Ok(()),
        Some(last) if Some(of.cseq) != last.checked_add(1) => Err(Rule::CSeq),
        Some(_) => Ok(()),
        None if is_allowed => Ok(()),
        None => Err(Rule::CSeq),
    }
}

/// §12.2, §15: there is a dialog, and nobody has said BYE in it. A subscription outlives that (RFC 5057).
fn in_dialog(talk: &Talk, request: &Request) -> Result<(), Rule> {
    let (Some(ours), Some(theirs)) = (request.from.tag(), request.to.tag()) else {
        let must_be =
            matches!(request.method, Method::Bye | Method::Prack | Method::Update | Method::Info);
        return if must_be { Err(Rule::InDialog) } else { Ok(()) };
    };
    let Some(dialog) = talk.dialogs.get(&(ours.clone(), theirs.clone())) else {
        return Err(Rule::InDialog);
    };
    let outlives = match request.method {
        Method::Notify | Method::Subscribe => true,
        // Once more with credentials.
        Method::Bye => said_bye(talk, request),
        Method::Invite
        | Method::Ack
        | Method::Cancel
        | Method::Options
        | Method::Register
        | Method::Prack
        | Method::Update
        | Method::Info
        | Method::Refer
        | Method::Message
        | Method::Publish
        | Method::Other(_) => false,
    };
    if dialog.is_over && !outlives { Err(Rule::AfterBye) } else { Ok(()) }
}

/// Whether the agent's BYE in this dialog was refused for want of credentials.
fn said_bye(talk: &Talk, bye: &Request) -> bool {
    talk.said.iter().any(|(of, asked)| {
        of.method == Method::Bye
            && (of.from_tag.clone(), asked.request.to.tag()) == (bye.from.tag(), bye.to.tag())
            && matches!(asked.last, Some(401 | 407))
    })
}

/// §14.1: no INVITE while another one of the dialog, of either side, has no final answer.
fn one_invite(talk: &Talk, now: Moment, request: &Request) -> Result<(), Rule> {
    let (Some(ours), Some(theirs)) = (request.from.tag(), request.to.tag()) else { return Ok(()) };
    if request.method != Method::Invite {
        return Ok(());
    }
    let own = talk.said.iter().any(|(of, asked)| {
        of.method == Method::Invite
            && (of.from_tag.clone(), asked.request.to.tag())
                == (Some(ours.clone()), Some(theirs.clone()))
            && asked.last.is_none()
            && now.since(asked.at) < PATIENCE
    });
    let other = talk.heard.iter().any(|(of, answered)| {
        of.method == Method::Invite
            && (answered.request.to.tag(), of.from_tag.clone())
                == (Some(ours.clone()), Some(theirs.clone()))
            && answered.last.as_ref().is_some_and(|(status, _)| *status < 200)
    });
    if own || other { Err(Rule::OneInvite) } else { Ok(()) }
}

/// §15: who was called says BYE when its 2xx is acknowledged, or when nobody has in 64·T1.
fn bye_after_ack(talk: &Talk, now: Moment, request: &Request) -> Result<(), Rule> {
    if request.method != Method::Bye {
        return Ok(());
    }
    let waits = |answered: &Answered| match answered.ended {
        Some(at) => answered.acknowledged.is_none() && now.since(at) < PATIENCE,
        // It has not even answered.
        None => true,
    };
    let first = talk.heard.iter().find(|(of, answered)| {
        of.method == Method::Invite
            && answered.request.to.tag().is_none()
            && (answered.to_tag.clone(), of.from_tag.clone())
                == (request.from.tag(), request.to.tag())
    });
    match first {
        Some((_, answered)) if waits(answered) => Err(Rule::ByeAfterAck),
        Some(_) | None => Ok(()),
    }
}

/// What a description in a request is, and whether there has to be one.
fn described(
    talk: &mut Talk,
    now: Moment,
    of: &Transaction,
    request: &Request,
) -> Result<(), Rule> {
    let has_sdp = has_sdp(request.headers.get(Name::ContentType), &request.body);
    if has_sdp && let Some(ours) = request.from.tag() {
        origin(talk, &ours, &request.body)?;
    }
    let answered: Vec<Transaction> = match request.method {
        Method::Ack => talk.invites(of, of.cseq).map(|(invite, _)| invite.clone()).collect(),
        Method::Prack => {
            talk.said.keys().filter(|it| it.method == Method::Invite).cloned().collect()
        }
        Method::Invite
        | Method::Bye
        | Method::Cancel
        | Method::Options
        | Method::Register
        | Method::Update
        | Method::Info
        | Method::Refer
        | Method::Notify
        | Method::Subscribe
        | Method::Message
        | Method::Publish
        | Method::Other(_) => Vec::new(),
    };
    let Some(dialog) = talk.dialog_of(request) else { return Ok(()) };
    let owed = answered.iter().find(|invite| dialog.owes(invite));
    match (has_sdp, owed) {
        (true, Some(invite)) => {
            dialog.settles(invite);
            Ok(())
        }
        (true, None) => dialog.offers(now, of),
        (false, Some(_)) => Err(Rule::Description),
        (false, None) => Ok(()),
    }
}

/// RFC 3264 §8: what is described under a tag has one origin, and a version for each change.
pub(crate) fn origin(talk: &mut Talk, ours: &Text, sdp: &Bytes) -> Result<(), Rule> {
    let Some(described) = Described::read(sdp) else { return Ok(()) };
    let kept = match talk.described.get(ours) {
        Some(before) => described.follows(before),
        None if talk.earlier.allows_description(ours, &described) => Ok(()),
        None => Err(Rule::Version),
    };
    talk.described.insert(ours.clone(), described);
    kept
}
