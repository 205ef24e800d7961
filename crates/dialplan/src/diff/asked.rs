//! Digits that are collected, programs that are asked, and the variables that hold what came of it.

use super::facts::{Fact, Hidden, Subject, Words, word};
use crate::plan::{self, Collect, DigitCheck, Http, Piece, Read, Template, Variable, VariableId};

impl Words<'_> {
    pub(super) fn variable(&self, variable: &Variable) -> Subject {
        let Variable { name, kind, shown, secret } = variable;
        let mut subject = Subject::new("variable", name);
        subject.text("kind", kind);
        subject.flag("shown", *shown);
        subject.flag("secret", *secret);
        subject
    }

    pub(super) fn noted(&self, variable: VariableId) -> &str {
        self.0.variables.get(variable.index()).map_or("", |variable| &variable.name)
    }

    pub(super) fn collect(&self, subject: &mut Subject, collect: &Collect) {
        let Collect {
            name: _,
            prompts,
            into,
            digits_min,
            digits_max,
            end_key,
            timeout,
            between,
            tries,
            check,
            confirm,
            invalid,
            silent,
            goto: _,
            otherwise: _,
        } = collect;
        subject.list("prompts", self.phrases(prompts));
        subject.text("into", self.noted(*into));
        subject.text("digits_min", digits_min);
        subject.text("digits_max", digits_max);
        subject.text("end_key", end_key.map_or_else(|| "none".to_owned(), String::from));
        subject.length("timeout", *timeout);
        subject.length("between", *between);
        subject.text("tries", tries);
        match check {
            Some(DigitCheck::Pattern(pattern)) => subject.text("pattern", pattern),
            Some(check) => subject.word("check", check),
            None => {}
        }
        subject.flag("confirm", *confirm);
        subject.list("invalid", self.phrases(invalid));
        subject.list("silent", self.phrases(silent));
    }

    pub(super) fn http(&self, subject: &mut Subject, http: &Http) {
        let Http {
            name: _,
            url,
            body,
            headers,
            timeout,
            retry,
            reads,
            goto: _,
            unknown: _,
            failed: _,
        } = http;
        subject.text("url", self.template(url));
        for (name, template) in body.iter().flatten() {
            subject.text(&format!("body {name}"), self.template(template));
        }
        for (name, value) in headers {
            let hidden = Fact::Hidden(Hidden::Secret(value.clone()));
            subject.add(format!("header {name}"), hidden);
        }
        subject.length("timeout", *timeout);
        subject.flag("retry", *retry);
        for Read { into, path, kind } in reads {
            let key = format!("read {}", self.noted(*into));
            subject.text(&key, format!("{} as {kind}", path.join(".")));
        }
    }

    fn template(&self, template: &Template) -> String {
        let written = template.pieces().iter().map(|piece| match piece {
            Piece::Text(text) => text.to_string(),
            Piece::Fact(plan::Fact::Variable(variable, _)) => {
                format!("{{{}}}", self.noted(*variable))
            }
            Piece::Fact(fact) => format!("{{{}}}", word(fact)),
        });
        written.collect()
    }
}
