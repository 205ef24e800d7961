//! The audit after every step: each list of the engine against every other one.

use crate::site::{PORTS, UNHEARD_MAX};
use acd::{Acd, AgentState, WhyNot};
use clock::{Duration, Moment};
use dialplan::Plan;
use engine::{Books, CallStands, ItemStands, Place};
use ids::{AgentId, CallId, MessageId, QueueId, ReservationId};
use media_protocol::Port;
use snapshot::{Snapshot, Totals};
use std::collections::BTreeSet;

type Verdict = Result<(), String>;

/// Whether everything adds up. `tally` is what the ledger counted.
pub(crate) fn audit(now: Moment, plan: &Plan, books: &Books<'_>, tally: &Totals) -> Verdict {
    totals(books, tally)?;
    holdings(books)?;
    places(now, plan, books)
}

/// Whether everybody is in one place, and nobody for longer than may be.
pub(crate) fn places(now: Moment, plan: &Plan, books: &Books<'_>) -> Verdict {
    for contact in contacts(books) {
        one_place(now, books, &contact)?;
    }
    every_agent(plan, books)?;
    for queue in queues(plan) {
        line(now, books, queue)?;
        nobody_idles(now, books.acd, queue)?;
    }
    lengths(now, plan, books)
}

/// What the acd hands out: a call or a work item.
#[derive(Debug)]
struct Contact<'a> {
    id: CallId,
    queue: Option<QueueId>,
    place: &'a Place,
    since: Moment,
}

fn contacts<'a>(books: &'a Books<'_>) -> impl Iterator<Item = Contact<'a>> {
    let calls = books.calls.iter().map(|stands| {
        let CallStands { call, queue, place, since, .. } = stands;
        Contact { id: *call, queue: *queue, place, since: *since }
    });
    let items = books.work_items.iter().map(|stands| {
        let ItemStands { id, queue, place, since, .. } = stands;
        Contact { id: *id, queue: Some(*queue), place, since: *since }
    });
    calls.chain(items)
}

fn queues(plan: &Plan) -> impl Iterator<Item = QueueId> {
    (0..).map(QueueId).take(plan.queues.len())
}

fn hold(promise: bool, broken: impl FnOnce() -> String) -> Verdict {
    if promise { Ok(()) } else { Err(broken()) }
}

/// Each call is counted once, and the ledger counts as the engine does.
fn totals(books: &Books<'_>, tally: &Totals) -> Verdict {
    let t = &books.totals;
    let known = t.answered + t.abandoned + t.closed + t.finished + t.refused;
    let known = known + t.withdrawn + t.voicemail + t.callback + t.failed + t.on;
    hold(t.offered == known, || format!("the totals do not add up: {t:?}"))?;
    hold(Totals { on: 0, ..*t } == *tally, || {
        format!("the engine counts {t:?} and the ledger {tally:?}")
    })?;
    let talked = books.calls.iter().filter(|call| call.has_talked);
    let before = u64::try_from(books.calls.len() - talked.count()).unwrap_or(u64::MAX);
    hold(t.on == before, || format!("{} calls are on and {before} are listed", t.on))
}

/// Legs, ports and deadlines are held by calls and codes, and by nobody else.
fn holdings(books: &Books<'_>) -> Verdict {
    let of_agents: usize = contacts(books).map(|contact| phones(contact.place)).sum();
    let legs = books.calls.len() + of_agents + books.codes;
    hold(books.legs == legs, || format!("{} legs are owned and {legs} are used", books.legs))?;
    let holds_port =
        |item: &&ItemStands| item.port.is_some() || matches!(item.place, Place::Talking { .. });
    let of_items = books.work_items.iter().filter(holds_port).count();
    let lent = 2 * books.calls.len() + books.codes + books.summons + of_items;
    let ports = books.ports_free + books.ports_closing + lent;
    hold(ports == usize::from(PORTS), || format!("{ports} ports are accounted for, not {PORTS}"))?;
    let calls = books.calls.len();
    // The caller's walk through the plan has one, and so has the agent's phone.
    let phones_that_may_be_dead = contacts(books).map(|it| rung(it.place)).sum::<usize>();
    // A message that is done has one, and so has one for which there was no port.
    let of_messages = books.messages.len() + books.work_items.len();
    let most = 2 * calls + phones_that_may_be_dead + of_messages;
    hold(books.timers <= most, || format!("{calls} calls have {} deadlines", books.timers))?;
    hold(books.rows_awaited <= calls, || format!("{calls} calls await more rows than that"))?;
    hold(books.sip_legs >= books.legs, || {
        format!("{} legs are owned and {} are there", books.legs, books.sip_legs)
    })
}

/// What the engine and the ledger have as a message has a recording, and what has one is a message, or
/// is just being taken.
pub(crate) fn messages(
    books: &Books<'_>,
    left: &BTreeSet<MessageId>,
    recorded: &BTreeSet<MessageId>,
) -> Verdict {
    let there: BTreeSet<_> = books.messages.iter().copied().collect();
    hold(there == *left, || format!("the engine has {there:?} and the ledger {left:?}"))?;
    hold(there.is_subset(recorded), || format!("{there:?} are not all of {recorded:?}"))?;
    let orphans = recorded.difference(&there).count();
    hold(orphans <= books.messages_taken, || format!("{orphans} recordings are nobody's"))
}

/// A port is free when the last stream on it has closed, and not before; only the call that has it
/// may use it sooner, for its next agent.
pub(crate) fn closing(books: &Books<'_>, closing: &BTreeSet<Port>) -> Verdict {
    let lent = |port: &&Port| books.calls.iter().any(|stands| stands.agent_port == **port);
    let kept = closing.iter().filter(|port| !lent(port)).count();
    hold(books.ports_closing == kept, || {
        format!("{} ports are kept until they close, not {kept}", books.ports_closing)
    })
}

/// How many agents are rung.
fn rung(place: &Place) -> usize {
    match place {
        Place::Ringing(rings) => rings.len(),
        Place::InPlan | Place::Waiting | Place::Connecting { .. } | Place::Talking { .. } => 0,
    }
}

fn phones(place: &Place) -> usize {
    match place {
        Place::InPlan | Place::Waiting => 0,
        Place::Ringing(rings) => rings.iter().map(|ring| ring.phones.len()).sum(),
        Place::Connecting { .. } | Place::Talking { .. } => 1,
    }
}

/// The call is where the acd thinks it is, and nowhere else.
fn one_place(now: Moment, books: &Books<'_>, stands: &Contact<'_>) -> Verdict {
    let acd = books.acd;
    let (call, place) = (stands.id, acd.place(now, stands.id));
    let reserved = acd.reservations_for(call);
    let agrees = match stands.place {
        Place::InPlan => acd.arrived(call).is_none(),
        Place::Waiting => place.is_some() && reserved.is_empty(),
        Place::Ringing(attempts) => {
            attempts.len() == reserved.len()
                && attempts.iter().all(|ring| {
                    !ring.phones.is_empty() && rings(now, acd, stands, ring.reservation, ring.agent)
                })
        }
        Place::Connecting { reservation, agent, .. } => {
            rings(now, acd, stands, *reservation, *agent)
        }
        Place::Talking { agent, .. } => acd.arrived(call).is_none() && acd.talks_in(*agent, call),
    };
    hold(agrees, || format!("{stands:?} is for the acd at {place:?}, reserved {reserved:?}"))
}

fn rings(
    now: Moment,
    acd: &Acd,
    stands: &Contact<'_>,
    reservation: ReservationId,
    agent: AgentId,
) -> bool {
    let found = acd.reservation(reservation);
    found.is_some_and(|found| found.call == stands.id && found.agent == agent)
        && acd.reservations_for(stands.id).contains(&reservation)
        && acd.reservation_of(agent) == Some(reservation)
        && acd.place(now, stands.id).is_none()
}

/// An agent who is busy is so with calls that are there, no two agents with the same, and nobody with more than they
/// have room for.
fn every_agent(plan: &Plan, books: &Books<'_>) -> Verdict {
    let (acd, mut taken) = (books.acd, BTreeSet::new());
    for (agent, state) in acd.agents() {
        let mut calls = Vec::new();
        for call in acd.talks_of(agent) {
            hold(taken.insert(call), || format!("{call} is with two agents, one is {agent}"))?;
            calls.push(call);
        }
        let oldest = calls.first().copied();
        let ring = acd.reservation_of(agent);
        match ring.map(|ring| acd.reservation(ring)) {
            None => {}
            Some(Some(found)) if found.agent == agent => calls.push(found.call),
            Some(other) => return Err(format!("{agent} is {state:?}, which is {other:?}")),
        }
        let shown = match state {
            AgentState::Talking(call) => oldest == Some(call),
            AgentState::Ringing(reservation) => oldest.is_none() && ring == Some(reservation),
            AgentState::LoggedOut
            | AgentState::Unreachable
            | AgentState::NotReady(_)
            | AgentState::Occupied
            | AgentState::Ready
            | AgentState::WrapUp { .. } => calls.is_empty(),
        };
        hold(shown, || format!("{agent} is {state:?} with {calls:?}"))?;
        let room = usize::from(plan.agent(agent).capacity);
        hold(calls.len() <= room, || format!("{agent} has {calls:?}"))?;
        let is_there = |call| contacts(books).any(|it| it.id == call && has(&it, agent));
        let known = calls.iter().all(|call| is_there(*call));
        hold(known, || format!("{agent} is {state:?} with {calls:?}, and one is elsewhere"))?;
    }
    Ok(())
}

fn has(stands: &Contact<'_>, who: AgentId) -> bool {
    match stands.place {
        Place::InPlan | Place::Waiting => false,
        Place::Ringing(rings) => rings.iter().any(|ring| ring.agent == who),
        Place::Connecting { agent, .. } | Place::Talking { agent, .. } => *agent == who,
    }
}

/// Nobody's place is behind all who wait, and whoever is in the acd's line is on the line here.
fn line(now: Moment, books: &Books<'_>, queue: QueueId) -> Verdict {
    let all = u32::try_from(books.acd.waiting_in_all()).unwrap_or(u32::MAX);
    for call in books.acd.waiting_calls(queue) {
        let told = books.acd.place(now, call).map(acd::Position::number);
        let is_one = told.is_some_and(|place| (1..=all).contains(&place));
        hold(is_one, || format!("{call} of {all} waits in {queue} and is told {told:?}"))?;
        let waits = |stands: Contact<'_>| {
            stands.id == call && stands.queue == Some(queue) && *stands.place == Place::Waiting
        };
        hold(contacts(books).any(waits), || format!("{call} waits in {queue} and is not on"))?;
    }
    Ok(())
}

/// Nobody waits whom a ready agent may take.
fn nobody_idles(now: Moment, acd: &Acd, queue: QueueId) -> Verdict {
    if acd.ready_agents(queue) == 0 {
        return Ok(());
    }
    for call in acd.waiting_calls(queue) {
        let standing = acd.explain(now, call).and_then(|explanation| explanation.standing);
        let agents = standing.map(|standing| standing.agents).unwrap_or_default();
        let free = agents.iter().find(|(_, why)| *why == WhyNot::RungElsewhere);
        hold(free.is_none(), || format!("{call} waits in {queue} though {free:?} is ready"))?;
    }
    Ok(())
}

/// No phone rings longer than its queue lets it, and no agent stays unheard.
fn lengths(now: Moment, plan: &Plan, books: &Books<'_>) -> Verdict {
    for stands in contacts(books) {
        let longest = stands.queue.map_or(Duration::ZERO, |queue| plan.queue(queue).ring);
        let so_long = match stands.place {
            Place::Ringing(rings) => {
                let reservations = rings.iter().map(|ring| books.acd.reservation(ring.reservation));
                reservations.flatten().all(|ring| now.since(ring.since) <= longest)
            }
            Place::Connecting { .. } => now.since(stands.since) <= UNHEARD_MAX,
            Place::InPlan | Place::Waiting | Place::Talking { .. } => true,
        };
        hold(so_long, || format!("{stands:?} at {now}"))?;
    }
    Ok(())
}

/// Whether what everybody is shown is what the books say.
pub(crate) fn shown(plan: &Plan, books: &Books<'_>, shown: &Snapshot) -> Verdict {
    for (queue, seen) in queues(plan).zip(&shown.queues) {
        let in_line = books.acd.work_items(queue);
        let there = books.acd.waiting(queue) + books.acd.ringing(queue) - in_line;
        let waits = |item: &&ItemStands| {
            item.queue == queue && !matches!(item.place, Place::Talking { .. })
        };
        let messages = books.work_items.iter().filter(waits).count();
        let same = usize::try_from(seen.messages) == Ok(messages) && in_line <= messages;
        hold(same, || format!("{queue} is shown with {} messages", seen.messages))?;
        let same = usize::try_from(seen.waiting) == Ok(there);
        hold(same, || format!("{queue} is shown with {} waiting, not {there}", seen.waiting))?;
    }
    hold(shown.calls.len() == contacts(books).count(), || "not every call is shown".to_owned())?;
    let busy = |state: &str| matches!(state, "ringing" | "talking");
    for agent in &shown.agents {
        let same = busy(&agent.state) != agent.calls.is_empty();
        hold(same, || format!("{} is shown {} with {:?}", agent.id, agent.state, agent.calls))?;
    }
    Ok(())
}
