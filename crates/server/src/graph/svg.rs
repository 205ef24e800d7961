//! The graph as a picture (SVG 1.1), laid out here, so that nothing has to be installed.

use super::layout::{HEIGHT, Layout, Place, layout};
use dialplan::{Edge, Graph, Node, NodeKind};
use std::fmt::Write as _;

const STYLE: &str = "text{font:13px sans-serif;text-anchor:middle;dominant-baseline:middle}\
rect{stroke:#334;fill:#fff}.number{fill:#dfd}.menu{fill:#ffc}.queue{fill:#def}.end{fill:#eee}\
path{stroke:#667;fill:none}.label{font-size:11px;fill:#334;paint-order:stroke;stroke:#fff;\
stroke-width:3px}";

/// The whole picture.
pub(super) fn write(graph: &Graph) -> String {
    let layout = layout(graph);
    let (width, height) = (layout.width, layout.height);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\">\n<style>{STYLE}</style>\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" \
         markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill:#667\"/>\
         </marker></defs>\n"
    );
    for (edge, bends) in graph.edges.iter().zip(&layout.bends) {
        write_edge(&mut svg, edge, bends, &layout);
    }
    for (node, place) in graph.nodes.iter().zip(&layout.nodes) {
        write_node(&mut svg, node, *place);
    }
    svg.push_str("</svg>");
    svg
}

fn write_node(svg: &mut String, node: &Node, place: Place) {
    let Place { x, y, width } = place;
    let (class, corner) = match node.kind {
        NodeKind::Number => ("number", HEIGHT / 2.0),
        NodeKind::Step => ("step", 4.0),
        NodeKind::Menu => ("menu", 4.0),
        NodeKind::Queue => ("queue", 4.0),
        NodeKind::End => ("end", HEIGHT / 2.0),
    };
    let (left, top) = (x - width / 2.0, y - HEIGHT / 2.0);
    let name = escaped(&node.name);
    let _infallible = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" \
         height=\"{HEIGHT:.0}\" rx=\"{corner:.0}\"/><text x=\"{x:.1}\" y=\"{y:.1}\">{name}</text>"
    );
}

fn write_edge(svg: &mut String, edge: &Edge, bends: &[Place], layout: &Layout) {
    let (Some(from), Some(to)) = (layout.nodes.get(edge.from), layout.nodes.get(edge.to)) else {
        return;
    };
    let points: Vec<(f64, f64)> = if edge.from == edge.to {
        round(*from)
    } else {
        let (out, into) = sides(*from, *to);
        let between = bends.iter().map(|place| (place.x, place.y));
        std::iter::once(out).chain(between).chain([into]).collect()
    };
    let _infallible = writeln!(svg, "<path d=\"{}\" marker-end=\"url(#arrow)\"/>", curve(&points));
    // Beside the beginning, where a person looks for what to press.
    if let [(x, y), (next_x, next_y), ..] = points[..]
        && !edge.label.is_empty()
    {
        let (x, y) = (x + (next_x - x) * 0.45, y + (next_y - y) * 0.45);
        let label = escaped(&edge.label);
        let _infallible =
            writeln!(svg, "<text class=\"label\" x=\"{x:.1}\" y=\"{y:.1}\">{label}</text>");
    }
}

/// Where an arrow leaves and where it comes in: below and above, or the other way round where it leads back.
fn sides(from: Place, to: Place) -> ((f64, f64), (f64, f64)) {
    let half = if to.y > from.y { HEIGHT / 2.0 } else { -HEIGHT / 2.0 };
    ((from.x, from.y + half), (to.x, to.y - half))
}

/// An arrow from a box to itself, beside it.
fn round(place: Place) -> Vec<(f64, f64)> {
    let right = place.x + place.width / 2.0;
    let (out, side) = (right + 18.0, HEIGHT / 4.0);
    vec![
        (right, place.y - side),
        (out, place.y - side),
        (out, place.y + side),
        (right, place.y + side),
    ]
}

/// A line that leaves every point upright, so that boxes are not crossed.
fn curve(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| points.get(before));
        let _infallible = match before {
            None => write!(path, "M{x:.1} {y:.1}"),
            Some((from_x, from_y)) => {
                let middle = f64::midpoint(*from_y, *y);
                write!(path, "C{from_x:.1} {middle:.1} {x:.1} {middle:.1} {x:.1} {y:.1}")
            }
        };
    }
    path
}

/// XML 1.0 §2.4.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
