//! Short codes with their defaults, and what may be dialled behind them.

use super::Assembly;
use super::names::id;
use crate::builtin;
use crate::draft::{DispositionDraft, Draft, Named, PauseDraft};
use crate::plan::{Disposition, DispositionId, Pause, PauseLimit, ShortCode, ShortCodes};
use crate::table::Text;
use ids::{AgentId, PauseId, QueueId};
use std::ops::Range;

/// One thing that can be dialled, and where it stands.
pub(super) struct Code {
    pub(super) dialled: String,
    pub(super) span: Range<usize>,
    meant: ShortCode,
}

impl Assembly<'_, '_> {
    pub(super) fn short_codes(&self) -> ShortCodes {
        let codes = codes(self.draft).into_iter();
        let top = &self.draft.top.short_codes;
        let beginnings = [
            (&top.pause, PAUSE),
            (&top.disposition, DISPOSITION),
            (&top.join_queue, JOIN_QUEUE),
            (&top.leave_queue, LEAVE_QUEUE),
        ];
        let listen = has_supervisors(self.draft).then_some((&top.listen, LISTEN));
        let beginnings = beginnings.into_iter().chain(listen);
        ShortCodes {
            by_dialled: codes.map(|code| (code.dialled.as_str().into(), code.meant)).collect(),
            beginnings: beginnings
                .map(|(text, usual)| super::owned(text.as_ref(), usual))
                .collect(),
        }
    }

    /// The pauses of the file; a plan without any has one that is dialled without digits.
    pub(super) fn pauses(&mut self) -> Vec<Pause> {
        let draft = self.draft;
        if draft.pauses.is_empty() {
            return vec![Pause {
                name: builtin::PAUSE.into(),
                title: USUAL_PAUSE.into(),
                confirmation: vec![self.builtin(builtin::PAUSED)],
                limit: None,
            }];
        }
        let pause = |Named { name, body }: &Named<PauseDraft>| Pause {
            name: name.get_ref().as_str().into(),
            title: body.title.as_ref().unwrap_or(name).get_ref().as_str().into(),
            confirmation: self.phrases_or(body.prompts.as_ref(), builtin::PAUSED),
            limit: body.max.map(|max| PauseLimit { max, at_max: body.at_max }),
        };
        draft.pauses.iter().map(pause).collect()
    }

    pub(super) fn dispositions(&mut self) -> Vec<Disposition> {
        let draft = self.draft;
        let named = |Named { name, body }: &Named<DispositionDraft>| Disposition {
            name: name.get_ref().as_str().into(),
            title: body.title.as_ref().unwrap_or(name).get_ref().as_str().into(),
            confirmation: self.phrases_or(body.prompts.as_ref(), builtin::FILED),
        };
        draft.dispositions.iter().map(named).collect()
    }
}

/// What the pause of a plan is called that has none of its own.
pub(crate) const USUAL_PAUSE: &str = "Pause";

const PAUSE: &str = "*13";
const DISPOSITION: &str = "*17";
const JOIN_QUEUE: &str = "*18";
const LEAVE_QUEUE: &str = "*19";
const LISTEN: &str = "*20";

/// Everything that can be dialled, in the order in which a fault is told.
pub(super) fn codes(draft: &Draft) -> Vec<Code> {
    let top = &draft.top.short_codes;
    let mut codes = Vec::new();
    let alone = [
        (&top.log_in, "*11", ShortCode::LogIn),
        (&top.log_out, "*12", ShortCode::LogOut),
        (&top.resume, "*14", ShortCode::Resume),
        (&top.extend_wrap_up, "*15", ShortCode::ExtendWrapUp),
        (&top.end_wrap_up, "*16", ShortCode::EndWrapUp),
    ];
    codes.extend(alone.map(|(text, usual, meant)| code((text.as_ref(), usual), None, meant)));
    if draft.pauses.is_empty() {
        codes.push(code((top.pause.as_ref(), PAUSE), None, ShortCode::Pause(PauseId(0))));
    }
    for (at, pause) in written(&draft.pauses) {
        let behind = Some((pause.body.digits.as_ref(), &pause.name));
        codes.push(code((top.pause.as_ref(), PAUSE), behind, ShortCode::Pause(PauseId(id(at)))));
    }
    for (at, one) in written(&draft.dispositions) {
        let behind = Some((one.body.digits.as_ref(), &one.name));
        let meant = ShortCode::File(DispositionId(id(at)));
        codes.push(code((top.disposition.as_ref(), DISPOSITION), behind, meant));
    }
    for (at, queue) in written(&draft.queues) {
        let Some(digits) = &queue.body.digits else { continue };
        let (behind, at) = (Some((Some(digits), &queue.name)), QueueId(id(at)));
        let join = (top.join_queue.as_ref(), JOIN_QUEUE);
        codes.push(code(join, behind, ShortCode::JoinQueue(at)));
        let leave = (top.leave_queue.as_ref(), LEAVE_QUEUE);
        codes.push(code(leave, behind, ShortCode::LeaveQueue(at)));
    }
    if has_supervisors(draft) {
        for (at, agent) in written(&draft.agents) {
            let behind = Some((Some(&agent.name), &agent.name));
            let meant = ShortCode::Listen(AgentId(id(at)));
            codes.push(code((top.listen.as_ref(), LISTEN), behind, meant));
        }
    }
    codes
}

/// Whether anybody may listen. Where nobody may, nothing is dialled for it.
fn has_supervisors(draft: &Draft) -> bool {
    draft.agents.iter().any(|agent| agent.body.supervises.is_some())
}

/// What stands in the text, with its places.
fn written<T>(entries: &[Named<T>]) -> impl Iterator<Item = (usize, &Named<T>)> {
    entries.iter().enumerate().filter(|(_, entry)| !entry.is_nobody())
}

/// A code, with the digits of what is named behind it.
fn code(
    (text, usual): (Option<&Text>, &str),
    behind: Option<(Option<&Text>, &Text)>,
    meant: ShortCode,
) -> Code {
    let start = text.map_or(usual, |text| text.get_ref());
    let digits = behind.and_then(|(digits, _)| digits);
    let dialled = format!("{start}{}", digits.map_or("", |text| text.get_ref()));
    let span = match behind {
        Some((digits, name)) => digits.unwrap_or(name).span(),
        None => text.map_or(0..0, Text::span),
    };
    Code { dialled, span, meant }
}
