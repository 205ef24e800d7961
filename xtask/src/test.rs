//! `cargo xtask test`: everything that must hold, in the order in which it fails fastest.

use crate::programs::{Program, Turn, shown};
use crate::tally::Tally;
use crate::{debian, tell};
use std::process::Command;
use std::thread;

/// What every Debian package brings, however little else of its papers is wanted.
const KAMAILIO_TLS: &str = "/usr/share/doc/kamailio-tls-modules/copyright";

/// Where it is on this machine. Nothing else is in its package but papers.
const FAKETIME: &str = "/usr/share/doc/libfaketime/copyright";

/// What the end-to-end tests call: phones and readers that nobody here wrote.
pub(crate) const PACKAGES: &[debian::Package] = &[
    debian::Package { program: "sipp", package: "sip-tester" },
    debian::Package { program: "baresip", package: "baresip-core" },
    debian::Package { program: "kamailio", package: "kamailio" },
    debian::Package { program: KAMAILIO_TLS, package: "kamailio-tls-modules" },
    debian::Package { program: "linphonec", package: "linphone-cli" },
    debian::Package { program: "strace", package: "strace" },
    debian::Package { program: "opusdec", package: "opus-tools" },
    debian::Package { program: "tshark", package: "tshark" },
    debian::Package { program: "pg_ctlcluster", package: "postgresql" },
    debian::Package { program: "espeak-ng", package: "espeak-ng" },
    debian::Package { program: FAKETIME, package: "libfaketime" },
    debian::Package { program: "docker-compose", package: "docker-compose" },
    // The phone in a page is fetched by npm, which brings node along.
    debian::Package { program: "chromium", package: "chromium" },
    debian::Package { program: "npm", package: "npm" },
];

/// Packages whose tests wait for phones: three at a time, since two seldom fill two cores.
const WITH_PHONES: [&str; 1] = ["tests"];
const PHONES_AT_ONCE: u8 = 3;

/// Packages whose tests do nothing but reckon, for minutes: they have what those leave of the machine.
const RECKON: [&str; 2] = ["acd", "sim"];

/// The examples in the documents of the code.
const DOCUMENTS: [&str; 3] = ["--workspace", "--doc", "--no-fail-fast"];

/// The lock-free borders with every order of events, built for that alone.
const MODELS: [&str; 6] =
    ["--package=border", "--test=models", "--release", "--target-dir=target/loom", "--", "--quiet"];

pub(crate) fn run() -> Result<(), String> {
    debian::install_missing(PACKAGES)?;
    step(&["fmt", "--all", "--check"], &[])?;
    step(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[])?;
    step(&["doc", "--workspace", "--no-deps", "--quiet"], &[("RUSTDOCFLAGS", "-D warnings")])?;
    // The end-to-end tests run the program itself.
    step(&["build", "--package", "server"], &[])?;
    let tally = all_tests()?;
    tell(&tally.to_string());
    if tally.is_good() { Ok(()) } else { Err("the tests did not pass".to_owned()) }
}

fn all_tests() -> Result<Tally, String> {
    let (reckon, others): (Vec<_>, Vec<_>) =
        Program::all()?.into_iter().partition(|program| program.is_of(&RECKON));
    let (with_phones, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|program| program.is_of(&WITH_PHONES));
    let beside = thread::spawn(move || all_of(&reckon, Turn::Last));
    let mut tally = all_of(&with_phones, Turn::Usual(Some(PHONES_AT_ONCE)))?;
    tally += all_of(&others, Turn::Usual(None))?;
    tally += beside.join().map_err(|_| "the tests beside the others ended badly".to_owned())??;
    for (arguments, flags) in [(&DOCUMENTS[..], None), (&MODELS[..], Some("--cfg loom"))] {
        tell(&format!("==> cargo test {}", arguments.join(" ")));
        let mut cargo = Command::new(env!("CARGO"));
        cargo.arg("test").args(arguments).envs(flags.map(|flags| ("RUSTFLAGS", flags)));
        tally += shown(&mut cargo)?;
    }
    Ok(tally)
}

fn all_of(programs: &[Program], turn: Turn) -> Result<Tally, String> {
    let mut all = Tally::default();
    for program in programs {
        all += program.run(turn)?;
    }
    Ok(all)
}

pub(crate) fn step(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), String> {
    tell(&format!("==> cargo {}", arguments.join(" ")));
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" "))) }
}
