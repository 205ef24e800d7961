//! Keys that a caller presses: `1,2`, `1@3s`, `0701234567#`.

use super::{Misfit, read_length};
use crate::values;
use std::time::Duration;

/// No trial has more keys.
pub const KEYS_MAX: usize = 200;

/// A key that a caller presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// The key.
    pub key: char,
    /// How long after the call was answered; none: when something has asked for a key.
    pub at: Option<Duration>,
}

/// Reads keys, parted by commas; each part is one key or several, and may end with the time at which they
/// are pressed, behind `@`.
///
/// # Errors
/// If one is no key of a telephone or no time, or if there are too many.
pub fn read_keys(text: &str) -> Result<Vec<Press>, Misfit> {
    let mut presses = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (keys, at) = match part.split_once('@') {
            Some((keys, at)) => (keys, Some(read_length(at)?)),
            None => (part, None),
        };
        for key in keys.chars() {
            let key = values::key(key.encode_utf8(&mut [0; 4])).ok_or_else(|| no_key(part))?;
            presses.push(Press { key, at });
        }
    }
    if presses.len() > KEYS_MAX {
        let message = format!("a caller presses at most {KEYS_MAX} keys here");
        return Err(Misfit::new("too-many", message));
    }
    Ok(presses)
}

fn no_key(part: &str) -> Misfit {
    Misfit::new("bad-key", format!("`{part}` is no key of a telephone"))
        .suggest("write keys 0 to 9, *, # and A to D, parted by commas, such as \"1,3@5s,070123#\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_in_parts_and_with_times() {
        let keys = read_keys("1, 2@3s,07#").unwrap();
        let told: Vec<_> = keys.iter().map(|it| (it.key, it.at.map(|at| at.as_secs()))).collect();
        assert_eq!(told, [('1', None), ('2', Some(3)), ('0', None), ('7', None), ('#', None)]);
        assert_eq!(read_keys("").unwrap(), []);
        assert!(read_keys("1,x").unwrap_err().to_string().contains("`x` is no key"));
        assert!(read_keys("1@soon").unwrap_err().to_string().contains("`soon`"));
        assert!(read_keys(&"1".repeat(KEYS_MAX + 1)).is_err());
    }
}
