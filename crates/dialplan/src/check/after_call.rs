//! Where calls have to be filed there must be time for it, and something to file them as.

use super::Written;
use crate::plan::Filing;
use crate::report::{Flaw, Report};
use std::time::Duration;

/// Looks at each queue, and at the agents who have a time of their own.
pub(super) fn check(written: &Written<'_>, report: &mut Report<'_>) {
    let plan = written.plan;
    for (queue, draft) in plan.queues.iter().zip(&written.draft.queues) {
        let span = draft.name.span();
        if queue.wrap_up_max < queue.wrap_up {
            let message = format!("`wrap_up_max` of `queue.{}` is below its `wrap_up`", queue.name);
            let remedy = "let it be as long at least".to_owned();
            report.add(Flaw::error("wrap-up-max-below", span.clone(), message).suggest(remedy));
        }
        match queue.filing {
            Filing::Optional => continue,
            Filing::Required => {}
        }
        if plan.dispositions.is_empty() {
            let message = format!("calls of `queue.{}` are filed as nothing", queue.name);
            let remedy =
                "write `[disposition.NAME]` for each thing that becomes of calls".to_owned();
            report.add(Flaw::error("no-disposition", span.clone(), message).suggest(remedy));
        }
        if queue.wrap_up == Duration::ZERO {
            let message = format!("`queue.{}` leaves no time to file its calls", queue.name);
            let remedy = "give it a `wrap_up`, or let `disposition` be \"optional\"".to_owned();
            report.add(Flaw::error("no-time-to-file", span, message).suggest(remedy));
        }
    }
    check_agents(written, report);
}

fn check_agents(written: &Written<'_>, report: &mut Report<'_>) {
    for (agent, draft) in written.plan.agents.iter().zip(&written.draft.agents) {
        let mut queues = agent.queues.iter().map(|queue| written.plan.queue(*queue));
        let required = queues.find(|queue| queue.filing == Filing::Required);
        let Some(queue) = required.filter(|_| agent.wrap_up == Some(Duration::ZERO)) else {
            continue;
        };
        let message = format!(
            "agent {} has no time to file the calls of `queue.{}`",
            agent.account, queue.name
        );
        let remedy = "take the agent's `wrap_up` out, or let it be longer".to_owned();
        report.add(Flaw::error("no-time-to-file", draft.name.span(), message).suggest(remedy));
    }
}
