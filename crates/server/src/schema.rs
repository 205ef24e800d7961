//! `telefonist schema`: what may stand in a dialplan, for editors.

use crate::exit::{Exit, Outcome};
use crate::screen;

/// Made by a test of the crate `dialplan`, of what its reader asks for and of what the guide says.
const SCHEMA: &str = include_str!("../../../dialplans/schema.json");

pub(crate) fn run() -> Outcome {
    screen::say_last(SCHEMA);
    Ok(Exit::Fine)
}
