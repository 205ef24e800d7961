//! What tests can ask for, by the names that stand in the file.

use super::Assembly;
use crate::draft::SourceDraft;
use crate::nearest::did_you_mean;
use crate::plan::{Fact, Test};
use crate::report::Flaw;
use crate::table::Text;
use std::collections::BTreeSet;
use std::ops::Range;

/// Of how many queues the expected wait may be asked at once.
const EXPECTED_WAITS_MAX: usize = 4;

/// Facts that are there in every plan.
pub(super) const FACTS: [(&str, Fact); 14] = [
    ("caller", Fact::Caller),
    ("withheld", Fact::Withheld),
    ("known", Fact::Known),
    ("vip", Fact::Vip),
    ("name", Fact::Name),
    ("company", Fact::Company),
    ("dialled", Fact::Dialled),
    ("language", Fact::Language),
    ("time", Fact::Time),
    ("weekday", Fact::Weekday),
    ("date", Fact::Date),
    ("week", Fact::Week),
    ("odd_week", Fact::OddWeek),
    ("month", Fact::Month),
];

/// Facts of callers who wait, which only a queue can ask for.
const OF_WAITING: [(&str, Fact); 3] = [
    ("call.expected_wait", Fact::OwnWait),
    ("call.place", Fact::Place),
    ("call.waited", Fact::Waited),
];

/// Where a test stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// In a number: before anybody answers.
    AtTheDoor,
    /// In a branch.
    OnTheWay,
    /// In a queue, of callers who wait there.
    InAQueue,
}

/// Whether a name means something in every plan.
pub(super) fn is_fact(name: &str) -> bool {
    FACTS.iter().any(|(known, _)| *known == name)
}

/// What can be asked of a queue.
const OF_QUEUES: [&str; 5] = ["waiting", "agents_ready", "agents_on_duty", "expected_wait", "open"];

impl Assembly<'_, '_> {
    /// The fact of a name that stands in the file.
    pub(super) fn fact(&mut self, text: &Text) -> Option<Fact> {
        let name = text.get_ref().as_str();
        let found = self.fact_called(name);
        if found.is_none() {
            let known = self.facts_known();
            let meant = did_you_mean(name, known.iter().map(String::as_str));
            let remedy = || {
                let plain: Vec<_> = FACTS.iter().map(|(name, _)| *name).collect();
                format!(
                    "there are {}, open.HOURS, listed.DIRECTORY, queue.QUEUE. with {}, and what steps set",
                    plain.join(", "),
                    OF_QUEUES.join(", ")
                )
            };
            let message = format!("`{name}` is nothing that can be asked");
            let flaw = Flaw::error("undefined-fact", text.span(), message);
            self.report.add(flaw.suggest(meant.unwrap_or_else(remedy)));
        }
        self.check_listed(text, found);
        found
    }

    /// Whether a directory that has to be asked lists somebody is not known at once.
    fn check_listed(&mut self, text: &Text, fact: Option<Fact>) {
        let Some(directory) = fact.and_then(Fact::directory) else { return };
        self.check_key((text, Some(directory)), None);
        let asked = self.draft.directories.get(directory.index());
        if asked.is_some_and(|it| matches!(it.body.source, SourceDraft::Http(_))) {
            let message = format!("`{}` is not known without asking", text.get_ref());
            let remedy = "have callers looked up there, and ask whether they are `known`";
            let flaw = Flaw::error("not-yet-known", text.span(), message);
            self.report.add(flaw.suggest(remedy.to_owned()));
        }
    }

    fn fact_called(&self, name: &str) -> Option<Fact> {
        if let Some((_, fact)) = FACTS.iter().chain(&OF_WAITING).find(|(known, _)| *known == name) {
            return Some(*fact);
        }
        if let Some(fact) = self.variables.fact(name) {
            return Some(fact);
        }
        if let Some(hours) = name.strip_prefix("open.") {
            return self.names.hours(hours).map(Fact::Open);
        }
        if let Some(directory) = name.strip_prefix("listed.") {
            return self.directory_called(directory).map(Fact::Listed);
        }
        let (queue, what) = name.strip_prefix("queue.")?.rsplit_once('.')?;
        let queue = self.names.queue(queue)?;
        match what {
            "waiting" => Some(Fact::Waiting(queue)),
            "agents_ready" => Some(Fact::AgentsReady(queue)),
            "agents_on_duty" => Some(Fact::AgentsOnDuty(queue)),
            "expected_wait" => Some(Fact::ExpectedWait(queue)),
            "open" => Some(Fact::QueueOpen(queue)),
            _ => None,
        }
    }

    fn facts_known(&self) -> BTreeSet<String> {
        let plain = FACTS.iter().chain(&OF_WAITING).map(|(name, _)| (*name).to_owned());
        let hours = self.names.all_hours().map(|hours| format!("open.{hours}"));
        let queues = self.names.queues();
        let of_queues =
            queues.flat_map(|queue| OF_QUEUES.map(|what| format!("queue.{queue}.{what}")));
        let variables = self.variables.names().map(str::to_owned);
        let directories = self.draft.directories.iter();
        let listed = directories.map(|directory| format!("listed.{}", directory.name.get_ref()));
        plain.chain(hours).chain(listed).chain(of_queues).chain(variables).collect()
    }

    /// Finding an expected wait takes time.
    pub(super) fn check_waits(
        &mut self,
        who: &str,
        facts: impl IntoIterator<Item = Fact>,
        span: Range<usize>,
    ) {
        let waits = facts.into_iter().filter(|fact| matches!(fact, Fact::ExpectedWait(_)));
        if waits.count() > EXPECTED_WAITS_MAX {
            let message = format!(
                "{who} may ask for the expected wait of at most {EXPECTED_WAITS_MAX} queues"
            );
            self.report.add(Flaw::error("too-many", span, message));
        }
    }

    /// What a test asks for must be known where it stands.
    pub(super) fn check_known(&mut self, (test, written): (&Test, &Text), asked: Asked) {
        let mut facts = BTreeSet::new();
        test.add_facts(&mut facts);
        let too_early = facts.iter().any(|fact| !fact.is_known_at_once());
        let of_waiting = facts.iter().any(|fact| fact.is_of_waiting());
        let (why, remedy) = if asked != Asked::InAQueue && of_waiting {
            ("it is so of callers who wait alone", "ask it in `[[queue.NAME.at]]`")
        } else if asked == Asked::AtTheDoor && too_early {
            (
                "this is decided before anybody is looked up and any step is passed",
                "ask whether the caller is `listed.DIRECTORY`, or decide in a `branch`",
            )
        } else {
            return;
        };
        let message = format!("`{}` is not known here: {why}", written.get_ref());
        let flaw = Flaw::error("not-yet-known", written.span(), message);
        self.report.add(flaw.suggest(remedy.to_owned()));
    }
}
