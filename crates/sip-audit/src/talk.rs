//! Everything that has one Call-ID, and what is learned of it by listening.

use crate::dialog::{Described, Dialog, DialogKey};
use crate::transaction::{Answered, Asked, PATIENCE, Transaction, has_sdp, number};
use clock::{Duration, Moment};
use sip_msg::{Method, Name, Request, Response, Text};
use std::collections::{BTreeMap, BTreeSet};

/// How long nothing may be said in a talk that is over before it is forgotten: longer than anybody
/// sends a copy.
const QUIET: Duration = Duration::from_secs(70);

/// What is known of one Call-ID.
#[derive(Debug, Default)]
pub(crate) struct Talk {
    pub(crate) heard: BTreeMap<Transaction, Answered>,
    pub(crate) said: BTreeMap<Transaction, Asked>,
    /// The last number of ours in each dialog; without their tag, that of what may begin one.
    pub(crate) cseqs: BTreeMap<DialogKey, u32>,
    pub(crate) dialogs: BTreeMap<DialogKey, Dialog>,
    /// What was described last under each tag of ours.
    pub(crate) described: BTreeMap<Text, Described>,
    /// Reliable provisional answers that were acknowledged.
    pub(crate) pracked: BTreeSet<(Transaction, Option<Text>, u32)>,
    /// 2xx to INVITEs that the agent has not said, by the number and the dialog: it has been killed since.
    pub(crate) strays: BTreeSet<(u32, DialogKey)>,
    pub(crate) latest: Moment,
    /// What another process said last under our name, if the agent has been started again.
    pub(crate) earlier: Earlier,
}

/// What an agent that was started again goes on from.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    cseqs: BTreeMap<DialogKey, u32>,
    described: BTreeMap<Text, Described>,
}

impl Talk {
    /// Nothing more comes of it.
    pub(crate) fn is_over(&self, now: Moment) -> bool {
        now.since(self.latest) >= QUIET && self.dialogs.values().all(|dialog| dialog.is_over)
    }

    pub(crate) fn hear_request(&mut self, now: Moment, request: &Request) {
        self.latest = now;
        let transaction = Transaction::of(request);
        match request.method {
            Method::Ack => self.hear_ack(now, request, &transaction),
            Method::Invite
            | Method::Bye
            | Method::Cancel
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
            | Method::Other(_) => self.hear_question(now, request, transaction),
        }
    }

    fn hear_question(&mut self, now: Moment, request: &Request, transaction: Transaction) {
        let known = self.heard.get(&transaction);
        if known.is_some_and(|known| !known.may_be_forgotten(now)) {
            return;
        }
        if let (Some(ours), Some(theirs)) = (request.to.tag(), request.from.tag()) {
            self.hear_of_dialog(now, &ours, &theirs);
        }
        if has_sdp(request.headers.get(Name::ContentType), &request.body) {
            self.hear_description(request, &transaction);
        }
        self.heard.insert(transaction, Answered::new(request));
        // §12.1.2: a NOTIFY may come before the 2xx of the SUBSCRIBE.
        if request.method == Method::Notify
            && let (Some(ours), Some(theirs)) = (request.to.tag(), request.from.tag())
        {
            self.dialogs.entry((ours.clone(), theirs.clone())).or_default();
        }
    }

    /// Who asks something in a dialog has heard the 2xx that began it, even when its ACK is lost.
    fn hear_of_dialog(&mut self, now: Moment, ours: &Text, theirs: &Text) {
        for (of, answered) in &mut self.heard {
            let tags = (answered.to_tag.as_ref(), of.from_tag.as_ref());
            let is_first = of.method == Method::Invite && answered.request.to.tag().is_none();
            if is_first && tags == (Some(ours), Some(theirs)) {
                answered.acknowledged.get_or_insert(now);
            }
        }
    }

    /// A description in a request: an offer, but in a PRACK perhaps the answer to one.
    fn hear_description(&mut self, request: &Request, transaction: &Transaction) {
        let (Some(ours), Some(theirs)) = (request.to.tag(), request.from.tag()) else { return };
        let Some(dialog) = self.dialogs.get_mut(&(ours.clone(), theirs.clone())) else { return };
        let answers = self.heard.iter().find(|(of, invite)| {
            of.method == Method::Invite && invite.has_offered && dialog.awaits(of)
        });
        match answers {
            Some((invite, _)) if request.method == Method::Prack => {
                dialog.settles(invite);
            }
            Some(_) | None => dialog.is_offered(transaction),
        }
    }

    /// The ACK of a 2xx has another branch than its INVITE, that of a refusal the same.
    fn hear_ack(&mut self, now: Moment, ack: &Request, transaction: &Transaction) {
        let invite = transaction.with_method(Method::Invite);
        let alike = self.heard.iter_mut().find(|(of, answered)| {
            (&of.from_tag, of.cseq, &of.method) == (&invite.from_tag, invite.cseq, &invite.method)
                && answered.to_tag == ack.to.tag()
        });
        let Some((invite, answered)) = alike else { return };
        answered.acknowledged.get_or_insert(now);
        if let (Some(ours), Some(theirs)) = (ack.to.tag(), ack.from.tag())
            && let Some(dialog) = self.dialogs.get_mut(&(ours.clone(), theirs.clone()))
        {
            dialog.settles(invite);
        }
    }

    pub(crate) fn hear_response(&mut self, now: Moment, response: &Response) {
        self.latest = now;
        let transaction = Transaction::answered_by(response);
        let Some(asked) = self.said.get_mut(&transaction) else {
            return self.hear_stray(&transaction, response);
        };
        let (status, tag) = (response.status, response.to.tag());
        // What comes later finds an INVITE that was given up (§17.1.1.2).
        asked.has_rung |= status.is_provisional() && now.since(asked.at) < PATIENCE;
        let rseq = number(response.headers.get(Name::RSeq));
        if let Some(rseq) = rseq {
            asked.reliable.insert((tag.clone(), rseq));
        }
        let is_final = status.is_final();
        if is_final && asked.last.is_none() {
            asked.last = Some(status.code());
        }
        let after_refusal = status.is_success() && asked.refused_by.is_some();
        if status.is_success() && !after_refusal {
            asked.succeeded.get_or_insert(now);
            asked.successes.entry(tag.clone()).or_insert(false);
        } else if status.code() >= 300 {
            asked.refused_by = Some(response.to.clone());
        }
        if after_refusal {
            // §17.1.1.2: it is of a peer that forgot the refusal. It may be passed over, or, once the INVITE is
            // forgotten, be taken for an answer to nothing that was asked.
            self.may_be_ended(&transaction, response);
            return;
        }
        let begins = begins_dialog(&transaction.method, status.code());
        let has_offered = asked.has_sdp();
        let description = has_sdp(response.headers.get(Name::ContentType), &response.body);
        if let (Some(ours), Some(theirs)) = (response.from.tag(), tag) {
            let key = (ours.clone(), theirs);
            let is_new = !self.dialogs.contains_key(&key);
            if begins && is_new {
                let mut dialog = Dialog::default();
                if has_offered {
                    // It is open in each branch (§13.2.2.4); nothing was open before.
                    let _ = dialog.offers(now, &transaction);
                }
                self.dialogs.insert(key.clone(), dialog);
            }
            if let Some(dialog) = self.dialogs.get_mut(&key) {
                let is_binding = status.is_success() || rseq.is_some();
                if is_binding && description && !has_offered && transaction.method == Method::Invite
                {
                    dialog.is_offered(&transaction);
                } else if is_binding && description || status.is_success() {
                    dialog.settles(&transaction);
                }
            }
        }
        if status.code() >= 300 {
            self.dialogs.values_mut().for_each(|dialog| {
                dialog.settles(&transaction);
            });
        }
    }

    /// Whoever has an answer to what it has not asked, and ends the call that has begun with it, breaks no rule.
    fn hear_stray(&mut self, of: &Transaction, response: &Response) {
        if self.invites(of, of.cseq).next().is_none() {
            self.may_be_ended(of, response);
        }
    }

    /// A 2xx to an INVITE that nobody knows of may be acknowledged, and the call be ended that has begun with it.
    fn may_be_ended(&mut self, of: &Transaction, response: &Response) {
        let is_answer = of.method == Method::Invite && response.status.is_success();
        let (Some(ours), Some(theirs)) = (response.from.tag(), response.to.tag()) else { return };
        if is_answer {
            let key = (ours, theirs);
            self.strays.insert((of.cseq, key.clone()));
            self.cseqs.entry(key.clone()).or_insert(of.cseq);
            self.dialogs.entry(key).or_default();
        }
    }

    /// The agent has been killed and started again: what was asked it does not know any more, and what it asks in a dialog
    /// is by higher numbers than before.
    pub(crate) fn starts_anew(&mut self) {
        self.heard.clear();
        self.said.clear();
        self.pracked.clear();
        self.dialogs.values_mut().for_each(Dialog::starts_anew);
        self.earlier.cseqs.append(&mut self.cseqs);
        self.earlier.described.append(&mut self.described);
    }

    /// The agent's INVITEs with this tag and number.
    pub(crate) fn invites(
        &self,
        of: &Transaction,
        cseq: u32,
    ) -> impl Iterator<Item = (&Transaction, &Asked)> {
        self.said.iter().filter(move |(found, _)| {
            found.method == Method::Invite && found.cseq == cseq && found.from_tag == of.from_tag
        })
    }

    pub(crate) fn dialog_of(&mut self, request: &Request) -> Option<&mut Dialog> {
        let key = (request.from.tag()?, request.to.tag()?);
        self.dialogs.get_mut(&key)
    }
}

impl Earlier {
    /// §12.2.1.1: who does not know for sure what number was last goes on from a higher one.
    pub(crate) fn allows(&self, of: &DialogKey, cseq: u32) -> bool {
        let first = (of.0.clone(), Text::default());
        let last = self.cseqs.get(of).max(self.cseqs.get(&first));
        last.is_none_or(|last| cseq > *last)
    }

    /// RFC 3264 §8: likewise for what is described.
    pub(crate) fn allows_description(&self, ours: &Text, is: &Described) -> bool {
        self.described.get(ours).is_none_or(|was| is.goes_on_from(was))
    }
}

/// Whether an answer with this status begins a dialog, or a usage of one.
pub(crate) fn begins_dialog(method: &Method, status: u16) -> bool {
    match method {
        Method::Invite => (101..300).contains(&status),
        Method::Subscribe | Method::Refer => (200..300).contains(&status),
        Method::Ack
        | Method::Bye
        | Method::Cancel
        | Method::Options
        | Method::Register
        | Method::Prack
        | Method::Update
        | Method::Info
        | Method::Notify
        | Method::Message
        | Method::Publish
        | Method::Other(_) => false,
    }
}
