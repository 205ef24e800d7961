//! Programs from Debian that tests call, installed where they are missing.

use crate::tell;
use std::env;
use std::process::Command;

/// A program, or a file by its whole path, and the package that has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Package {
    pub(crate) program: &'static str,
    pub(crate) package: &'static str,
}

/// Installs what is missing; says what to do where it may not.
pub(crate) fn install_missing(packages: &[Package]) -> Result<(), String> {
    let missing: Vec<&str> = packages
        .iter()
        .filter(|package| !is_on_path(package.program))
        .map(|package| package.package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let install = format!("apt-get install --no-install-recommends -y {}", missing.join(" "));
    tell(&format!("==> {install}"));
    let script = format!("apt-get update -q && {install}");
    let script = if is_root() { script } else { format!("sudo sh -c '{script}'") };
    let done = Command::new("sh")
        .args(["-c", &script])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .is_ok_and(|status| status.success());
    if done { Ok(()) } else { Err(format!("tests need phones; as root: {install}")) }
}

fn is_on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}
