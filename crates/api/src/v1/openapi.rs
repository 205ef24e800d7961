//! The OpenAPI document, made of the same list as the router.

use super::{ROOT, Route};
use crate::tokens::Scope;
use serde_json::{Map, Value, json};

/// The document of these routes.
pub(super) fn document(routes: &[Route]) -> Value {
    let mut paths = Map::new();
    for route in routes {
        let path = paths.entry(format!("{ROOT}{}", route.path)).or_insert_with(|| json!({}));
        if let Value::Object(path) = path {
            path.insert(route.method.to_owned(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Telefonist", "version": env!("CARGO_PKG_VERSION") },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["code", "error", "remedy"],
                    "properties": {
                        "code": { "type": "string", "description": "The kind, for programs." },
                        "error": { "type": "string", "description": "What is wrong." },
                        "remedy": { "type": "string", "description": "What to do about it." },
                    },
                },
                "Done": {
                    "type": "object",
                    "required": ["run", "seq"],
                    "properties": {
                        "run": { "type": "integer" },
                        "seq": { "type": "integer", "description": "The event that it left." },
                    },
                },
            },
        },
    })
}

fn operation(route: &Route) -> Value {
    let names = route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let in_path = |name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
    let problem = json!({
        "description": "Why not, and what to do",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    let kind = match route.path {
        "/events" => "text/event-stream",
        path if path.ends_with(".wav") => "audio/wav",
        path if path.ends_with(".opus") => "audio/ogg",
        _ => "application/json",
    };
    let schema = match (route.scope, route.method) {
        (Scope::Read, _) | (Scope::Messages | Scope::Recordings | Scope::Plan, "get") => json!({}),
        (
            Scope::Agents
            | Scope::Calls
            | Scope::Messages
            | Scope::Recordings
            | Scope::Callbacks
            | Scope::Queues
            | Scope::Plan,
            _,
        ) => {
            json!({ "$ref": "#/components/schemas/Done" })
        }
    };
    let mut operation = json!({
        "summary": route.summary,
        "description": format!("Needs the scope `{}`.", route.scope.word()),
        "parameters": names.map(in_path).collect::<Vec<_>>(),
        "responses": {
            "200": { "description": "Done", "content": { kind: { "schema": schema } } },
            "default": problem,
        },
    });
    if let (Some(Value::Array(parameters)), "post") =
        (operation.get_mut("parameters"), route.method)
    {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "What is sent again with the same key is carried out once",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        }));
    }
    if let (Value::Object(operation), Some(takes)) = (&mut operation, &route.takes) {
        let body = json!({
            "required": true, "content": { "application/json": { "schema": takes } },
        });
        operation.insert("requestBody".to_owned(), body);
    }
    operation
}
