//! A plan as a graph: numbers, steps and queues, and the arrows between them.

use crate::plan::{Fate, Goto, Number, Plan, Step, Way, When};
use crate::values;
use std::collections::{BTreeMap, BTreeSet};

/// What stands in a graph and where the arrows lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// Numbers first, then what they lead to, each place once.
    pub nodes: Vec<Node>,
    /// Arrows between them.
    pub edges: Vec<Edge>,
}

/// A number, a step, a queue, or the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// As it is called in the file: `number.9000`, `menu.main`.
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
}

/// What stands in a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A number that callers dial.
    Number,
    /// Something that speaks, looks up or changes something, and goes on.
    Step,
    /// A question.
    Menu,
    /// Where callers wait.
    Queue,
    /// The end of the call.
    End,
}

/// An arrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The place among the nodes that it leaves.
    pub from: usize,
    /// The place among the nodes that it leads to.
    pub to: usize,
    /// What makes a caller take it; empty where nothing else can happen.
    pub label: String,
}

/// What a node stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'p> {
    Number(&'p str),
    Place(Goto),
}

impl Graph {
    /// The graph of a plan. What no number leads to is in it as well, with no arrow to it. Keys
    /// that work everywhere are told once, beside each number, and not at every menu.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut drawing = Drawing::new(plan);
        for (number, leads) in &plan.numbers {
            let from = drawing.node(Key::Number(number));
            drawing.edge(from, leads.goto, String::new());
            for rule in &leads.rules {
                match rule.fate {
                    Fate::Goto(goto) => drawing.edge(from, goto, rule.written.to_string()),
                    Fate::Refused(refusal) => {
                        let label = format!("{}: refused as {}", rule.written, refusal.word());
                        drawing.edge(from, Goto::HangUp, label);
                    }
                }
            }
            if let Some(opening) = leads.opening {
                let label = format!("outside {}", plan.hours(opening.hours).name);
                drawing.edge(from, opening.closed, label);
            }
            let keys = plan.anytime().filter(|_| hears_keys(plan, leads));
            for (key, goto) in keys {
                drawing.edge(from, goto, format!("{key} at any time"));
            }
        }
        for place in plan.places() {
            if !drawing.is_drawn(place) {
                continue;
            }
            let from = drawing.node(Key::Place(place));
            for (way, goto) in plan.ways(place) {
                drawing.edge(from, goto, label(plan, place, way));
            }
        }
        drawing.finish()
    }
}

/// Whether callers of a number come to a place where they may press something.
fn hears_keys(plan: &Plan, number: &Number) -> bool {
    let (mut open, mut seen): (Vec<Goto>, _) = (number.ways().collect(), BTreeSet::new());
    while let Some(place) = open.pop() {
        if !seen.insert(place) {
            continue;
        }
        if let Goto::Step(step) = place
            && plan.step(step).hears_keys()
        {
            return true;
        }
        open.extend(plan.ways(place).into_iter().map(|(_, goto)| goto));
    }
    false
}

struct Drawing<'p> {
    plan: &'p Plan,
    nodes: BTreeMap<Key<'p>, usize>,
    named: Vec<Node>,
    /// Labels of each pair, so that several keys to one place are one arrow.
    edges: BTreeMap<(usize, usize), Vec<String>>,
    /// Places that the plan leads to: of those that are built in only these are drawn.
    reached: BTreeSet<Goto>,
}

impl<'p> Drawing<'p> {
    fn new(plan: &'p Plan) -> Self {
        let of_numbers = plan.numbers.values().flat_map(Number::ways);
        let mut open: Vec<Goto> = of_numbers.chain(plan.anytime().map(|(_, goto)| goto)).collect();
        let mut reached = BTreeSet::new();
        while let Some(place) = open.pop() {
            if reached.insert(place) {
                open.extend(plan.ways(place).into_iter().map(|(_, goto)| goto));
            }
        }
        Self { plan, nodes: BTreeMap::new(), named: Vec::new(), edges: BTreeMap::new(), reached }
    }

    /// Steps that are built in stand at the end, and are drawn where something leads to them.
    fn is_drawn(&self, place: Goto) -> bool {
        !is_built_in(self.plan, place) || self.reached.contains(&place)
    }

    fn node(&mut self, key: Key<'p>) -> usize {
        let next = self.named.len();
        let at = *self.nodes.entry(key).or_insert(next);
        if at == next {
            let (name, kind) = match key {
                Key::Number(number) => (format!("number.{number}"), NodeKind::Number),
                Key::Place(place) => (name(self.plan, place), kind(self.plan, place)),
            };
            self.named.push(Node { name, kind });
        }
        at
    }

    fn edge(&mut self, from: usize, to: Goto, label: String) {
        let to = self.node(Key::Place(to));
        let labels = self.edges.entry((from, to)).or_default();
        if !labels.contains(&label) {
            labels.push(label);
        }
    }

    fn finish(self) -> Graph {
        let edges = self.edges.into_iter();
        let edges = edges.map(|((from, to), labels)| Edge { from, to, label: joined(labels) });
        Graph { nodes: self.named, edges: edges.collect() }
    }
}

fn is_built_in(plan: &Plan, place: Goto) -> bool {
    match place {
        Goto::Step(step) => plan.is_built_in(step),
        Goto::Queue(_) | Goto::HangUp => false,
    }
}

/// The file may have a step of its own that is called like one that is built in.
fn name(plan: &Plan, place: Goto) -> String {
    let built_in = if is_built_in(plan, place) { " (built in)" } else { "" };
    format!("{}{built_in}", plan.arrow(place))
}

fn joined(mut labels: Vec<String>) -> String {
    labels.retain(|label| !label.is_empty());
    labels.join(", ")
}

const fn kind_of(step: &Step) -> NodeKind {
    if let Step::Menu(_) | Step::Confirm(_) = step { NodeKind::Menu } else { NodeKind::Step }
}

fn kind(plan: &Plan, place: Goto) -> NodeKind {
    match place {
        Goto::Step(step) => kind_of(plan.step(step)),
        Goto::Queue(_) => NodeKind::Queue,
        Goto::HangUp => NodeKind::End,
    }
}

fn label(plan: &Plan, place: Goto, way: Way) -> String {
    match (way, place) {
        (Way::Then, Goto::Step(step)) => {
            let known = matches!(plan.step(step), Step::LookUp(_) | Step::Http(_));
            if known { "known".to_owned() } else { String::new() }
        }
        (Way::Keys(at), Goto::Step(step)) => {
            let entry = plan.step(step).menu().and_then(|menu| menu.patterns.get(at));
            entry.map_or_else(|| way.to_string(), |(pattern, _)| pattern.to_string())
        }
        (Way::When(at), Goto::Step(step)) => {
            let arm = plan.step(step).branch().and_then(|branch| branch.arms.get(at));
            arm.map_or_else(|| way.to_string(), |arm| arm.written.to_string())
        }
        (Way::When(at), Goto::Queue(queue)) => {
            let condition = plan.queue(queue).conditions.get(at);
            condition.map_or_else(|| way.to_string(), |condition| told(&condition.when))
        }
        (way, _) => way.to_string(),
    }
}

/// A condition in few words.
fn told(when: &When) -> String {
    match when {
        When::EveryAgent { is, .. } => {
            let ways: Vec<_> = is.iter().map(|presence| presence.word()).collect();
            format!("every agent {}", ways.join(" or "))
        }
        When::Waited(waited) => format!("waited {}", values::written(*waited)),
        When::CallsPerAgent(calls) => format!("over {calls} calls per agent"),
        When::ExpectedWait { longer_than, .. } => {
            format!("expected wait over {}", values::written(*longer_than))
        }
    }
}
