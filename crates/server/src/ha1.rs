//! Hashes in place of the passwords of phones: in a running centre, and in a dialplan by
//! `telefonist ha1`.

use crate::cli::Ha1Args;
use crate::exit::{Exit, Fault, Outcome};
use crate::screen;
use crate::settings::{self, Settings};
use dialplan::{Ha1, PhoneSecret, Plan, Secret};
use sip_auth::{Algorithm, Credentials};
use sip_msg::Text;
use std::io::{self, BufRead, IsTerminal, Read};
use std::process::Command;

/// The longest password that is read.
const PASSWORD_BYTES_MAX: u64 = 4_096;

pub(crate) fn run(args: &Ha1Args) -> Outcome {
    let realm = match &args.realm {
        Some(realm) => realm.clone(),
        None => Settings::read(&args.site.join(settings::FILE))?.realm,
    };
    let password = password(&args.account, &realm)?;
    screen::say_last(&lines(&args.account, &realm, &password));
    Ok(Exit::Fine)
}

/// The lines to paste.
fn lines(account: &str, realm: &str, password: &str) -> String {
    let text = |text: &str| Text::copied(text.as_bytes());
    let credentials = Credentials::new(&text(account), &text(realm), &text(password));
    format!(
        "ha1_sha256 = \"{}\"\nha1_md5 = \"{}\"\n",
        credentials.ha1(Algorithm::Sha256),
        credentials.ha1(Algorithm::Md5)
    )
}

/// One line of standard input; a password on the command line would be seen by all who look.
fn password(account: &str, realm: &str) -> Result<String, Fault> {
    let asks = io::stdin().is_terminal();
    if asks {
        screen::ask(&format!("Password of {account} in {realm} (it is not shown): "));
        echo("-echo");
    }
    let mut line = String::new();
    let read = io::stdin().lock().take(PASSWORD_BYTES_MAX).read_line(&mut line);
    if asks {
        echo("echo");
        screen::ask("\n");
    }
    read.map_err(|error| Fault::found(format!("the password cannot be read: {error}")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Fault::found("the password is empty: type it, or give it on standard input"));
    }
    Ok(password.to_owned())
}

/// Whether the terminal shows what is typed. Where there is no `stty`, it does.
fn echo(setting: &str) {
    let _ = Command::new("stty").arg(setting).status();
}

/// Takes the passwords of phones out of a plan and leaves what their digests are made from. Those of
/// trunks stay, which are proved to carriers in realms of theirs.
pub(crate) fn keep_only(plan: &mut Plan, realm: &str) {
    let realm = Text::copied(realm.as_bytes());
    for agent in &mut plan.agents {
        let Some(password) = agent.secret.password() else { continue };
        let account = Text::copied(agent.account.as_bytes());
        let known = Credentials::new(&account, &realm, &Text::copied(password.as_bytes()));
        let hash = |algorithm| Some(Secret::new(known.ha1(algorithm).to_owned()));
        agent.secret =
            PhoneSecret::Hashed(Ha1 { md5: hash(Algorithm::Md5), sha256: hash(Algorithm::Sha256) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7616 §3.9.1 has this user, realm and password.
    #[test]
    fn the_lines_have_the_hashes_of_account_realm_and_password() {
        let lines = lines("Mufasa", "http-auth@example.org", "Circle of Life");
        assert_eq!(
            lines,
            "ha1_sha256 = \"7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232\"\n\
             ha1_md5 = \"3d78807defe7de2157e2b0b6573a855f\"\n"
        );
    }
}
