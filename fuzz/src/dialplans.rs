//! The reader of dialplans: an operator's file may hold anything.

use dialplan::{Checked, Graph, Outside, Plan, laid_out};

/// A dialplan: it becomes a plan or has an error, and every fault can be drawn. Laid out anew it means the same,
/// and once more it is the same text.
pub fn dialplan(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Checked { plan, faults } = check(text, text);
    assert_eq!(plan.is_none(), faults.any_error());
    let _ = faults.to_string();
    let again = laid_out(text);
    let Some(plan) = plan else { return };
    assert_eq!(laid_out(&again), again, "laid out once is laid out");
    let other = check(&again, text).plan.expect("what was a plan is one when it is laid out");
    assert_eq!(other.changes_from(&plan), []);
    let graph = Graph::of(&plan);
    assert!(graph.edges.iter().all(|edge| edge.from.max(edge.to) < graph.nodes.len()));
}

/// Whatever a plan names is there, and is as strange as the plan was.
fn check(text: &str, outside: &str) -> Checked {
    let mut asked = |asked: Outside<'_>| match asked {
        Outside::Env(name) | Outside::File(name) => Ok(name.to_owned()),
        Outside::Folder(_) => Ok("part.toml\nother.toml\n".to_owned()),
        Outside::Directory(_)
        | Outside::Calendar(_)
        | Outside::CalendarAt { .. }
        | Outside::CalendarNews(_)
        | Outside::Text { .. }
        | Outside::OtherWords { .. }
        | Outside::Part(_) => Ok(outside.to_owned()),
    };
    Plan::check("dialplan.toml", text, &|_, _| true, &mut asked)
}
