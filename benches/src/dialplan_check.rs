//! `dialplan.check`: what it costs to read and check a large plan, from its text to the plan with all faults.
//!
//! A thousand steps, two hundred queues and a thousand agents, with skills, hours, conditions and offers, each step led
//! to by another. The limit is to read the same text as TOML alone.

use crate::busy::busy;
use crate::figure::Figure;
use dialplan::Plan;
use std::fmt::Write as _;
use std::hint::black_box;

/// How often each thing is done; the first time does not count.
const TURNS: u32 = 20;

const STEPS: usize = 1_000;
const QUEUES: usize = 200;
const AGENTS: usize = 1_000;

/// Measures checking.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    let text = text();
    let checked = check(&text);
    assert!(checked.plan.is_some() && checked.faults.is_empty(), "{}", checked.faults);
    let read = millis(|| text.parse::<toml::Table>());
    let whole = millis(|| check(black_box(&text)));
    vec![Figure::beside("dialplan.check", whole, "ms", read)]
}

/// Milliseconds of processor time that something takes.
fn millis<T>(mut something: impl FnMut() -> T) -> f64 {
    drop(black_box(something()));
    let start = busy();
    (0..TURNS).for_each(|_| drop(black_box(something())));
    (busy() - start).as_secs_f64() * 1e3 / f64::from(TURNS)
}

fn check(text: &str) -> dialplan::Checked {
    let mut secrets = |_: dialplan::Outside<'_>| Err("all are in the text".to_owned());
    Plan::check("dialplan.toml", text, &|_, _| true, &mut secrets)
}

/// A plan in which everything is used.
fn text() -> String {
    let mut text = "timezone = \"Europe/Stockholm\"\noperator = \"queue.q0\"\n\n".to_owned();
    for step in 0..STEPS {
        write_step(&mut text, step).expect("a String takes everything");
    }
    for queue in 0..QUEUES {
        write_queue(&mut text, queue).expect("a String takes everything");
    }
    for agent in 0..AGENTS {
        let (one, other) = (agent % QUEUES, (agent * 7 + 1) % QUEUES);
        let other = if one == other { String::new() } else { format!(", \"q{other}\"") };
        let skills = format!("french = {}, product = {}", agent % 9 + 2, agent % 7 + 4);
        writeln!(
            text,
            "[agent.{}]\nname = \"Agent {agent}\"\nsecret = \"s{agent}\"\nqueues = [\"q{one}\"{other}]\n\
             skills = {{ {skills} }}\n",
            10_000 + agent
        )
        .expect("a String takes everything");
    }
    text
}

/// A number, a menu that leads to two queues and to the next step, or words before it.
fn write_step(text: &mut String, step: usize) -> std::fmt::Result {
    let (one, other) = (step % QUEUES, (step + 1) % QUEUES);
    let kind = |step: usize| if step.is_multiple_of(2) { "menu" } else { "say" };
    if step.is_multiple_of(50) {
        writeln!(
            text,
            "[number.{}]\ngoto = \"menu.s{step}\"\nhours = \"h{step}\"\n",
            900_000 + step
        )?;
        writeln!(text, "[hours.h{step}]\nweek = [\"mon-fri 08:00-17:00\", \"sat 10:00-14:00\"]\n")?;
    }
    let next = match step + 1 {
        next if next < STEPS => format!("{}.s{next}", kind(next)),
        _ => "hangup".to_owned(),
    };
    match kind(step) {
        "menu" => writeln!(
            text,
            "[menu.s{step}]\nprompts = [\"p{step}\"]\n\
             keys = {{ 1 = \"queue.q{one}\", 2 = \"queue.q{other}\", 3 = \"{next}\" }}\n"
        ),
        _ => writeln!(text, "[say.s{step}]\nprompts = [\"p{step}\"]\ngoto = \"{next}\"\n"),
    }
}

fn write_queue(text: &mut String, queue: usize) -> std::fmt::Result {
    writeln!(
        text,
        "[queue.q{queue}]\nname = \"Queue {queue}\"\nneeds = \"french >= 2 or product >= 8\"\nring = \"20s\"\n\n\
         [[queue.q{queue}.when]]\nwaited = \"10m\"\ngoto = \"hangup\"\n\n\
         [[queue.q{queue}.at]]\nafter = \"1m\"\nprompts = [\"offer\"]\nkeys = {{ 1 = \"hangup\" }}\n"
    )
}
