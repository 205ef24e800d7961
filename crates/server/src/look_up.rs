//! Asks directories over HTTP who a caller is, and other programs what steps of the plan want to know, and
//! tells the answer. Never waited for: who is slow or dead delays nothing but its own answers, and the engine
//! bounds how many are out.

use crate::exit::Fault;
use dialplan::{HttpDirectory, Told, ValueKind};
use engine::{Answer, Ask, LookUpId, Question, Request};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// No answer is longer: it says a name and a few words.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

type Tell = dyn Fn(LookUpId, Answer) + Send + Sync;

/// Asks directories.
pub(crate) struct LookUps {
    client: Client,
    tell: Arc<Tell>,
    runtime: Handle,
}

impl LookUps {
    /// Must be called inside a Tokio runtime. `tell` is called from tasks of it and must not block.
    pub(crate) fn start(
        tell: impl Fn(LookUpId, Answer) + Send + Sync + 'static,
    ) -> Result<Self, Fault> {
        // Somebody else may have chosen the same before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // An answer from elsewhere is not the directory's.
        let client = Client::builder().redirect(Policy::none()).build().map_err(Fault::found)?;
        Ok(Self { client, tell: Arc::new(tell), runtime: Handle::current() })
    }

    /// Asks, and tells what came of it before the directory's time is over.
    pub(crate) fn ask(&self, question: Question) {
        let (client, tell) = (self.client.clone(), Arc::clone(&self.tell));
        self.runtime.spawn(async move {
            let Question { id, ask } = question;
            let answer = match ask {
                // Such a name is nobody's.
                Ask::Caller { directory, number }
                    if leads_elsewhere(&address(&directory, &number)) =>
                {
                    Ok(Answer::Unknown)
                }
                Ask::Step(request) if leads_elsewhere(&request.url) => {
                    Err("what was known would lead elsewhere".to_owned())
                }
                Ask::Caller { directory, number } => {
                    let request = request(&client, &directory, &number);
                    in_time(directory.timeout, request, |json| read(&directory, json)).await
                }
                Ask::Step(request) => ask_for_step(&client, &request).await,
            };
            tell(
                id,
                answer.unwrap_or_else(|error| {
                    // Neither the address nor the number: both are other people's business.
                    tracing::warn!(%error, "somebody who is asked over HTTP gives no answer");
                    Answer::Failed
                }),
            );
        });
    }
}

/// Asks what a step wants to know, and once more if it is to.
async fn ask_for_step(client: &Client, request: &Request) -> Result<Answer, String> {
    let once = || in_time(request.timeout, of_step(client, request), |json| values(request, json));
    match once().await {
        Err(error) if request.retry => {
            tracing::info!(%error, "what a step asks is asked once more");
            once().await
        }
        answer => answer,
    }
}

fn of_step(client: &Client, request: &Request) -> RequestBuilder {
    let asked = match &request.body {
        None => client.get(&request.url),
        Some(body) => {
            let object: Map<String, Value> = body
                .iter()
                .map(|(key, value)| (key.to_string(), json_of(value.as_ref())))
                .collect();
            let object = Value::Object(object).to_string();
            client.post(&request.url).header("Content-Type", "application/json").body(object)
        }
    };
    let asked = asked.header("Accept", "application/json");
    request.headers.iter().fold(asked, |asked, (name, value)| asked.header(&**name, value.reveal()))
}

fn json_of(value: Option<&dialplan::Value>) -> Value {
    match value {
        None => Value::Null,
        Some(dialplan::Value::YesNo(yes)) => Value::Bool(*yes),
        Some(dialplan::Value::Number(number)) => Value::from(*number),
        Some(
            text @ (dialplan::Value::Text(_)
            | dialplan::Value::Length(_)
            | dialplan::Value::Time(_)
            | dialplan::Value::Date(_)),
        ) => Value::String(text.to_string()),
    }
}

/// What an answer says of what a step wants to know. What it does not say stays unknown.
fn values(request: &Request, json: &Value) -> Answer {
    let read = request.reads.iter().filter_map(|read| {
        let found = read.path.iter().try_fold(json, |value, key| value.get(&**key))?;
        Some((read.into, value_of(read.kind, found)?))
    });
    Answer::Read(read.collect())
}

fn value_of(kind: ValueKind, found: &Value) -> Option<dialplan::Value> {
    match kind {
        ValueKind::Number => whole(found).map(dialplan::Value::Number),
        ValueKind::YesNo => found.as_bool().map(dialplan::Value::YesNo),
        ValueKind::Text | ValueKind::Length | ValueKind::Time | ValueKind::Date => {
            let text = text_of(found).or_else(|| found.as_bool().map(|yes| yes.to_string()))?;
            Some(dialplan::Value::text(&text))
        }
    }
}

/// A number without what is behind its point, also where it is written as a text.
fn whole(found: &Value) -> Option<i64> {
    let text = text_of(found)?;
    let digits = text.trim().split('.').next()?;
    digits.parse().ok()
}

/// Asks, and reads the answer, within a time.
async fn in_time(
    timeout: Duration,
    request: RequestBuilder,
    read: impl Fn(&Value) -> Answer,
) -> Result<Answer, String> {
    let asked = tokio::time::timeout(timeout, ask(request, read));
    asked.await.unwrap_or_else(|_late| Err("no answer in time".to_owned()))
}

async fn ask(request: RequestBuilder, read: impl Fn(&Value) -> Answer) -> Result<Answer, String> {
    let shown = |error: reqwest::Error| error.without_url().to_string();
    let mut response = request.send().await.map_err(shown)?;
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::NO_CONTENT => return Ok(Answer::Unknown),
        status if status.is_success() => {}
        status => return Err(format!("it says {status}")),
    }
    let mut body = Vec::new();
    while let Some(more) = response.chunk().await.map_err(shown)? {
        if body.len() + more.len() > ANSWER_BYTES_MAX {
            return Err(format!("its answer is longer than {ANSWER_BYTES_MAX} bytes"));
        }
        body.extend_from_slice(&more);
    }
    let json = serde_json::from_slice(&body).map_err(|error| format!("no JSON: {error}"))?;
    Ok(read(&json))
}

fn address(directory: &HttpDirectory, number: &str) -> String {
    // Of what a number has, only the plus means something else in an address.
    directory.url.replace("{number}", &escaped(number))
}

fn request(client: &Client, directory: &HttpDirectory, number: &str) -> RequestBuilder {
    let request = client.get(address(directory, number)).header("Accept", "application/json");
    match &directory.token {
        Some(token) => request.bearer_auth(token.reveal()),
        None => request,
    }
}

/// Whether what a caller sends would lead to another place of the server: a part of a path that is one dot or two, however
/// it is written, is no name but a way (WHATWG URL, "double-dot path segment").
fn leads_elsewhere(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let dots = |part: &str| part.to_ascii_lowercase().replace("%2e", ".");
    path.split('/').any(|part| matches!(&*dots(part), "." | ".."))
}

/// RFC 3986 §2.1: all but letters and digits.
fn escaped(number: &str) -> String {
    number.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}

/// What an answer says. One that says nothing is of somebody unknown.
fn read(directory: &HttpDirectory, json: &Value) -> Answer {
    let field = |name: &str| {
        let path = directory.fields.get(name)?;
        path.split('.').try_fold(json, |value, key| value.get(key))
    };
    let text = |name| field(name).and_then(text_of).filter(|text| !text.is_empty());
    let told = Told {
        name: text("name"),
        company: text("company"),
        language: text("language"),
        priority: field("priority").and_then(Value::as_u64),
        vip: field("vip").and_then(Value::as_bool).unwrap_or(false),
        agent: text("agent"),
        whisper: text("whisper"),
    };
    if told == Told::default() { Answer::Unknown } else { Answer::Known(Box::new(told)) }
}

/// An account may be written as a number.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

impl fmt::Debug for LookUps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookUps").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn directory(paths: &[(&str, &str)]) -> HttpDirectory {
        let usual = HttpDirectory::FIELDS.map(|name| (Arc::from(name), Arc::from(name)));
        let mut fields = std::collections::BTreeMap::from(usual);
        fields.extend(paths.iter().map(|(name, path)| (Arc::from(*name), Arc::from(*path))));
        HttpDirectory {
            url: "http://127.0.0.1/{number}".into(),
            token: None,
            timeout: Duration::from_secs(1),
            keep: Duration::ZERO,
            fields,
        }
    }

    #[test]
    fn an_answer_is_read_where_its_fields_are() {
        let json = json!({
            "contact": { "full_name": "Anna Berg" }, "company": null, "vip": true, "agent": 1001
        });
        let told = Told {
            name: Some("Anna Berg".to_owned()),
            vip: true,
            agent: Some("1001".to_owned()),
            ..Told::default()
        };
        let directory = directory(&[("name", "contact.full_name")]);
        assert_eq!(read(&directory, &json), Answer::Known(Box::new(told)));
    }

    #[test]
    fn an_answer_that_says_nothing_is_of_somebody_unknown() {
        for json in [json!({}), json!(null), json!([]), json!({ "name": "" })] {
            assert_eq!(read(&directory(&[]), &json), Answer::Unknown, "{json}");
        }
    }

    #[test]
    fn a_step_reads_what_it_wants_in_the_kind_that_it_wants() {
        let read = |path: &str, kind| dialplan::Read {
            into: dialplan::VariableId(0),
            path: path.split('.').map(Arc::from).collect(),
            kind,
        };
        let json = json!({
            "account": { "balance": -12.75, "owed": "30", "open": true, "id": 7 }, "name": " Anna\n Berg"
        });
        let value = |path, kind| {
            let reads = vec![read(path, kind)];
            let (url, headers) = (String::new(), Vec::new());
            let timeout = Duration::from_secs(1);
            let request = Request { url, body: None, headers, timeout, retry: false, reads };
            let Answer::Read(values) = values(&request, &json) else { return None };
            values.into_iter().next().map(|(_, value)| value)
        };
        use dialplan::Value as Noted;
        assert_eq!(value("account.balance", ValueKind::Number), Some(Noted::Number(-12)));
        assert_eq!(value("account.owed", ValueKind::Number), Some(Noted::Number(30)));
        assert_eq!(value("account.open", ValueKind::YesNo), Some(Noted::YesNo(true)));
        assert_eq!(value("account.id", ValueKind::Text), Some(Noted::Text("7".into())));
        assert_eq!(value("name", ValueKind::Text), Some(Noted::Text("Anna Berg".into())));
        assert_eq!(value("name", ValueKind::Number), None);
        assert_eq!(value("account.none", ValueKind::Text), None);
    }

    #[test]
    fn who_calls_himself_dots_leads_nowhere_else() {
        for number in [".", "..", "%2e."] {
            let mut directory = directory(&[]);
            directory.url = "https://crm.example/api/callers/{number}?k=1".into();
            let leads = leads_elsewhere(&address(&directory, number));
            assert_eq!(leads, number != "%2e.", "{number}");
        }
        assert!(leads_elsewhere("https://crm.example/a/%2E%2e/b"));
        assert!(!leads_elsewhere("https://crm.example/a/1..2/b?q=.."));
    }

    #[test]
    fn the_plus_of_a_number_stays_a_plus() {
        assert_eq!(escaped("+46701234567"), "%2B46701234567");
    }
}
