//! What is said of values, in every language that has a grammar: the words, as a caller hears them.

use jiff::civil::{date, time};
use speech::{Currency, DateForm, Gender, Value, words};
use std::time::Duration;

/// A value, and its words in Swedish, English and Norwegian.
type Row = (Value, [&'static str; 3]);

fn check(rows: &[Row]) {
    for (value, said) in rows {
        assert_eq!(["sv", "en", "nb"].map(|tag| words(tag, value)), *said, "{value:?}");
    }
}

fn common(count: u64) -> Value {
    Value::Counted { count, gender: Gender::Common }
}

fn neuter(count: u64) -> Value {
    Value::Counted { count, gender: Gender::Neuter }
}

fn money(cents: i64, currency: Currency) -> Value {
    Value::Money { cents, currency }
}

fn clock(hour: i8, minute: i8) -> Value {
    Value::Clock(time(hour, minute, 59, 0))
}

fn day(form: DateForm, year: i16, month: i8, day: i8) -> Value {
    Value::Date { date: date(year, month, day), form }
}

fn seconds(seconds: u64) -> Value {
    Value::Duration(Duration::from_secs(seconds))
}

#[test]
fn one_agrees_with_what_is_counted() {
    check(&[
        (Value::Number(1), ["ett", "one", "én"]),
        (Value::Number(21), ["tjugoett", "twenty-one", "tjueén"]),
        (common(1), ["en", "one", "én"]),
        (common(21), ["tjugoen", "twenty-one", "tjueén"]),
        (neuter(1), ["ett", "one", "ett"]),
        (neuter(21), ["tjugoett", "twenty-one", "tjueett"]),
        (common(11), ["elva", "eleven", "elleve"]),
        (neuter(101), ["etthundraett", "one hundred and one", "ett hundre og ett"]),
        (common(1_001), ["ettusen en", "one thousand and one", "ett tusen og én"]),
        (common(21_000), ["tjugoentusen", "twenty-one thousand", "tjueett tusen"]),
        (neuter(21_000), ["tjugoettusen", "twenty-one thousand", "tjueett tusen"]),
        (common(1_000_000), ["en miljon", "one million", "én million"]),
        (neuter(21_000_000), ["tjugoen miljoner", "twenty-one million", "tjueén millioner"]),
    ]);
}

#[test]
fn below_zero_is_said_so_and_what_is_too_long_to_be_a_number_is_said_by_its_digits() {
    check(&[
        (Value::Number(-7), ["minus sju", "minus seven", "minus sju"]),
        (
            Value::Number(1_000_000_000_000),
            [
                "ett noll noll noll noll noll noll noll noll noll noll noll noll",
                "one zero zero zero zero zero zero zero zero zero zero zero zero",
                "én null null null null null null null null null null null null",
            ],
        ),
    ]);
    assert!(words("sv", &Value::Number(i64::MIN)).starts_with("minus nio två två tre"));
    assert!(words("sv", &Value::Ordinal(u64::MAX)).starts_with("ett åtta fyra"));
    assert!(
        words("sv", &Value::Number(999_999_999_999)).starts_with("niohundranittionio miljarder ")
    );
}

#[test]
fn places_in_an_order_change_the_end_of_the_number_alone() {
    check(&[
        (Value::Ordinal(1), ["första", "first", "første"]),
        (Value::Ordinal(3), ["tredje", "third", "tredje"]),
        (Value::Ordinal(12), ["tolfte", "twelfth", "tolvte"]),
        (Value::Ordinal(20), ["tjugonde", "twentieth", "tjuende"]),
        (Value::Ordinal(32), ["trettioandra", "thirty-second", "trettiandre"]),
        (Value::Ordinal(100), ["etthundrade", "one hundredth", "ett hundrede"]),
        (
            Value::Ordinal(1_142),
            [
                "ettusen etthundra fyrtioandra",
                "one thousand one hundred and forty-second",
                "ett tusen ett hundre og førtiandre",
            ],
        ),
    ]);
}

#[test]
fn times_of_the_day_are_never_taken_for_another() {
    check(&[
        (clock(8, 0), ["klockan åtta", "eight a.m.", "klokken åtte"]),
        (clock(8, 5), ["klockan åtta noll fem", "eight oh five a.m.", "klokken åtte null fem"]),
        (clock(8, 15), ["klockan åtta och femton", "eight fifteen a.m.", "klokken åtte femten"]),
        (clock(12, 0), ["klockan tolv", "noon", "klokken tolv"]),
        (clock(12, 30), ["klockan tolv och trettio", "twelve thirty p.m.", "klokken tolv tretti"]),
        (clock(13, 0), ["klockan tretton", "one p.m.", "klokken tretten"]),
        (
            clock(16, 55),
            ["klockan sexton och femtiofem", "four fifty-five p.m.", "klokken seksten femtifem"],
        ),
        (
            clock(21, 21),
            ["klockan tjugoett och tjugoett", "nine twenty-one p.m.", "klokken tjueén tjueén"],
        ),
        (clock(1, 0), ["klockan ett", "one a.m.", "klokken ett"]),
        (clock(0, 0), ["midnatt", "midnight", "midnatt"]),
        (clock(0, 15), ["klockan noll och femton", "twelve fifteen a.m.", "klokken null femten"]),
    ]);
    for tag in speech::LANGUAGES {
        let times = (0..24).flat_map(|hour| (0..60).map(move |minute| clock(hour, minute)));
        let said: std::collections::BTreeSet<_> =
            times.map(|time| speech::say(tag, &time)).collect();
        assert_eq!(said.len(), 24 * 60, "{tag}: two times are said alike");
    }
}

#[test]
fn dates_are_said_with_as_much_as_is_wanted() {
    check(&[
        (
            day(DateForm::Day, 2026, 11, 27),
            [
                "den tjugosjunde november",
                "the twenty-seventh of November",
                "den tjuesjuende november",
            ],
        ),
        (
            day(DateForm::Weekday, 2026, 11, 27),
            [
                "fredag den tjugosjunde november",
                "Friday the twenty-seventh of November",
                "fredag den tjuesjuende november",
            ],
        ),
        (
            day(DateForm::Year, 1905, 6, 7),
            [
                "den sjunde juni nittonhundrafem",
                "the seventh of June nineteen oh-five",
                "den sjuende juni nitten hundre og fem",
            ],
        ),
        (
            day(DateForm::WeekdayYear, 2024, 2, 29),
            [
                "torsdag den tjugonionde februari tjugohundratjugofyra",
                "Thursday the twenty-ninth of February twenty twenty-four",
                "torsdag den tjueniende februar to tusen og tjuefire",
            ],
        ),
        (
            day(DateForm::Year, 2000, 1, 1),
            [
                "den första januari tjugohundra",
                "the first of January two thousand",
                "den første januar to tusen",
            ],
        ),
        (
            day(DateForm::Year, -44, 3, 15),
            ["den femtonde mars", "the fifteenth of March", "den femtende mars"],
        ),
    ]);
    let american = words("en-US", &day(DateForm::WeekdayYear, 2026, 11, 27));
    assert_eq!(american, "Friday November twenty-seventh twenty twenty-six");
}

#[test]
fn the_days_of_the_week_begin_with_monday() {
    use jiff::civil::Weekday;
    check(&[
        (Value::Weekday(Weekday::Monday), ["måndag", "Monday", "mandag"]),
        (Value::Weekday(Weekday::Sunday), ["söndag", "Sunday", "søndag"]),
    ]);
}

#[test]
fn money_is_said_in_whole_ones_and_hundredths() {
    check(&[
        (
            money(12_150, Currency::Sek),
            [
                "etthundratjugoen kronor och femtio öre",
                "one hundred and twenty-one Swedish kronor and fifty öre",
                "ett hundre og tjueén svenske kroner og femti øre",
            ],
        ),
        (money(100, Currency::Sek), ["en krona", "one Swedish krona", "én svensk krone"]),
        (
            money(101, Currency::Gbp),
            ["ett pund och en penny", "one pound and one penny", "ett pund og én penny"],
        ),
        (money(2_100, Currency::Gbp), ["tjugoett pund", "twenty-one pounds", "tjueett pund"]),
        (money(50, Currency::Eur), ["femtio cent", "fifty cents", "femti cent"]),
        (money(100, Currency::Eur), ["en euro", "one euro", "én euro"]),
        (money(0, Currency::Sek), ["noll kronor", "zero Swedish kronor", "null svenske kroner"]),
        (money(200, Currency::Nok), ["två norska kronor", "two Norwegian kroner", "to kroner"]),
        (money(1, Currency::Dkk), ["ett öre", "one öre", "ett øre"]),
        (
            money(-2_050, Currency::Usd),
            [
                "minus tjugo dollar och femtio cent",
                "minus twenty dollars and fifty cents",
                "minus tjue dollar og femti cent",
            ],
        ),
    ]);
}

#[test]
fn telephone_numbers_are_said_digit_by_digit_in_groups() {
    check(&[
        (
            Value::Telephone("+46 8 123 45 67".into()),
            [
                "noll åtta, ett två tre, fyra fem, sex sju",
                "plus four six, eight one two, three four five, six seven",
                "pluss fire seks, åtte én to, tre fire fem, seks sju",
            ],
        ),
        (Value::Telephone("112".into()), ["ett ett två", "one one two", "én én to"]),
        (
            Value::Digits("40*#".into()),
            ["fyra noll stjärna fyrkant", "four zero star hash", "fire null stjerne firkant"],
        ),
        (Value::Telephone("anonymous".into()), ["", "", ""]),
    ]);
}

#[test]
fn durations_are_said_in_two_units_at_most() {
    check(&[
        (seconds(0), ["noll sekunder", "zero seconds", "null sekunder"]),
        (seconds(1), ["en sekund", "one second", "ett sekund"]),
        (seconds(60), ["en minut", "one minute", "ett minutt"]),
        (
            seconds(21 * 60 + 1),
            [
                "tjugoen minuter och en sekund",
                "twenty-one minutes and one second",
                "tjueett minutter og ett sekund",
            ],
        ),
        (
            seconds(3_600 + 30 * 60 + 59),
            [
                "en timme och trettio minuter",
                "one hour and thirty minutes",
                "én time og tretti minutter",
            ],
        ),
        (seconds(7_200), ["två timmar", "two hours", "to timer"]),
        (seconds(172_800), ["fyrtioåtta timmar", "forty-eight hours", "førtiåtte timer"]),
    ]);
}

#[test]
fn the_items_of_a_list_are_parted_and_the_last_is_joined() {
    let list = |numbers: &[i64]| Value::List(numbers.iter().copied().map(Value::Number).collect());
    check(&[
        (list(&[]), ["", "", ""]),
        (list(&[1]), ["ett", "one", "én"]),
        (list(&[1, 2]), ["ett och två", "one and two", "én og to"]),
        (list(&[1, 2, 3]), ["ett, två och tre", "one, two and three", "én, to og tre"]),
    ]);
}

#[test]
fn a_language_without_a_grammar_is_said_in_the_order_of_english() {
    assert_eq!(words("fi", &clock(8, 15)), words("en", &clock(8, 15)));
    assert!(!speech::knows("fi"));
    assert!(speech::LANGUAGES.into_iter().all(speech::knows));
}
