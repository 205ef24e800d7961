//! What Wireshark makes of a file: whether nobody else's reader finds a fault in what we wrote.

use std::path::Path;
use std::process::Command;

/// What Wireshark says is wrong, whatever the protocol.
const FAULTY: &str = "_ws.malformed || _ws.expert.severity >= 6291456 || tcp.analysis.flags \
                      || ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0";

/// Sums are right, and not merely there.
const SUMS: [&str; 3] =
    ["ip.check_checksum:TRUE", "udp.check_checksum:TRUE", "tcp.check_checksum:TRUE"];

/// The SIP messages in a file, in their order: `INVITE` or `200`.
///
/// # Panics
/// If Wireshark finds a fault in the file.
#[must_use]
pub fn messages(file: &Path) -> Vec<String> {
    let faults = read(file, FAULTY, "_ws.col.Info");
    assert_eq!(faults, Vec::<String>::new(), "{}", file.display());
    read(file, "sip", "sip.Method")
        .into_iter()
        .zip(read(file, "sip", "sip.Status-Code"))
        .map(|(method, status)| if status.is_empty() { method } else { status })
        .collect()
}

/// This field of all packets that the filter lets through.
fn read(file: &Path, filter: &str, field: &str) -> Vec<String> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(file).args(["-Y", filter, "-T", "fields", "-e", field]);
    SUMS.iter().for_each(|sum| {
        command.args(["-o", sum]);
    });
    let ran = command.output().expect("`cargo xtask test` installs tshark");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8_lossy(&ran.stdout).lines().map(str::to_owned).collect()
}
