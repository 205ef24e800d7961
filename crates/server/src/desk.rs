//! `telefonist agent`, `queue`, `message`, `call` and `explain`: looks at a running server and gives it
//! commands, over its control socket or over HTTP.

use crate::cli::{
    AgentWhat, CallWhat, CallbackWhat, DeskArgs, ExplainArgs, MessageWhat, OneQueue, QueueWhat,
    ReloadArgs,
};
use crate::control::SOCKET_FILE;
use crate::exit::{Exit, Fault, Outcome};
use crate::site::Site;
use crate::{explain, ledger_settings, past, screen, serve};
use api::Knock;
use jiff::Timestamp;
use serde_json::{Value, json};
use snapshot::Explained;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// One request and how its answer is shown.
enum Ask {
    /// A list, with these columns.
    List(String, &'static [&'static str]),
    /// One thing.
    Show(String),
    /// Why.
    Why(String),
    /// A command.
    Give(String, Value),
}

pub(crate) fn agent(what: &AgentWhat) -> Outcome {
    let give = |agent: &str, to: &str, body: Value| {
        Ask::Give(format!("/agents/{}/{to}", segment(agent)), body)
    };
    let (args, ask) = match what {
        AgentWhat::List(args) => (
            args,
            Ask::List("/agents".to_owned(), &["id", "name", "state", "calls", "pause", "logs_out"]),
        ),
        AgentWhat::Show(it) => (&it.desk, Ask::Show(format!("/agents/{}", segment(&it.agent)))),
        AgentWhat::Login(it) => (&it.desk, give(&it.agent, "login", json!({}))),
        AgentWhat::Logout(it) => (&it.desk, give(&it.agent, "logout", json!({}))),
        AgentWhat::Ready(it) => (&it.desk, give(&it.agent, "ready", json!({}))),
        AgentWhat::Pause(it) => (&it.desk, give(&it.agent, "pause", json!({ "pause": it.pause }))),
        AgentWhat::Resume(it) => (&it.desk, give(&it.agent, "resume", json!({}))),
        AgentWhat::ExtendWrapUp(it) => (&it.desk, give(&it.agent, "wrap-up/extend", json!({}))),
        AgentWhat::EndWrapUp(it) => (&it.desk, give(&it.agent, "wrap-up/end", json!({}))),
        AgentWhat::File(it) => {
            (&it.desk, give(&it.agent, "file", json!({ "disposition": it.disposition })))
        }
        AgentWhat::Join(it) => (&it.desk, give(&it.agent, "join", json!({ "queue": it.queue }))),
        AgentWhat::Phone(it) => (&it.desk, give(&it.agent, "phone", json!({ "phone": it.phone }))),
        AgentWhat::Monitor(it) => {
            (&it.desk, give(&it.agent, "monitor", json!({ "how": it.how.word() })))
        }
        AgentWhat::Listen(it) => {
            let body = json!({ "to": it.to, "how": it.how.word() });
            (&it.desk, give(&it.agent, "listen", body))
        }
        AgentWhat::BringIn(it) => {
            (&it.desk, give(&it.agent, "bring-in", json!({ "colleague": it.colleague })))
        }
        AgentWhat::TakeOver(it) => (&it.desk, give(&it.agent, "take-over", json!({}))),
        AgentWhat::Leave(it) => (&it.desk, give(&it.agent, "leave", json!({ "queue": it.queue }))),
    };
    run(args, &ask)
}

pub(crate) fn queue(what: &QueueWhat) -> Outcome {
    let give = |it: &OneQueue, to: &str| {
        Ask::Give(format!("/queues/{}/{to}", segment(&it.queue)), json!({}))
    };
    let (args, ask) = match what {
        QueueWhat::List(args) => {
            let columns =
                &["id", "name", "state", "waiting", "longest_wait_s", "talking", "agents_ready"];
            (args, Ask::List("/queues".to_owned(), columns))
        }
        QueueWhat::Show(it) => (&it.desk, Ask::Show(format!("/queues/{}", segment(&it.queue)))),
        QueueWhat::Close(it) => (&it.desk, give(it, "close")),
        QueueWhat::Open(it) => (&it.desk, give(it, "open")),
        QueueWhat::Auto(it) => (&it.desk, give(it, "auto")),
    };
    run(args, &ask)
}

pub(crate) fn callback(what: &CallbackWhat) -> Outcome {
    match what {
        CallbackWhat::List(args) => {
            let columns = &[
                "id",
                "callback",
                "number",
                "name",
                "queue",
                "promised_at",
                "attempts",
                "not_reached",
                "outcome",
            ];
            run(args, &Ask::List("/callbacks".to_owned(), columns))
        }
        CallbackWhat::Request(it) => {
            let given = [("name", it.name.as_ref().map(|name| json!(name)))];
            let given = given.into_iter().chain([("at", it.at.map(|at| json!(at)))]);
            let given = given.filter_map(|(key, value)| Some((key.to_owned(), value?)));
            let asked = [("callback", &it.callback), ("number", &it.number)];
            let asked = asked.map(|(key, value)| (key.to_owned(), json!(value)));
            let asked = Value::Object(asked.into_iter().chain(given).collect());
            run(&it.desk, &Ask::Give("/callbacks".to_owned(), asked))
        }
        CallbackWhat::Cancel(it) => {
            run(&it.desk, &Ask::Give(format!("/callbacks/{}/cancel", it.callback), json!({})))
        }
    }
}

pub(crate) fn message(what: &MessageWhat) -> Outcome {
    match what {
        MessageWhat::List(args) => {
            let columns = &[
                "id",
                "voicemail",
                "caller",
                "name",
                "left_at",
                "length_ms",
                "waits_in",
                "waits_as",
                "done_by",
            ];
            run(args, &Ask::List("/messages".to_owned(), columns))
        }
        MessageWhat::Done(it) => {
            let path = format!("/messages/{}/done", segment(&it.message));
            run(&it.desk, &Ask::Give(path, json!({})))
        }
    }
}

pub(crate) fn call(what: &CallWhat) -> Outcome {
    let give = |call: u64, to: &str, body| Ask::Give(format!("/calls/{call}/{to}"), body);
    let (args, ask) = match what {
        CallWhat::Trace(args) => return crate::call_trace::run(args),
        CallWhat::List(args) => {
            let columns = &["id", "caller", "number", "state", "queue", "place", "agents"];
            (args, Ask::List("/calls".to_owned(), columns))
        }
        CallWhat::Show(it) => (&it.desk, Ask::Show(format!("/calls/{}", it.call))),
        CallWhat::Move(it) => (&it.desk, give(it.call, "move", json!({ "queue": it.queue }))),
        CallWhat::Priority(it) => {
            (&it.desk, give(it.call, "priority", json!({ "priority": it.priority })))
        }
        CallWhat::Requeue(it) => (&it.desk, give(it.call, "requeue", json!({}))),
        CallWhat::Record(it) => {
            (&it.desk, give(it.call, &format!("recording/{}", it.what.word()), json!({})))
        }
        CallWhat::Withdraw(it) => (&it.desk, give(it.call, "withdraw", json!({}))),
    };
    run(args, &ask)
}

pub(crate) fn explain(args: &ExplainArgs) -> Outcome {
    if let Some(folder) = &args.data {
        return explain_past(folder, args);
    }
    let path = match (args.call, &args.agent) {
        (_, Some(agent)) => {
            let at = args.at.map(|at| format!("?at={at}")).unwrap_or_default();
            format!("/agents/{}/explain{at}", segment(agent))
        }
        // clap lets none come without either.
        (call, None) => format!("/calls/{}/explain", call.unwrap_or_default()),
    };
    run(&args.desk, &Ask::Why(path))
}

/// Has the server read its dialplan anew.
pub(crate) fn reload(args: &ReloadArgs) -> Outcome {
    let socket = match &args.site {
        Some(site) => Site::at(site)?.control_socket(None)?,
        None => socket_of(&args.desk),
    };
    reload_over(socket, &args.desk)
}

/// The same over this control socket, unless the server is to be asked over HTTP.
pub(crate) fn reload_over(socket: PathBuf, args: &DeskArgs) -> Outcome {
    let what = Ask::Give("/plan/reload".to_owned(), json!({}));
    let (status, body) = ask_over(knock_at(socket, args)?, &what)?;
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    if args.json {
        screen::say_last(&serde_json::to_string_pretty(&answer).map_err(Fault::found)?);
        return Ok(if status == 200 { Exit::Fine } else { Exit::Findings });
    }
    if status != 200 {
        return Err(refusal(&answer));
    }
    let list = |key| answer.get(key).and_then(Value::as_array);
    let edition = answer.get("edition").and_then(Value::as_u64).unwrap_or_default();
    let restart = list("needs_restart").into_iter().flatten();
    let restart: Vec<&str> = restart.filter_map(Value::as_str).collect();
    let mut told = format!("edition {edition} is in force");
    if let Some(warnings @ 1..) = list("warnings").map(Vec::len) {
        let s = if warnings == 1 { "" } else { "s" };
        let _ = write!(told, ", with {warnings} warning{s}: see `telefonist check`");
    }
    if !restart.is_empty() {
        let _ = write!(told, "; changed, and waiting for a restart: {}", restart.join(", "));
    }
    screen::say_last(&told);
    Ok(Exit::Fine)
}

/// Explains a call, or an agent at a moment, by the ledger alone.
fn explain_past(folder: &Path, args: &ExplainArgs) -> Outcome {
    let place = ledger_settings::of_data(folder)?;
    let explained = serve::block_on(async {
        match (args.call, &args.agent) {
            (_, Some(agent)) => {
                let at = args.at.unwrap_or_else(Timestamp::now);
                let past = ledger::agent_past(&place, agent, at).await.map_err(Fault::found)?;
                past.map(Explained::AgentPast).ok_or_else(|| format!("agent {agent}"))
            }
            // clap lets none come without either.
            (call, None) => {
                let id = call.unwrap_or_default();
                let past = past::call(&place, id).await.map_err(Fault::found)?;
                past.map(Explained::Call).ok_or_else(|| format!("call {id}"))
            }
        }
        .map_err(|what| Fault::found(format!("there is no {what} in this ledger")))
    })?;
    let shown = match args.desk.json {
        true => serde_json::to_string_pretty(&explained).map_err(Fault::found)?,
        false => explain::tell(&explained),
    };
    screen::say_last(&shown);
    Ok(Exit::Fine)
}

fn run(args: &DeskArgs, what: &Ask) -> Outcome {
    let (status, body) = ask(args, what)?;
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    if status != 200 {
        return Err(refusal(&answer));
    }
    let shown = match what {
        _ if args.json => serde_json::to_string_pretty(&answer).map_err(Fault::found)?,
        Ask::List(_, columns) => list(&answer, columns),
        Ask::Show(_) => serde_json::to_string_pretty(&answer).map_err(Fault::found)?,
        Ask::Why(_) => explain::tell(&serde_json::from_value(answer).map_err(Fault::found)?),
        Ask::Give(..) => "done".to_owned(),
    };
    screen::say_last(&shown);
    Ok(Exit::Fine)
}

/// The status and the body of the server's answer.
fn ask(args: &DeskArgs, what: &Ask) -> Result<(u16, String), Fault> {
    ask_over(knock_at(socket_of(args), args)?, what)
}

fn ask_over(knock: Knock, what: &Ask) -> Result<(u16, String), Fault> {
    serve::block_on(async {
        let answer = match what {
            Ask::List(path, _) | Ask::Show(path) | Ask::Why(path) => knock.read(path).await,
            Ask::Give(path, body) => knock.give(path, &body.to_string()).await,
        };
        answer.map_err(|error| Fault::new(Exit::NotReached, error))
    })
}

fn refusal(answer: &Value) -> Fault {
    let said = |key| answer.get(key).and_then(Value::as_str).unwrap_or("no reason given");
    // What is drawn over several lines ends with one.
    let (error, remedy) = (said("error").trim_end(), said("remedy"));
    let between = if error.contains('\n') { "\n" } else { ": " };
    Fault::found(format!("{error}{between}{remedy}"))
}

/// The control socket of the server, where none is named: that of a site in this folder.
fn socket_of(args: &DeskArgs) -> PathBuf {
    args.socket.clone().unwrap_or_else(|| Path::new("data").join(SOCKET_FILE))
}

fn knock_at(socket: PathBuf, args: &DeskArgs) -> Result<Knock, Fault> {
    match (args.http, &args.token_file) {
        (Some(addr), Some(file)) => {
            let token = fs::read_to_string(file)
                .map_err(|error| Fault::found(format!("{}: {error}", file.display())))?;
            Ok(Knock::Http(addr, token.trim().to_owned()))
        }
        // clap lets neither come alone.
        (Some(_) | None, _) => Ok(Knock::Socket(socket)),
    }
}

/// A name as a part of a path.
fn segment(name: &str) -> String {
    name.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
        path
    })
}

/// A table, each column as wide as what is in it.
fn list(rows: &Value, columns: &[&str]) -> String {
    let cell = |row: &Value, column: &&str| match row.get(*column) {
        Some(Value::Array(all)) => all.iter().map(word).collect::<Vec<_>>().join(","),
        Some(one) => word(one),
        None => word(&Value::Null),
    };
    let head = columns.iter().map(|column| column.replace('_', " ").to_uppercase()).collect();
    let rows = rows.as_array().into_iter().flatten();
    let rows = rows.map(|row| columns.iter().map(|column| cell(row, column)).collect());
    let table: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let width = |at: usize| {
        table.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<usize> = (0..columns.len()).filter_map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    table.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One thing of a list.
fn word(one: &Value) -> String {
    match one {
        Value::Null | Value::Bool(false) => "–".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::String(text) => text.chars().filter(|letter| !letter.is_control()).collect(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => one.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_as_wide_as_what_is_in_it_and_names_are_no_paths() {
        let rows = json!([{ "id": 7, "queue": null, "agents": ["1001", "1002"] }]);
        let shown = list(&rows, &["id", "queue", "agents"]);
        assert_eq!(shown, "ID  QUEUE  AGENTS\n7   –      1001,1002");
        let rows =
            json!([{ "calls": [4, 9], "logs_out": true }, { "calls": [], "logs_out": false }]);
        assert_eq!(list(&rows, &["calls", "logs_out"]), "CALLS  LOGS OUT\n4,9    yes\n       –");
        assert_eq!(segment("../1 å"), "..%2F1%20%C3%A5");
    }
}
