//! The hash of a phone's password, in place of the password.

use crate::plan::{Ha1, Secret};
use crate::report::{Flaw, Report};
use crate::table::Table;

/// Hex digits of each hash.
const MD5_DIGITS: usize = 32;
const SHA_256_DIGITS: usize = 64;

/// `ha1_sha256` and `ha1_md5`; `None` if neither is written.
pub(super) fn read(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Ha1> {
    let sha256 = read_one(table, "ha1_sha256", SHA_256_DIGITS, report);
    let md5 = read_one(table, "ha1_md5", MD5_DIGITS, report);
    (sha256.is_some() || md5.is_some()).then_some(Ha1 { md5, sha256 })
}

fn read_one(
    table: &mut Table<'_>,
    key: &'static str,
    digits: usize,
    report: &mut Report<'_>,
) -> Option<Secret> {
    let text = table.text(key, report)?;
    let hex = text.get_ref();
    if hex.len() != digits || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = format!("`{key}` is not {digits} hex digits");
        let remedy = "paste what `telefonist ha1 ACCOUNT` prints".to_owned();
        report.add(Flaw::error("bad-ha1", text.span(), message).suggest(remedy));
    }
    Some(Secret::new(hex.to_ascii_lowercase()))
}
