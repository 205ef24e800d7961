//! A recording for whoever listens: whole, or the part that was asked for (RFC 9110 §14), so that a player can skip in it.

use super::messages::unreadable;
use crate::problem::Problem;
use crate::recordings::RecordingForm;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::io::{self, SeekFrom};
use std::ops::Range;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// What is read of a recording at once, so that many listeners take little memory.
const CHUNK: usize = 64 * 1024;

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Of(Range<u64>),
    /// It begins behind the end.
    Nothing,
}

/// The answer with a recording of this name.
pub(super) async fn recording(
    (name, form): (&str, RecordingForm),
    file: std::fs::File,
    asked: &HeaderMap,
) -> Result<Response, Problem> {
    let length = file.metadata().map_err(|error| unreadable(error.to_string()))?.len();
    let (status, range) = match part(asked, length) {
        Part::Whole => (StatusCode::OK, 0..length),
        Part::Of(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::Nothing => {
            let there = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, there).into_response());
        }
    };
    let mut file = File::from_std(file);
    let sought = file.seek(SeekFrom::Start(range.start)).await;
    sought.map_err(|error| unreadable(error.to_string()))?;
    let left = range.end - range.start;
    let chunks = stream::try_unfold(file.take(left), |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        io::Result::Ok((read > 0).then_some((chunk, file)))
    });
    let headers = [
        (header::CONTENT_TYPE, form.content_type().to_owned()),
        (header::CONTENT_LENGTH, left.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{}\"", form.ending())),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        // What a person has said is kept by nobody on the way.
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let mut answer = (status, headers, Body::from_stream(chunks)).into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let told = format!("bytes {}-{}/{length}", range.start, range.end - 1);
        let told = told.parse().expect("digits and signs are a header");
        answer.headers_mut().insert(header::CONTENT_RANGE, told);
    }
    Ok(answer)
}

/// What is asked for. Several parts at once, and what is no range, are answered with the whole, as §14.2 lets one; and so is what depends on
/// a version of the file, since it has none.
fn part(asked: &HeaderMap, length: u64) -> Part {
    if asked.contains_key(header::IF_RANGE) {
        return Part::Whole;
    }
    let range = asked.get(header::RANGE).and_then(|range| range.to_str().ok());
    let range = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let Some((first, last)) = range else { return Part::Whole };
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
        is_number.then(|| digits.parse().unwrap_or(u64::MAX))
    };
    let (first, end) = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => (first, last.saturating_add(1).min(length)),
        (Some(first), None) if last.is_empty() => (first, length),
        (None, Some(last)) if first.is_empty() => (length - last.min(length), length),
        (Some(_), Some(_) | None) | (None, Some(_) | None) => return Part::Whole,
    };
    if first < end { Part::Of(first..end) } else { Part::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str) -> Part {
        let mut asked = HeaderMap::new();
        asked.insert(header::RANGE, range.parse().unwrap());
        part(&asked, 1_000)
    }

    #[test]
    fn a_part_is_what_was_asked_for_as_far_as_there_is_anything() {
        assert_eq!(of("bytes=0-99"), Part::Of(0..100));
        assert_eq!(of("bytes=900-99999999999999999999"), Part::Of(900..1_000));
        assert_eq!(of("bytes=999-"), Part::Of(999..1_000));
        assert_eq!(of("bytes=-10"), Part::Of(990..1_000));
        assert_eq!(of("bytes=-2000"), Part::Of(0..1_000));
        for nothing in ["bytes=1000-", "bytes=1000-1001", "bytes=-0"] {
            assert_eq!(of(nothing), Part::Nothing, "{nothing}");
        }
        for whole in
            ["bytes=5-4", "bytes=a-b", "bytes=-", "bytes=0-1,3-4", "lines=0-1", "bytes=+1-2"]
        {
            assert_eq!(of(whole), Part::Whole, "{whole}");
        }
        assert_eq!(part(&HeaderMap::new(), 1_000), Part::Whole);
    }
}
