//! `dialplan.reload`: from the moment in which an operator saves a large plan and says `telefonist reload` to the answer that it
//! is in force, which comes when the engine follows it and that is on disk. The limit is to read and check the same text
//! in memory, in wall time too.

use crate::dialplan_check::check;
use crate::figure::Figure;
use crate::large_plan::{Says, text};
use crate::served::{Server, at_share, milliseconds};
use std::hint::black_box;
use std::time::Instant;

/// How often it is reloaded.
const TURNS: usize = 30;

/// Measures reloading.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let plan = text(Says::Shipped);
    // Another edition each time, so that something is different.
    let of_turn = |turn: usize| plan.replacen("\"Queue 0\"", &format!("\"Queue 0 {turn}\""), 1);
    let server = Server::start(&plan);
    let (mut reloads, mut checks) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let plan = of_turn(turn);
        let began = Instant::now();
        server.reload(&plan);
        reloads.push(milliseconds(began.elapsed()));
        let began = Instant::now();
        drop(black_box(check(black_box(&plan))));
        checks.push(milliseconds(began.elapsed()));
    }
    drop(server);
    reloads.sort_by(f64::total_cmp);
    checks.sort_by(f64::total_cmp);
    let at = |share| at_share(&reloads, share).zip(at_share(&checks, share));
    let figure = |(label, share)| {
        let (value, limit) = at(share)?;
        Some(Figure::beside(format!("dialplan.reload.{label}"), value, "ms", limit))
    };
    [("p50", 0.5), ("max", 1.0)].into_iter().filter_map(figure).collect()
}
