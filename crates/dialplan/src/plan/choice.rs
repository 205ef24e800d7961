//! What keys are to a menu whose entries may be of several keys.

use super::{DigitPattern, Fit, Goto, Menu};

/// What keys are to a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The first so many of them lead there, whatever comes next.
    Leads(usize, Goto),
    /// So many of them lead there, unless more come.
    Unless(usize, Goto),
    /// With more keys they may lead somewhere.
    NotYet,
    /// The first so many of them lead nowhere.
    Nowhere(usize),
}

impl Menu {
    /// What these keys are to it. An entry of one key goes before a pattern, and patterns go in the order of the
    /// file; of entries that begin alike the longest counts that fits.
    #[must_use]
    pub fn choice(&self, keys: &str) -> Choice {
        let mut found = None;
        for (at, key) in keys.char_indices() {
            let count = at + key.len_utf8();
            let typed = keys.get(..count).unwrap_or_default();
            let fits: Vec<Fit> = self.patterns.iter().map(|(it, _)| it.fit(typed)).collect();
            let single = self.keys.get(&key).copied().filter(|_| at == 0);
            let mut whole = self.patterns.iter().zip(&fits);
            let of_pattern = whole.find(|(_, fit)| matches!(fit, Fit::SoFar | Fit::Whole));
            let leads = single.or_else(|| of_pattern.map(|((_, goto), _)| *goto));
            found = leads.map(|goto| (count, goto)).or(found);
            if !fits.iter().any(|fit| matches!(fit, Fit::NotYet | Fit::SoFar)) {
                return match found {
                    Some((count, goto)) => Choice::Leads(count, goto),
                    None => Choice::Nowhere(count),
                };
            }
        }
        found.map_or(Choice::NotYet, |(count, goto)| Choice::Unless(count, goto))
    }

    /// Whether some entry begins with this key, and goes on.
    pub(crate) fn goes_on_with(pattern: &DigitPattern, key: char) -> bool {
        pattern.fit(key.encode_utf8(&mut [0; 4])) != Fit::Never
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::time::Duration;

    fn choice(keys: &str) -> Choice {
        let goto = |queue| Goto::Queue(ids::QueueId(queue));
        let pattern = |text| DigitPattern::new(text).unwrap_or_else(|why| panic!("{why}"));
        let menu = Menu {
            name: "m".into(),
            prompts: Vec::new(),
            keys: BTreeMap::from([('1', goto(1)), ('2', goto(2))]),
            patterns: vec![(pattern("2[0-9]{2}"), goto(3)), (pattern("9+"), goto(4))],
            into: None,
            invalid: Vec::new(),
            silent: Vec::new(),
            timeout: Duration::from_secs(5),
            tries: 3,
            otherwise: Goto::HangUp,
        };
        menu.choice(keys)
    }

    #[test]
    fn the_longest_entry_that_fits_counts() {
        let goto = |queue| Goto::Queue(ids::QueueId(queue));
        assert_eq!(choice("1"), Choice::Leads(1, goto(1)));
        assert_eq!(choice("12"), Choice::Leads(1, goto(1)));
        assert_eq!(choice("2"), Choice::Unless(1, goto(2)));
        assert_eq!(choice("20"), Choice::Unless(1, goto(2)));
        assert_eq!(choice("204"), Choice::Leads(3, goto(3)));
        assert_eq!(choice("20#"), Choice::Leads(1, goto(2)));
        assert_eq!(choice("99"), Choice::Unless(2, goto(4)));
        assert_eq!(choice("991"), Choice::Leads(2, goto(4)));
        assert_eq!(choice("5"), Choice::Nowhere(1));
        assert_eq!(choice(""), Choice::NotYet);
    }
}
