//! Where a secret is: exactly one of three keys.

use crate::report::{Flaw, Report};
use crate::table::{Table, Text};

/// Where the secret is.
pub(crate) enum SecretDraft {
    Given(Text),
    Env(Text),
    File(Text),
}

/// Whether there must be a secret.
#[derive(Clone, Copy)]
pub(super) enum Needed {
    /// Yes, and what it is for.
    Always(&'static str),
    /// It may be left out.
    Perhaps,
}

/// Exactly one of the three keys, or none where none is needed.
pub(super) fn read(
    table: &mut Table<'_>,
    needed: Needed,
    report: &mut Report<'_>,
) -> Option<SecretDraft> {
    let given = table.text("secret", report).map(SecretDraft::Given);
    let env = table.text("secret_env", report).map(SecretDraft::Env);
    let file = table.text("secret_file", report).map(SecretDraft::File);
    let mut found = [given, env, file].into_iter().flatten();
    let (first, second) = (found.next(), found.next());
    let keys = ["secret", "secret_env", "secret_file"];
    let written = keys.into_iter().any(|key| table.value(key).is_some());
    match needed {
        _ if second.is_some() => report.add(flaw(table, "two-secrets", "has more than one secret")),
        Needed::Always(purpose) if !written => {
            report.add(flaw(table, "no-secret", &format!("has no secret for {purpose}")));
        }
        Needed::Always(_) | Needed::Perhaps => {}
    }
    first
}

fn flaw(table: &Table<'_>, id: &'static str, told: &str) -> Flaw {
    let remedy = "write exactly one of `secret_env` (the name of an environment variable), \
                  `secret_file` (a file of the site) or `secret`";
    Flaw::error(id, table.span.clone(), format!("`{}` {told}", table.name))
        .suggest(remedy.to_owned())
}
