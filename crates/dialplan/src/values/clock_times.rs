//! Times of day in a sentence that is said to callers: *we are open from 8 to 16:30*.
//!
//! Read with care: a number alone is most often a key to press, so it counts only beside a word that
//! says otherwise. What is not understood is left out.

/// A time of day that somebody says, in minutes after midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Said {
    minute: u16,
    /// Without am or pm, and no later than twelve: it may be meant after noon.
    or_after_noon: bool,
}

const NOON: u16 = 12 * 60;

impl Said {
    /// Whether it can be this minute of the day, or of the day after.
    pub(crate) fn is(self, minute: u16) -> bool {
        // The end of a day is the beginning of the next.
        let same = |said: u16| said % (2 * NOON) == minute % (2 * NOON);
        same(self.minute) || (self.or_after_noon && same(self.minute + NOON))
    }
}

/// As people write it.
impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{:02}", self.minute / 60, self.minute % 60)
    }
}

/// Hours in words, Swedish and English; the place is the hour.
const SWEDISH: [&str; 25] = [
    "noll",
    "ett",
    "två",
    "tre",
    "fyra",
    "fem",
    "sex",
    "sju",
    "åtta",
    "nio",
    "tio",
    "elva",
    "tolv",
    "tretton",
    "fjorton",
    "femton",
    "sexton",
    "sjutton",
    "arton",
    "nitton",
    "tjugo",
    "tjugoett",
    "tjugotvå",
    "tjugotre",
    "tjugofyra",
];
const ENGLISH: [&str; 13] = [
    "midnight", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];

/// Behind these an hour is one: *klockan åtta*.
const CLOCK: [&str; 3] = ["klockan", "kl", "o'clock"];
/// Before two hours: *mellan åtta och sjutton*, *from nine to five*.
const OPENERS: [&str; 6] = ["från", "mellan", "from", "between", "klockan", "kl"];
/// Between two hours.
const JOINS: [&str; 8] = ["till", "och", "to", "and", "until", "-", "–", "—"];

/// Who says one of these speaks of hours: *vi har öppet till fyra*.
const DOORS: [&str; 4] = ["öpp", "stäng", "open", "clos"];
/// Before an hour at which something opens or closes.
const BOUNDS: [&str; 10] =
    ["till", "tills", "vid", "från", "efter", "before", "until", "at", "from", "after"];
/// Behind such an hour, where anything is: otherwise it counts something, as in *open until 2 weeks before*.
const FOLLOWS: [&str; 14] = [
    "på", "i", "idag", "varje", "alla", "vardagar", "och", "men", "on", "in", "every", "and",
    "but", "today",
];

/// A word of the text, and what hour it can be.
struct Word<'t> {
    text: &'t str,
    /// Whether a part of the sentence ends with it, or all of it.
    ends: Option<Ends>,
    said: Option<Hour>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Part,
    Sentence,
}

/// An hour as it is said.
#[derive(Clone, Copy)]
struct Hour {
    said: Said,
    /// It can be nothing else: `16:30`, `5 pm`.
    is_sure: bool,
}

/// Every time of day in a text.
pub(crate) fn clock_times(text: &str) -> Vec<Said> {
    let text = text.to_lowercase().replace(['–', '—'], " – ").replace("a.m.", "am");
    let text = spaced_hyphens(&text.replace("p.m.", "pm"));
    let mut words: Vec<Word<'_>> = text.split_whitespace().map(word).collect();
    join_halves(&mut words);
    let mut times = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(hour) = word.said else { continue };
        let is_meant = is_beside_clock(&words, at) || is_of_pair(&words, at);
        if hour.is_sure || is_meant || is_of_doors(&words, at) {
            times.push(hour.said);
        }
    }
    times
}

/// `8-17` is two hours, `half-day` is one word.
fn spaced_hyphens(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let digit =
        |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
    let spaced = letters.iter().enumerate().map(|(at, letter)| {
        let between = *letter == '-' && digit(at.checked_sub(1)) && digit(at.checked_add(1));
        if between { " - ".to_owned() } else { letter.to_string() }
    });
    spaced.collect()
}

fn word(text: &str) -> Word<'_> {
    let bare = text.trim_matches(|letter: char| ",.;:!?()\"'".contains(letter));
    let bare = if bare.is_empty() { text } else { bare };
    let ends = match text.trim_end_matches(['"', '\'', ')']).chars().next_back() {
        // Short for a word: *kl. 9*.
        Some('.') if bare == "kl" => None,
        Some('.' | '!' | '?') => Some(Ends::Sentence),
        Some(',' | ';' | ':') => Some(Ends::Part),
        _ => None,
    };
    Word {
        text: bare,
        ends,
        said: clock(bare).or_else(|| half_of_day(bare)).or_else(|| hour(bare)),
    }
}

/// `16:30`, `8.00`.
fn clock(text: &str) -> Option<Hour> {
    let (hour, minute) = text.split_once([':', '.'])?;
    let minute: u16 = (minute.len() == 2).then(|| minute.parse().ok())?.filter(|it| *it < 60)?;
    let hour = (hour.len() <= 2).then(|| hour.parse().ok())?.filter(|it: &u16| *it <= 24)?;
    Some(Hour { said: Said { minute: hour * 60 + minute, or_after_noon: false }, is_sure: true })
}

/// `5pm`, `9am`.
fn half_of_day(text: &str) -> Option<Hour> {
    let (hour, after_noon) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(hour), _) => (hour, 0),
        (None, Some(hour)) => (hour, NOON),
        (None, None) => return None,
    };
    let of_clock = || clock(hour).map(|hour| hour.said.minute);
    let minute = hour.parse().ok().map(|hour: u16| hour.saturating_mul(60)).or_else(of_clock)?;
    let minute = (minute <= NOON).then_some(minute % NOON + after_noon)?;
    Some(Hour { said: Said { minute, or_after_noon: false }, is_sure: true })
}

/// `8`, `åtta`, `eight`: perhaps an hour.
fn hour(text: &str) -> Option<Hour> {
    let place = |words: &[&str]| words.iter().position(|word| *word == text);
    let digits = || text.parse().ok().filter(|_| text.len() <= 2);
    let hour = place(&SWEDISH).or_else(|| place(&ENGLISH)).or_else(digits)?;
    let hour = u16::try_from(hour).ok().filter(|hour| *hour <= 24)?;
    let said = Said { minute: hour * 60, or_after_noon: hour <= 12 };
    Some(Hour { said, is_sure: false })
}

/// `halv fem` is half past four; `5 pm` is one time.
fn join_halves(words: &mut Vec<Word<'_>>) {
    let mut at = 1;
    while at < words.len() {
        let (before, after) = words.split_at_mut(at);
        let (Some(first), Some(second)) = (before.last_mut(), after.first_mut()) else { break };
        let joined = match (first.text, first.said, second.text, second.said) {
            ("halv", None, _, Some(hour)) => hour.said.minute.checked_sub(30).map(|minute| Hour {
                said: Said { minute, or_after_noon: hour.said.or_after_noon },
                is_sure: false,
            }),
            (hour, Some(_), "am" | "pm", None) => half_of_day(&format!("{hour}{}", second.text)),
            (_, Some(hour), "o'clock", None) => Some(Hour { is_sure: true, ..hour }),
            _ => None,
        };
        if joined.is_some() {
            (first.said, first.ends) = (joined, second.ends);
            words.remove(at);
        } else {
            at += 1;
        }
    }
}

fn text_at<'w>(words: &'w [Word<'_>], at: Option<usize>) -> &'w str {
    at.and_then(|at| words.get(at)).map_or("", |word| word.text)
}

fn is_beside_clock(words: &[Word<'_>], at: usize) -> bool {
    CLOCK.contains(&text_at(words, at.checked_sub(1)))
}

/// `Vi stänger fyra`, `we are open until 5 on Fridays`: an hour of a sentence that speaks of doors.
fn is_of_doors(words: &[Word<'_>], at: usize) -> bool {
    let before = words.get(..at).unwrap_or_default();
    let is_over = |word: &&Word<'_>| word.ends == Some(Ends::Sentence);
    let mut sentence = before.iter().rev().take_while(|word| !is_over(word));
    let is_door = |word: &Word<'_>| DOORS.iter().any(|door| word.text.starts_with(door));
    let Some(last) = before.last().filter(|last| !is_over(last)) else { return false };
    let is_bound = BOUNDS.contains(&last.text) || last.text.starts_with("stäng");
    let ends = words.get(at).is_some_and(|word| word.ends.is_some());
    let follows = words.get(at + 1).is_none_or(|next| FOLLOWS.contains(&next.text));
    is_bound && (ends || follows) && sentence.any(is_door)
}

/// `from nine to five`: two hours with a word between them, and one before them that opens.
fn is_of_pair(words: &[Word<'_>], at: usize) -> bool {
    let is_hour =
        |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| word.said.is_some());
    let pair = |first: Option<usize>| {
        let Some(first) = first else { return false };
        let join = text_at(words, Some(first + 1));
        let opened = OPENERS.contains(&text_at(words, first.checked_sub(1)));
        // Nobody presses eight hyphen seventeen.
        let dashed = join.chars().all(|letter| "-–—".contains(letter)) && !join.is_empty();
        let of_digits = text_at(words, Some(first)).starts_with(|it: char| it.is_ascii_digit());
        JOINS.contains(&join)
            && is_hour(Some(first))
            && is_hour(Some(first + 2))
            && (opened || (dashed && of_digits))
    };
    pair(Some(at)) || pair(at.checked_sub(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(text: &str) -> String {
        clock_times(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn times_are_found_as_people_say_them() {
        assert_eq!(times("Vi har öppet vardagar 8–17."), "8:00 17:00");
        assert_eq!(times("Open Monday to Friday, 08:00-16:30."), "8:00 16:30");
        assert_eq!(times("Vi svarar mellan klockan åtta och sjutton."), "8:00 17:00");
        assert_eq!(times("We are open from nine to five."), "9:00 5:00");
        assert_eq!(times("We close at 5 p.m., on Saturdays at 2pm."), "17:00 14:00");
        assert_eq!(times("Vi öppnar kl. 9."), "9:00");
        assert_eq!(times("Vi öppnar klockan halv nio."), "8:30");
        assert_eq!(times("Lunch is at twelve o'clock, until 13.15"), "12:00 13:15");
        assert_eq!(times("Vi har öppet till 16."), "16:00");
        assert_eq!(times("På fredagar har vi öppet till fyra, annars till 17."), "4:00 17:00");
        assert_eq!(times("Vi stänger fyra på fredagar."), "4:00");
        assert_eq!(times("Vi öppnar igen vid åtta"), "8:00");
        assert_eq!(times("We are open until five on Fridays."), "5:00");
        assert_eq!(times("We close at 5 and open at 8."), "5:00 8:00");
    }

    #[test]
    fn what_is_no_time_is_left_alone() {
        for text in [
            "Press 1 to pay, 2 to ask and 3 to hear this again.",
            "För faktura, tryck ett. För support, tryck två och vänta.",
            "You are number 4 in line.",
            "Ring 08-123 45 67.",
            "Version 1.100 or 99:99",
            "Vi har öppet till 2 januari.",
            "Vi öppnar snart. Tryck 2 för att gå till 3.",
            "We are open. Go to 5.",
            "Vi har öppet. Vänta till 4.",
            "Press 1 to open an account, or 2 to close it.",
            "För öppettider, tryck ett.",
            "",
        ] {
            assert_eq!(times(text), "", "{text}");
        }
    }

    #[test]
    fn an_hour_without_half_of_day_may_be_either() {
        let [nine, five] = clock_times("from nine to five")[..] else { panic!("two times") };
        assert!(nine.is(9 * 60) && five.is(17 * 60) && five.is(5 * 60) && !five.is(16 * 60));
        let [half] = clock_times("klockan halv fem")[..] else { panic!("one time") };
        assert!(half.is(16 * 60 + 30));
        let [end] = clock_times("until 24:00")[..] else { panic!("one time") };
        assert!(end.is(0) && end.is(24 * 60));
    }
}
