//! When Easter is, by the Gregorian computus.

use jiff::civil::Date;

/// Easter Sunday of a year: the one after the first ecclesiastical full moon on or after 21 March.
///
/// The letters are those of the anonymous algorithm of 1876 (*Nature* 13, p. 487), which has no
/// exceptions and no tables.
pub(super) fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let a = y.rem_euclid(19);
    let (b, c) = (y.div_euclid(100), y.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let f = (b + 8).div_euclid(25);
    let g = (b - f + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let from_march = h + l - 7 * m + 114;
    let part = |number: i32| i8::try_from(number).expect("a month and a day are small");
    Date::new(year, part(from_march / 31), part(from_march % 31 + 1))
        .expect("Easter is from 22 March to 25 April, in every year that a date can have")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_a_sunday_between_its_bounds_in_every_year() {
        for year in -9_999..=9_999 {
            let easter = easter(year);
            assert_eq!(easter.weekday(), jiff::civil::Weekday::Sunday, "{easter}");
            let (month, day) = (easter.month(), easter.day());
            assert!((3, 22) <= (month, day) && (month, day) <= (4, 25), "{easter}");
        }
    }

    #[test]
    fn the_earliest_and_the_latest_easter_are_known() {
        for (year, month, day) in [(1818, 3, 22), (1943, 4, 25), (2008, 3, 23), (2038, 4, 25)] {
            let easter = easter(year);
            assert_eq!((easter.month(), easter.day()), (month, day), "{year}");
        }
    }
}
