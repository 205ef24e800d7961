//! The graph as Mermaid, which documentation of all kinds draws.

use dialplan::{Graph, NodeKind};
use std::fmt::Write as _;

/// A flowchart.
pub(super) fn write(graph: &Graph) -> String {
    let mut text = "flowchart TD\n".to_owned();
    for (at, node) in graph.nodes.iter().enumerate() {
        let (open, close) = match node.kind {
            NodeKind::Number => ("([", "])"),
            NodeKind::Step => ("[", "]"),
            NodeKind::Menu => ("{{", "}}"),
            NodeKind::Queue => ("[/", "/]"),
            NodeKind::End => ("((", "))"),
        };
        let _infallible = writeln!(text, "    n{at}{open}\"{}\"{close}", escaped(&node.name));
    }
    for edge in &graph.edges {
        let label = match edge.label.as_str() {
            "" => String::new(),
            label => format!("|\"{}\"|", escaped(label)),
        };
        let _infallible = writeln!(text, "    n{} -->{label} n{}", edge.from, edge.to);
    }
    text
}

/// Mermaid takes entity codes in quotes, and would take a hash for one.
fn escaped(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}
