//! A large plan in which everything is used: a thousand steps, two hundred queues and a thousand agents, with skills,
//! hours, conditions and offers, each step led to by another.

use std::fmt::Write as _;

const STEPS: usize = 1_000;
const QUEUES: usize = 200;
const AGENTS: usize = 1_000;

/// What its steps and queues say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// Each step something of its own.
    Anything,
    /// What ships with the program, so that a server can play it.
    Shipped,
}

impl Says {
    fn at(self, step: usize) -> String {
        match self {
            Self::Anything => format!("p{step}"),
            Self::Shipped => "main-menu".to_owned(),
        }
    }

    const fn offer(self) -> &'static str {
        match self {
            Self::Anything => "offer",
            Self::Shipped => "thanks-for-waiting",
        }
    }
}

/// The plan.
#[must_use]
pub(crate) fn text(says: Says) -> String {
    let mut text = "timezone = \"Europe/Stockholm\"\noperator = \"queue.q0\"\n\n".to_owned();
    for step in 0..STEPS {
        write_step(&mut text, step, says).expect("a String takes everything");
    }
    for queue in 0..QUEUES {
        write_queue(&mut text, queue, says).expect("a String takes everything");
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
fn write_step(text: &mut String, step: usize, says: Says) -> std::fmt::Result {
    let (one, other) = (step % QUEUES, (step + 1) % QUEUES);
    let prompt = says.at(step);
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
            "[menu.s{step}]\nprompts = [\"{prompt}\"]\n\
             keys = {{ 1 = \"queue.q{one}\", 2 = \"queue.q{other}\", 3 = \"{next}\" }}\n"
        ),
        _ => writeln!(text, "[say.s{step}]\nprompts = [\"{prompt}\"]\ngoto = \"{next}\"\n"),
    }
}

fn write_queue(text: &mut String, queue: usize, says: Says) -> std::fmt::Result {
    writeln!(
        text,
        "[queue.q{queue}]\nname = \"Queue {queue}\"\nneeds = \"french >= 2 or product >= 8\"\nring = \"20s\"\n\n\
         [[queue.q{queue}.when]]\nwaited = \"10m\"\ngoto = \"hangup\"\n\n\
         [[queue.q{queue}.at]]\nafter = \"1m\"\nprompts = [\"{}\"]\nkeys = {{ 1 = \"hangup\" }}\n",
        says.offer()
    )
}
