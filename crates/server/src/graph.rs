//! `telefonist graph`: the dialplan as a picture.

mod dot;
mod layout;
mod mermaid;
mod svg;

use crate::cli::{GraphArgs, GraphFormat};
use crate::exit::{Exit, Outcome};
use crate::screen;
use crate::site::Site;
use dialplan::Graph;

pub(crate) fn run(args: &GraphArgs) -> Outcome {
    let plan = Site::at(&args.site)?.plan()?;
    let graph = Graph::of(&plan);
    let drawn = match args.format {
        GraphFormat::Mermaid => mermaid::write(&graph),
        GraphFormat::Dot => dot::write(&graph),
        GraphFormat::Svg => svg::write(&graph),
    };
    screen::say_last(drawn.trim_end());
    Ok(Exit::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dialplan::Plan;
    use expect_test::expect;

    fn small() -> Graph {
        let text = "[number.9000]\ngoto = \"menu.main\"\n[menu.main]\nprompts = [\"m\"]\n\
            keys = { 1 = \"queue.q\", \"#\" = \"menu.main\" }\n[queue.q]\nfull = \"hangup\"\n\
            closed = \"hangup\"\n[agent.1]\nsecret = \"s\"\nqueues = \"all\"\n";
        let plan = Plan::parse("t", text, &|_, _| true, &mut |_| Err(String::new()));
        Graph::of(&plan.unwrap())
    }

    fn demo() -> Graph {
        Graph::of(&Site::Demo.plan().unwrap())
    }

    #[test]
    fn a_plan_is_drawn_for_mermaid_and_for_graphviz() {
        expect![[r##"
            flowchart TD
                n0(["number.9000"])
                n1{{"menu.main"}}
                n2[/"queue.q"/]
                n3(("hangup"))
                n0 --> n1
                n0 -->|"0 at any time"| n2
                n1 -->|"#35;"| n1
                n1 -->|"1, otherwise"| n2
                n2 -->|"full, closed"| n3
        "##]]
        .assert_eq(&mermaid::write(&small()));
        expect![[r##"
            digraph dialplan {
                node [fontname="sans-serif"];
                n0 [label="number.9000", shape=oval];
                n1 [label="menu.main", shape=hexagon];
                n2 [label="queue.q", shape=parallelogram];
                n3 [label="hangup", shape=circle];
                n0 -> n1;
                n0 -> n2 [label="0 at any time"];
                n1 -> n1 [label="#"];
                n1 -> n2 [label="1, otherwise"];
                n2 -> n3 [label="full, closed"];
            }
        "##]]
        .assert_eq(&dot::write(&small()));
    }

    #[test]
    fn every_box_and_every_arrow_is_in_the_picture_once() {
        for graph in [small(), demo()] {
            let svg = svg::write(&graph);
            assert_eq!(svg.matches("<rect ").count(), graph.nodes.len());
            assert_eq!(svg.matches("marker-end=").count(), graph.edges.len());
            for node in &graph.nodes {
                assert!(svg.contains(&format!(">{}</text>", node.name)), "{}", node.name);
            }
            // Whatever is opened is closed, or closes itself.
            for tag in ["svg", "style", "defs", "marker", "text"] {
                let (opened, closed) = (format!("<{tag}"), format!("</{tag}>"));
                assert_eq!(svg.matches(&opened).count(), svg.matches(&closed).count(), "{tag}");
            }
        }
    }

    #[test]
    fn boxes_stand_apart_and_within_the_picture() {
        let graph = demo();
        let laid_out = layout::layout(&graph);
        for (at, one) in laid_out.nodes.iter().enumerate() {
            assert!(one.x - one.width / 2.0 >= 0.0 && one.x + one.width / 2.0 <= laid_out.width);
            assert!(one.y > 0.0 && one.y < laid_out.height);
            for other in laid_out.nodes.iter().skip(at + 1) {
                let beside = (one.x - other.x).abs() >= (one.width + other.width) / 2.0;
                assert!(beside || (one.y - other.y).abs() > layout::HEIGHT);
            }
        }
        // Callers come in at the top.
        let top = laid_out.nodes.iter().map(|place| place.y).fold(f64::MAX, f64::min);
        for (node, place) in graph.nodes.iter().zip(&laid_out.nodes) {
            assert!(node.kind != dialplan::NodeKind::Number || place.y <= top, "{}", node.name);
        }
    }
}
