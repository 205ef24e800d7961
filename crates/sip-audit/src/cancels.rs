//! The rules of CANCEL.

use crate::acks::all;
use crate::breach::Rule;
use crate::talk::Talk;
use crate::transaction::Transaction;
use sip_msg::{Method, Name, Request};

/// §9.1: the INVITE of the same branch and number rings, and the CANCEL is like it.
pub(crate) fn cancels(talk: &Talk, of: &Transaction, cancel: &Request) -> Result<(), Rule> {
    let invite = of.with_method(Method::Invite);
    let Some(asked) = talk.said.get(&invite).filter(|asked| asked.has_rung) else {
        return Err(Rule::CancelsSomething);
    };
    if asked.last.is_some() {
        return Err(Rule::CancelsSomething);
    }
    let invite = &asked.request;
    let is_like = cancel.uri == invite.uri
        && (&cancel.from, &cancel.to) == (&invite.from, &invite.to)
        && all(cancel, Name::Route) == all(invite, Name::Route)
        && cancel.via.len() == 1
        && !cancel.headers.has(Name::Require)
        && !cancel.headers.has(Name::ProxyRequire);
    if is_like { Ok(()) } else { Err(Rule::CancelLikeInvite) }
}
