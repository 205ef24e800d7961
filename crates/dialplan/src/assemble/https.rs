//! Steps that ask another program: their templates, headers and defaults.

use super::Assembly;
use super::facts::FACTS;
use crate::draft::HttpStepDraft;
use crate::nearest::did_you_mean;
use crate::outside::Site;
use crate::plan::{Goto, Http, Piece, Read, Secret, Template};
use crate::report::Flaw;
use crate::table::Text;
use std::sync::Arc;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(2);

impl Assembly<'_, '_> {
    pub(super) fn http_step(
        &mut self,
        name: Arc<str>,
        draft: &HttpStepDraft,
        site: &mut Site<'_>,
    ) -> Http {
        let url = match &draft.url {
            Some(text) => {
                self.check_url(text);
                self.template(text)
            }
            None => Template::new(Vec::new()),
        };
        let failed = self.goto_or(draft.failed.as_ref(), Goto::HangUp);
        Http {
            name,
            url,
            body: draft.body.as_ref().map(|body| {
                let pairs = body.iter();
                pairs
                    .map(|(key, text)| (key.get_ref().as_str().into(), self.template(text)))
                    .collect()
            }),
            headers: self.headers(draft, site),
            timeout: draft.timeout.unwrap_or(TIMEOUT),
            // What is sent twice may be done twice.
            retry: draft.retry.unwrap_or_else(|| draft.body.is_none()),
            reads: self.reads(draft),
            goto: self.goto_or(draft.goto.as_ref(), Goto::HangUp),
            unknown: self.goto_or(draft.unknown.as_ref(), failed),
            failed,
        }
    }

    fn headers(&mut self, draft: &HttpStepDraft, site: &mut Site<'_>) -> Vec<(Arc<str>, Secret)> {
        let plain = draft.headers.iter().map(|(name, value)| {
            (name.get_ref().as_str().into(), Secret::new(value.get_ref().clone()))
        });
        let mut headers: Vec<_> = plain.collect();
        for (name, variable) in &draft.secret_headers {
            headers.push((name.get_ref().as_str().into(), self.token(variable, site)));
        }
        headers
    }

    fn reads(&self, draft: &HttpStepDraft) -> Vec<Read> {
        let reads = draft.reads.iter().filter_map(|read| {
            // One too many has been told.
            let into = self.variables.id(read.into.get_ref())?;
            let path = read.path.split('.').map(Arc::from).collect();
            Some(Read { into, path, kind: read.kind })
        });
        reads.collect()
    }

    /// Who is asked stands in the plan, and no caller can choose another.
    fn check_url(&mut self, text: &Text) {
        let url = text.get_ref();
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
        let fits =
            host.is_some_and(|host| !host.is_empty() && !host.contains(['{', '}', '@', ' ']));
        if !fits {
            let message = format!("`{url}` is no address that can be asked");
            let remedy = "write it as \"https://crm.example/customers/{caller}\"".to_owned();
            self.report.add(Flaw::error("bad-url", text.span(), message).suggest(remedy));
        }
    }

    /// A text with `{caller}`, `{matter}`, ….
    fn template(&mut self, text: &Text) -> Template {
        let mut pieces = Vec::new();
        let mut rest = text.get_ref().as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((name, after)) = behind.split_once('}') else { break };
            if !before.is_empty() {
                pieces.push(Piece::Text(before.into()));
            }
            let plain = FACTS.iter().find(|(known, _)| *known == name).map(|(_, fact)| *fact);
            match plain.or_else(|| self.variables.fact(name)) {
                Some(fact) => pieces.push(Piece::Fact(fact)),
                None => self.undefined_place(text, name),
            }
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Template::new(pieces)
    }

    fn undefined_place(&mut self, text: &Text, name: &str) {
        let known: Vec<&str> =
            FACTS.iter().map(|(known, _)| *known).chain(self.variables.names()).collect();
        let meant = did_you_mean(name, known.iter().copied());
        let remedy = meant.unwrap_or_else(|| format!("there are {}", known.join(", ")));
        let message = format!("`{{{name}}}` stands for nothing that is known of a call");
        self.report.add(Flaw::error("undefined-fact", text.span(), message).suggest(remedy));
    }
}
