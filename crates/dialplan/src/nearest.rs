//! What somebody who misspelt a word probably meant.

/// Words longer than this are not compared: a slip of the pen is in a short one.
const LETTERS_MAX: usize = 64;

/// The candidate that `word` is a slip of, if one is near enough.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let slips_max = (word.chars().count() / 3).clamp(1, 3);
    let near = candidates.into_iter().filter_map(|candidate| {
        let slips = distance(word, candidate)?;
        (slips <= slips_max).then_some((slips, candidate))
    });
    near.min_by_key(|(slips, _)| *slips).map(|(_, candidate)| candidate)
}

/// `did you mean …?`, if there is something near.
pub(crate) fn did_you_mean<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<String> {
    nearest(word, candidates).map(|meant| format!("did you mean `{meant}`?"))
}

/// How many letters to put in, leave out or change (Levenshtein).
fn distance(a: &str, b: &str) -> Option<usize> {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).take(LETTERS_MAX + 1).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).take(LETTERS_MAX + 1).collect();
    if a.len() > LETTERS_MAX || b.len() > LETTERS_MAX {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for ((j, to), (above, before)) in b.iter().enumerate().zip(row.iter().skip(1).zip(&row)) {
            let left = next.get(j).copied().unwrap_or(usize::MAX - 1);
            next.push((before + usize::from(from != to)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood() {
        let words = ["goto", "hours", "language", "closed"];
        assert_eq!(nearest("langauge", words), Some("language"));
        assert_eq!(nearest("Hours", words), Some("hours"));
        assert_eq!(nearest("got", words), Some("goto"));
        assert_eq!(nearest("music", words), None);
    }

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("kitten", "sitting"), Some(3));
        assert_eq!(distance("", "abc"), Some(3));
        assert_eq!(distance("faktura", "faktura"), Some(0));
        assert_eq!(distance(&"x".repeat(65), "x"), None);
    }
}
