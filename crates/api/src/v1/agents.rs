//! Agents.

use super::told::{Nothing, Told};
use super::{Desk, Route};
use crate::control::Giver;
use crate::problem::Problem;
use crate::tokens::Scope;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Json};
use engine::{AgentCommand, Command, Monitor};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes() -> Vec<Route> {
    let command = |path, summary, command: AgentCommand| Route {
        method: "post",
        path,
        scope: Scope::Agents,
        summary,
        takes: Some(json!({ "type": "object", "additionalProperties": false })),
        handler: post(move |state, giver, agent, told: Told<Nothing>| {
            give(state, giver, agent, told, command)
        }),
    };
    vec![
        Route {
            method: "get",
            path: "/agents",
            scope: Scope::Read,
            summary: "All agents",
            takes: None,
            handler: get(list),
        },
        Route {
            method: "get",
            path: "/agents/{agent}",
            scope: Scope::Read,
            summary: "One agent",
            takes: None,
            handler: get(show),
        },
        command("/agents/{agent}/login", "The agent comes to work", AgentCommand::LogIn),
        command("/agents/{agent}/logout", "The agent goes home", AgentCommand::LogOut),
        command(
            "/agents/{agent}/ready",
            "Ends whatever keeps an agent from the next call: missed rings, after-call work, a pause",
            AgentCommand::MakeReady,
        ),
        command("/agents/{agent}/resume", "The agent's pause is over", AgentCommand::Resume),
        command(
            "/agents/{agent}/wrap-up/extend",
            "The agent has more time for after-call work",
            AgentCommand::ExtendWrapUp,
        ),
        command(
            "/agents/{agent}/wrap-up/end",
            "The agent is done with after-call work",
            AgentCommand::EndWrapUp,
        ),
        named(
            ("/agents/{agent}/pause", "The agent takes no calls for a while, for this reason"),
            "pause",
            post(|state, giver, agent, Told(Pause { pause }): Told<Pause>| {
                give(state, giver, agent, Told(Nothing {}), AgentCommand::Pause(pause.into()))
            }),
        ),
        named(
            ("/agents/{agent}/file", "The agent files the call that is on, or the last one"),
            "disposition",
            post(|state, giver, agent, Told(File { disposition }): Told<File>| {
                give(state, giver, agent, Told(Nothing {}), AgentCommand::File(disposition.into()))
            }),
        ),
        named(
            ("/agents/{agent}/join", "The agent serves this queue of theirs again"),
            "queue",
            post(|state, giver, agent, Told(OfQueue { queue }): Told<OfQueue>| {
                give(state, giver, agent, Told(Nothing {}), AgentCommand::JoinQueue(queue.into()))
            }),
        ),
        named(
            ("/agents/{agent}/leave", "The agent serves this queue of theirs no more for now"),
            "queue",
            post(|state, giver, agent, Told(OfQueue { queue }): Told<OfQueue>| {
                give(state, giver, agent, Told(Nothing {}), AgentCommand::LeaveQueue(queue.into()))
            }),
        ),
        Route {
            method: "post",
            path: "/agents/{agent}/listen",
            scope: Scope::Agents,
            summary: "A supervisor's phones ring, who listens to another agent and is heard in this way",
            takes: Some(json!({
                "type": "object", "required": ["to"], "additionalProperties": false,
                "properties": {
                    "to": { "type": "string" },
                    "how": { "enum": ["listen", "whisper", "barge"], "default": "listen" },
                },
            })),
            handler: post(|state, giver, agent, Told(Listen { to, how }): Told<Listen>| {
                let command = AgentCommand::Listen(to.into(), how.into());
                give(state, giver, agent, Told(Nothing {}), command)
            }),
        },
        named(
            (
                "/agents/{agent}/bring-in",
                "A colleague's phones ring, who talks with the agent and the caller",
            ),
            "colleague",
            post(|state, giver, agent, Told(BringIn { colleague }): Told<BringIn>| {
                let command = AgentCommand::BringIn(colleague.into());
                give(state, giver, agent, Told(Nothing {}), command)
            }),
        ),
        Route {
            method: "post",
            path: "/agents/{agent}/monitor",
            scope: Scope::Agents,
            summary: "Who listens to two others is heard in this way from here on",
            takes: Some(json!({
                "type": "object", "required": ["how"], "additionalProperties": false,
                "properties": { "how": { "enum": ["listen", "whisper", "barge"] } },
            })),
            handler: post(|state, giver, agent, Told(Heard { how }): Told<Heard>| {
                give(state, giver, agent, Told(Nothing {}), AgentCommand::Monitor(how.into()))
            }),
        },
        command(
            "/agents/{agent}/take-over",
            "Who listens to two others talks on with the caller, and the other agent is let go",
            AgentCommand::TakeOver,
        ),
        Route {
            method: "post",
            path: "/agents/{agent}/phone",
            scope: Scope::Agents,
            summary: "The agent's calls ring at this phone before all others; without one, as the plan says",
            takes: Some(json!({
                "type": "object", "additionalProperties": false,
                "properties": { "phone": { "type": ["integer", "null"], "minimum": 1, "maximum": 255 } },
            })),
            handler: post(|state, giver, agent, Told(UsePhone { phone }): Told<UsePhone>| {
                give(state, giver, agent, Told(Nothing {}), AgentCommand::UsePhone(phone))
            }),
        },
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UsePhone {
    phone: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listen {
    to: String,
    #[serde(default)]
    how: How,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BringIn {
    colleague: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Heard {
    how: How,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum How {
    #[default]
    Listen,
    Whisper,
    Barge,
}

impl From<How> for Monitor {
    fn from(how: How) -> Self {
        match how {
            How::Listen => Self::Listen,
            How::Whisper => Self::Whisper,
            How::Barge => Self::Barge,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pause {
    pause: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    disposition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfQueue {
    queue: String,
}

/// A command that goes with a name of the dialplan.
fn named(
    (path, summary): (&'static str, &'static str),
    name: &str,
    handler: MethodRouter<Desk>,
) -> Route {
    let takes = json!({
        "type": "object", "required": [name], "additionalProperties": false,
        "properties": { name: { "type": "string" } },
    });
    Route { method: "post", path, scope: Scope::Agents, summary, takes: Some(takes), handler }
}

async fn list(State(desk): State<Desk>) -> Json<Value> {
    Json(json!((desk.snapshot)().agents))
}

async fn show(State(desk): State<Desk>, Path(agent): Path<String>) -> Result<Json<Value>, Problem> {
    let snapshot = (desk.snapshot)();
    let found = snapshot.agents.iter().find(|each| *each.id == *agent);
    found
        .map(|found| Json(json!(found)))
        .ok_or_else(|| Problem::unknown("unknown_agent", format!("there is no agent {agent}")))
}

async fn give(
    State(desk): State<Desk>,
    Extension(giver): Extension<Giver>,
    Path(agent): Path<String>,
    Told(Nothing {}): Told<Nothing>,
    command: AgentCommand,
) -> Result<Json<Value>, Problem> {
    desk.give(giver.by, Command::Agent(agent.into(), command)).await
}
