//! Opening hours as they are written: `mon-fri 08:00-17:00`, `08:00-12:00, 13:00-17:00`.

use crate::OpenSpan;
use crate::plan::DAY;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads one line of a week: days, then spans. The days are places in a week, Monday 0.
pub(crate) fn week_line(line: &str) -> Result<(Vec<usize>, Vec<OpenSpan>), String> {
    let (days, spans) = line
        .trim()
        .split_once(char::is_whitespace)
        .ok_or("write days and hours, such as \"mon-fri 08:00-17:00\"")?;
    let mut list = Vec::new();
    for part in days.split(',') {
        list.extend(day_range(part)?);
    }
    Ok((list, day_spans(spans)?))
}

/// Reads spans of one day, parted by commas.
pub(crate) fn day_spans(text: &str) -> Result<Vec<OpenSpan>, String> {
    let mut spans = text.split(',').map(|part| span(part.trim())).collect::<Result<Vec<_>, _>>()?;
    spans.sort_unstable();
    Ok(spans)
}

/// `mon`, or `mon-fri`, or `sat-mon` over the end of the week.
fn day_range(text: &str) -> Result<Vec<usize>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (day(first)?, day(last)?);
    let count = (last + 7 - first) % 7 + 1;
    Ok((first..first + count).map(|day| day % 7).collect())
}

fn day(text: &str) -> Result<usize, String> {
    let known = DAYS.iter().position(|day| *day == text.to_ascii_lowercase());
    known.ok_or_else(|| format!("`{text}` is no day; write mon, tue, wed, thu, fri, sat or sun"))
}

/// `08:00-17:00`; a span whose end is not after its beginning goes on into the next day.
fn span(text: &str) -> Result<OpenSpan, String> {
    let (opens, closes) = text
        .split_once('-')
        .ok_or_else(|| format!("`{text}` is no span of hours; write 08:00-17:00"))?;
    let (opens, closes) = (time_of_day(opens)?, time_of_day(closes)?);
    if opens == DAY {
        return Err("24:00 is an end only; a span that begins at midnight begins at 00:00".into());
    }
    if opens == closes {
        return Err(format!("`{text}` is empty; the whole day is 00:00-24:00"));
    }
    Ok(OpenSpan { opens, closes: if closes > opens { closes } else { closes + DAY } })
}

/// `08:00`, up to `24:00`: minutes from midnight.
pub(crate) fn time_of_day(text: &str) -> Result<u16, String> {
    let read = || {
        let (hour, minute) = text.trim().split_once(':')?;
        let minute = two_digits(minute)?;
        let at = two_digits(hour)? * 60 + minute;
        (minute < 60 && at <= DAY).then_some(at)
    };
    read().ok_or_else(|| format!("`{}` is no time of day; write 08:00", text.trim()))
}

fn two_digits(text: &str) -> Option<u16> {
    let digits = text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<(u16, u16)> {
        day_spans(text).unwrap().iter().map(|span| (span.opens, span.closes)).collect()
    }

    #[test]
    fn spans_are_minutes_of_the_day() {
        assert_eq!(spans("08:00-17:00"), [(480, 1020)]);
        assert_eq!(spans("13:00-17:00, 08:00-12:00"), [(480, 720), (780, 1020)]);
        assert_eq!(spans("00:00-24:00"), [(0, 1440)]);
        assert_eq!(spans("22:00-06:00"), [(1320, 1800)]);
    }

    #[test]
    fn days_run_over_the_end_of_the_week() {
        assert_eq!(week_line("mon-fri 08:00-17:00").unwrap().0, [0, 1, 2, 3, 4]);
        assert_eq!(week_line("sat-mon 08:00-17:00").unwrap().0, [5, 6, 0]);
        assert_eq!(week_line("Tue,sun 08:00-17:00").unwrap().0, [1, 6]);
    }

    #[test]
    fn what_is_no_week_says_how_to_write_one() {
        let told = |line| week_line(line).unwrap_err();
        assert_eq!(
            told("mo 08:00-17:00"),
            "`mo` is no day; write mon, tue, wed, thu, fri, sat or sun"
        );
        assert_eq!(told("mon 8-17"), "`8` is no time of day; write 08:00");
        assert_eq!(told("mon 08:00-24:30"), "`24:30` is no time of day; write 08:00");
        assert_eq!(told("mon 08:00-08:00"), "`08:00-08:00` is empty; the whole day is 00:00-24:00");
        assert_eq!(told("mon"), "write days and hours, such as \"mon-fri 08:00-17:00\"");
        assert!(told("mon +1:00-08:00").contains("`+1:00`"));
    }
}
