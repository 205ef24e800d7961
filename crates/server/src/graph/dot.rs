//! The graph as DOT, the language of Graphviz.

use dialplan::{Graph, NodeKind};
use std::fmt::Write as _;

/// A directed graph.
pub(super) fn write(graph: &Graph) -> String {
    let mut text = "digraph dialplan {\n    node [fontname=\"sans-serif\"];\n".to_owned();
    for (at, node) in graph.nodes.iter().enumerate() {
        let shape = match node.kind {
            NodeKind::Number => "oval",
            NodeKind::Step => "box",
            NodeKind::Menu => "hexagon",
            NodeKind::Queue => "parallelogram",
            NodeKind::End => "circle",
        };
        let name = escaped(&node.name);
        let _infallible = writeln!(text, "    n{at} [label=\"{name}\", shape={shape}];");
    }
    for edge in &graph.edges {
        let label = match edge.label.as_str() {
            "" => String::new(),
            label => format!(" [label=\"{}\"]", escaped(label)),
        };
        let _infallible = writeln!(text, "    n{} -> n{}{label};", edge.from, edge.to);
    }
    text.push_str("}\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
