//! Where the boxes of a graph stand: in layers from top to bottom, in an order with few crossings.
//!
//! The usual way (Sugiyama, Tagawa, Toda 1981): arrows that lead back are turned round, each node stands one
//! layer below the lowest that leads to it, arrows over several layers pass through places of their own, and
//! each layer is sorted by the middle of its neighbours, down and up a few times.

use dialplan::Graph;
use std::collections::BTreeMap;

/// A box, or the place through which a long arrow passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// Its middle.
    pub(super) x: f64,
    /// Its middle.
    pub(super) y: f64,
    /// How wide it is; of a place to pass, nothing.
    pub(super) width: f64,
}

/// Everything has its place.
#[derive(Debug)]
pub(super) struct Layout {
    /// Of each node, in their order.
    pub(super) nodes: Vec<Place>,
    /// The places between the two ends of each edge, in their order, from its beginning to its end.
    pub(super) bends: Vec<Vec<Place>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The height of a box.
pub(super) const HEIGHT: f64 = 34.0;
/// From the middle of one layer to that of the next.
const LAYER: f64 = 96.0;
const GAP: f64 = 28.0;
const MARGIN: f64 = 20.0;
/// A letter of the labels is about so wide.
const LETTER: f64 = 7.4;
/// What a long arrow needs beside a box.
const PASS: f64 = 24.0;
/// Beyond this the order hardly changes.
const SWEEPS: usize = 12;

/// How wide a box with this text is.
fn width_of(name: &str) -> f64 {
    let letters = u32::try_from(name.chars().count()).unwrap_or(u32::MAX);
    f64::from(letters) * LETTER + 24.0
}

/// Nodes and places to pass, by number: nodes first.
struct Layers {
    layer: Vec<usize>,
    /// Neighbours above and below.
    above: Vec<Vec<usize>>,
    below: Vec<Vec<usize>>,
    /// The places of each edge.
    passes: Vec<Vec<usize>>,
    rows: Vec<Vec<usize>>,
}

/// Finds a place for everything.
pub(super) fn layout(graph: &Graph) -> Layout {
    let back = leading_back(graph);
    let mut layers = Layers::new(graph, &back);
    for sweep in 0..SWEEPS {
        layers.sort(sweep % 2 == 0);
    }
    let widths: Vec<f64> = (0..layers.layer.len())
        .map(|at| graph.nodes.get(at).map_or(PASS, |node| width_of(&node.name)))
        .collect();
    let places = layers.places(&widths);
    let nodes: Vec<Place> = places.iter().take(graph.nodes.len()).copied().collect();
    let bends = layers.passes.iter().zip(&back).map(|(passes, is_back)| {
        let mut bends: Vec<Place> =
            passes.iter().filter_map(|at| places.get(*at).copied()).collect();
        if *is_back {
            bends.reverse();
        }
        bends
    });
    let right = places.iter().map(|place| place.x + place.width / 2.0).fold(0.0, f64::max);
    let bottom = places.iter().map(|place| place.y).fold(0.0, f64::max);
    Layout {
        nodes,
        bends: bends.collect(),
        width: right + MARGIN,
        height: bottom + HEIGHT / 2.0 + MARGIN,
    }
}

/// Which arrows lead back to where their callers came from: turned round, no circle is left.
fn leading_back(graph: &Graph) -> Vec<bool> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for (at, edge) in graph.edges.iter().enumerate() {
        leaving.iter_mut().skip(edge.from).take(1).for_each(|edges| edges.push(at));
    }
    let mut back = vec![false; graph.edges.len()];
    let (mut seen, mut on_way) = (vec![false; graph.nodes.len()], vec![false; graph.nodes.len()]);
    for start in 0..graph.nodes.len() {
        // A stack of nodes, each with how many of its arrows have been followed.
        let mut way = vec![(start, 0)];
        if mark(&mut seen, start) {
            continue;
        }
        mark(&mut on_way, start);
        while let Some((node, followed)) = way.last_mut() {
            let Some(edge) = leaving.get(*node).and_then(|edges| edges.get(*followed)) else {
                on_way.iter_mut().skip(*node).take(1).for_each(|on| *on = false);
                way.pop();
                continue;
            };
            *followed += 1;
            let Some(to) = graph.edges.get(*edge).map(|edge| edge.to) else { continue };
            if on_way.get(to).copied().unwrap_or(false) {
                mark(&mut back, *edge);
            } else if !mark(&mut seen, to) {
                mark(&mut on_way, to);
                way.push((to, 0));
            }
        }
    }
    back
}

/// Sets a mark, and answers whether it was there.
fn mark(marks: &mut [bool], at: usize) -> bool {
    marks.get_mut(at).is_none_or(|mark| std::mem::replace(mark, true))
}

impl Layers {
    fn new(graph: &Graph, back: &[bool]) -> Self {
        let ends: Vec<(usize, usize)> = graph
            .edges
            .iter()
            .zip(back)
            .map(|(edge, back)| if *back { (edge.to, edge.from) } else { (edge.from, edge.to) })
            .collect();
        let layer = layers_of(graph.nodes.len(), &ends);
        let mut layers = Self {
            above: vec![Vec::new(); layer.len()],
            below: vec![Vec::new(); layer.len()],
            passes: Vec::new(),
            rows: Vec::new(),
            layer,
        };
        for (from, to) in ends {
            let passes = layers.pass(from, to);
            layers.passes.push(passes);
        }
        let deepest = layers.layer.iter().copied().max().unwrap_or(0);
        layers.rows = vec![Vec::new(); deepest + 1];
        for (at, layer) in layers.layer.iter().enumerate() {
            layers.rows.iter_mut().skip(*layer).take(1).for_each(|row| row.push(at));
        }
        layers
    }

    /// Leads an arrow through every layer between its ends.
    fn pass(&mut self, from: usize, to: usize) -> Vec<usize> {
        let layer = |at: usize| self.layer.get(at).copied().unwrap_or(0);
        let between = layer(from) + 1..layer(to);
        let mut passes = Vec::new();
        for layer in between {
            passes.push(self.layer.len());
            self.layer.push(layer);
            self.above.push(Vec::new());
            self.below.push(Vec::new());
        }
        let way: Vec<usize> =
            [from].into_iter().chain(passes.iter().copied()).chain([to]).collect();
        for (upper, lower) in way.iter().zip(way.iter().skip(1)) {
            // An arrow to itself has no layer to lead to.
            if upper != lower {
                self.below.iter_mut().skip(*upper).take(1).for_each(|it| it.push(*lower));
                self.above.iter_mut().skip(*lower).take(1).for_each(|it| it.push(*upper));
            }
        }
        passes
    }

    /// Sorts every row by the middle of its neighbours in the row before, downwards or upwards.
    fn sort(&mut self, down: bool) {
        let neighbours = if down { &self.above } else { &self.below };
        let mut position: BTreeMap<usize, f64> = BTreeMap::new();
        let count = self.rows.len();
        for step in 0..count {
            let at = if down { step } else { count - 1 - step };
            let Some(row) = self.rows.get_mut(at) else { continue };
            let own = (0_u32..).zip(row.iter()).map(|(place, at)| (*at, f64::from(place)));
            let own: BTreeMap<usize, f64> = own.collect();
            let middle = |at: &usize| {
                let near = neighbours.get(*at).into_iter().flatten();
                let near: Vec<f64> = near.filter_map(|it| position.get(it).copied()).collect();
                mean(&near).or_else(|| own.get(at).copied()).unwrap_or(0.0)
            };
            row.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
            let placed = (0_u32..).zip(row.iter()).map(|(place, at)| (*at, f64::from(place)));
            position.extend(placed.collect::<Vec<_>>());
        }
    }

    /// Puts each row side by side, as near to the neighbours above as there is room.
    fn places(&self, widths: &[f64]) -> Vec<Place> {
        let nowhere = Place { x: 0.0, y: 0.0, width: 0.0 };
        let mut places = vec![nowhere; self.layer.len()];
        for (depth, row) in (0_u32..).zip(&self.rows) {
            let y = MARGIN + HEIGHT / 2.0 + f64::from(depth) * LAYER;
            let mut left = MARGIN;
            for at in row {
                let width = widths.get(*at).copied().unwrap_or(PASS);
                let above = self.above.get(*at).into_iter().flatten();
                let above: Vec<f64> =
                    above.filter_map(|it| places.get(*it)).map(|place| place.x).collect();
                let wished = mean(&above).map_or(left, |middle| middle - width / 2.0);
                let x = wished.max(left) + width / 2.0;
                left = x + width / 2.0 + GAP;
                places.iter_mut().skip(*at).take(1).for_each(|it| *it = Place { x, y, width });
            }
        }
        places
    }
}

/// The layer of each node: one below the lowest that leads to it. There is no circle.
fn layers_of(nodes: usize, ends: &[(usize, usize)]) -> Vec<usize> {
    let mut waiting = vec![0_usize; nodes];
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    for (from, to) in ends.iter().filter(|(from, to)| from != to) {
        waiting.iter_mut().skip(*to).take(1).for_each(|count| *count += 1);
        below.iter_mut().skip(*from).take(1).for_each(|it| it.push(*to));
    }
    let mut layer = vec![0; nodes];
    let free = waiting.iter().enumerate().filter(|(_, count)| **count == 0);
    let mut open: Vec<usize> = free.map(|(at, _)| at).collect();
    while let Some(at) = open.pop() {
        let next = layer.get(at).copied().unwrap_or(0) + 1;
        for to in below.get(at).into_iter().flatten() {
            layer.iter_mut().skip(*to).take(1).for_each(|layer| *layer = next.max(*layer));
            let Some(count) = waiting.get_mut(*to) else { continue };
            *count -= 1;
            if *count == 0 {
                open.push(*to);
            }
        }
    }
    layer
}

fn mean(of: &[f64]) -> Option<f64> {
    let count = u32::try_from(of.len()).ok().filter(|count| *count > 0)?;
    Some(of.iter().sum::<f64>() / f64::from(count))
}
