//! Bounds on what goes into a column. Texts come from strangers, times from a clock that somebody
//! may have set.

use clock::WallTime;
use jiff::Timestamp;
use std::borrow::Cow;

/// No text of a peer is kept longer than this, in characters.
pub(crate) const TEXT_MAX: usize = 256;

/// `text`, cut to [`TEXT_MAX`] characters with an ellipsis to show it.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(TEXT_MAX) {
        None => Cow::Borrowed(text),
        Some((end, _)) => {
            let kept = text.get(..end).expect("char_indices gives boundaries");
            Cow::Owned(format!("{kept}…"))
        }
    }
}

/// A count as a column; the far end of the line is as good as any number past it.
pub(crate) fn column(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Microseconds of `at`, within the years −9999 to 9999, so that differences cannot overflow.
pub(crate) fn micros(at: WallTime) -> i64 {
    at.as_micros().clamp(Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond())
}

/// The stamp in a column, whatever a stranger may have written there.
pub(crate) fn timestamp(micros: i64) -> Timestamp {
    let end = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_microsecond(micros).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(short("båt"), "båt");
        let cut = short(&"å".repeat(TEXT_MAX + 5)).into_owned();
        assert_eq!(cut.chars().count(), TEXT_MAX + 1);
        assert!(cut.ends_with('…'));
        assert_eq!(short(&"å".repeat(TEXT_MAX)).chars().count(), TEXT_MAX);
    }

    #[test]
    fn the_ends_of_time_fit() {
        let (first, last) = (WallTime::from_micros(i64::MIN), WallTime::from_micros(i64::MAX));
        assert!(micros(last).checked_sub(micros(first)).is_some());
        assert_eq!(timestamp(i64::MAX), Timestamp::MAX);
        assert_eq!(timestamp(i64::MIN), Timestamp::MIN);
        assert_eq!(timestamp(0), Timestamp::UNIX_EPOCH);
    }
}
