//! Going back to an edition: whenever that is cut off, the site is of one edition or of the other.
#![cfg(target_arch = "x86_64")]
#![expect(unsafe_code, reason = "only a debugger stops a program before a certain system call")]

use e2e::{Ran, Server, Site, program, run};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io, mem, ptr};

/// No address and no data.
const NONE: *mut libc::c_void = ptr::null_mut();

/// The numbers of the system calls by which a file gets another name.
const RENAMES: [libc::c_long; 3] = [libc::SYS_rename, libc::SYS_renameat, libc::SYS_renameat2];

/// Runs the program, and kills it before the file that it would be the next to rename, when so many have been. `false`: it
/// came to its end before.
#[expect(clippy::zombie_processes, reason = "`waitpid` reaps it, whichever way it ends")]
fn killed_after_renames(words: &[&str], count: usize) -> bool {
    let mut command = Command::new(program());
    command.args(words).stdout(Stdio::null()).stderr(Stdio::null());
    // SAFETY: between fork and exec nothing but one system call is made.
    unsafe {
        command.pre_exec(|| match libc::ptrace(libc::PTRACE_TRACEME, 0, NONE, NONE) {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        });
    }
    let child = command.spawn().unwrap();
    let pid = libc::pid_t::try_from(child.id()).unwrap();
    let (mut renamed, mut enters, mut status) = (0, true, 0);
    loop {
        // SAFETY: the child is ours, and traced by this very thread.
        unsafe {
            assert_eq!(libc::waitpid(pid, &raw mut status, 0), pid);
            if libc::WIFEXITED(status) || libc::WIFSIGNALED(status) {
                return false;
            }
            let is_rename = libc::WSTOPSIG(status) == libc::SIGTRAP && {
                let mut registers: libc::user_regs_struct = mem::zeroed();
                libc::ptrace(libc::PTRACE_GETREGS, pid, NONE, &raw mut registers);
                let call = libc::c_long::try_from(registers.orig_rax).unwrap_or(-1);
                RENAMES.contains(&call)
            };
            if is_rename && enters {
                if renamed == count {
                    libc::kill(pid, libc::SIGKILL);
                    libc::waitpid(pid, &raw mut status, 0);
                    return true;
                }
                renamed += 1;
            }
            // Each call stops where it begins and where it ends.
            enters = !is_rename || !enters;
            libc::ptrace(libc::PTRACE_SYSCALL, pid, NONE, NONE);
        }
    }
}

#[test]
fn a_rollback_that_is_killed_anywhere_leaves_a_site_of_one_edition() {
    let write_parts = |folder: &Path, name: &str| {
        let (dialplan, agents) = parts(name);
        fs::write(folder.join("dialplan.toml"), dialplan).unwrap();
        fs::write(folder.join("agents.toml"), agents).unwrap();
    };
    let made = Site::new(&parts("old").0);
    write_parts(made.folder(), "old");
    let server = Server::start(made);
    write_parts(server.site().folder(), "new");
    assert_eq!(reload(&server).out.trim(), "edition 2 is in force");
    let made = server.kill();
    let (folder, data) = (made.folder().to_str().unwrap().to_owned(), made.data());
    let words = ["plan", "rollback", "1", &folder, "--data", data.to_str().unwrap()];
    let words = [&words[..], &["--socket", "/nowhere/control.sock"]].concat();
    let mut ends = Vec::new();
    for count in 0..10 {
        write_parts(made.folder(), "new");
        if !killed_after_renames(&words, count) {
            break;
        }
        let ran = run(&["simulate", &folder, "--to", "9000"]);
        assert_eq!(ran.code, Some(0), "half a site after {count} renames: {}", ran.err);
        let text = fs::read_to_string(made.folder().join("dialplan.toml")).unwrap();
        let name = if text.contains("queue.old") { "old" } else { "new" };
        assert_eq!(fs::read_to_string(made.folder().join("agents.toml")).unwrap(), parts(name).1);
        ends.push(name);
    }
    // Before the list of what is to be renamed has its name, nothing is decided.
    assert_eq!(ends, ["new", "old", "old"]);
}

/// The two files of a plan whose queue has this name.
fn parts(name: &str) -> (String, String) {
    (
        format!(
            "include = [\"agents.toml\"]\n[number.9000]\ngoto = \"queue.{name}\"\n[queue.{name}]\n"
        ),
        format!("[agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"{name}\"]\n"),
    )
}

fn reload(server: &Server) -> Ran {
    let socket = server.site().data().join("control.sock");
    run(&["reload", "--socket", socket.to_str().unwrap()])
}
