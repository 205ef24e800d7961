//! A TOML table read with types: each key is asked for once, and what nobody asked for is a fault.

use crate::allow::Allow;
use crate::nearest::did_you_mean;
use crate::report::{Flaw, Report};
use crate::schema::Shape;
use crate::values;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// A text with the place where it stands.
pub(crate) type Text = Spanned<String>;

/// Keys that stand before the first table. In a table they are most likely meant for there.
pub(crate) const TOP_KEYS: [&str; 11] = [
    "country",
    "dial_out_per_hour_max",
    "include",
    "language",
    "languages",
    "name",
    "operator",
    "operator_key",
    "show",
    "strangers",
    "timezone",
];

/// One value with its key.
pub(crate) struct Entry<'d> {
    pub(crate) key: &'d Spanned<std::borrow::Cow<'d, str>>,
    pub(crate) value: &'d Spanned<DeValue<'d>>,
}

/// A key that was asked for, and what its value can be, once that is known.
type Asked = (&'static str, Option<Shape>);

/// A table that is being read.
pub(crate) struct Table<'d> {
    /// How the table is called, such as `queue.support`; empty at the top.
    pub(crate) name: String,
    /// Where its header stands.
    pub(crate) span: Range<usize>,
    pub(crate) values: &'d DeTable<'d>,
    asked: Vec<Asked>,
}

impl<'d> Table<'d> {
    pub(crate) const fn new(name: String, span: Range<usize>, values: &'d DeTable<'d>) -> Self {
        Self { name, span, values, asked: Vec::new() }
    }

    /// Takes `value` for a table, or says that it should be one.
    pub(crate) fn of(
        name: String,
        value: &'d Spanned<DeValue<'d>>,
        report: &mut Report<'_>,
    ) -> Option<Self> {
        match value.get_ref().as_table() {
            Some(values) => Some(Self::new(name, value.span(), values)),
            None => {
                report.add(wrong_type(&name, "a table", value));
                None
            }
        }
    }

    /// Everything in the table, in the order of the file; for tables whose keys are names.
    pub(crate) fn entries(&self) -> Vec<Entry<'d>> {
        let mut entries: Vec<_> =
            self.values.iter().map(|(key, value)| Entry { key, value }).collect();
        entries.sort_by_key(|entry| entry.key.span().start);
        entries
    }

    /// The value of a key, whatever it is.
    pub(crate) fn value(&mut self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        if !self.asks_for(key) {
            self.asked.push((key, None));
        }
        self.values.get(key)
    }

    fn asks_for(&self, key: &str) -> bool {
        self.asked.iter().any(|(asked, _)| *asked == key)
    }

    /// The value of a key that is read by itself, and what it can be. What is noted first stands.
    pub(crate) fn shaped(
        &mut self,
        key: &'static str,
        shape: Shape,
    ) -> Option<&'d Spanned<DeValue<'d>>> {
        let value = self.value(key);
        let asked = self.asked.iter_mut().find(|(asked, _)| *asked == key);
        if let Some((_, known @ None)) = asked {
            *known = Some(shape);
        }
        value
    }

    /// A text.
    pub(crate) fn text(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<Text> {
        let value = self.shaped(key, Shape::Text)?;
        text_of(key, value, report)
    }

    /// A text that must be there.
    pub(crate) fn needed(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<Text> {
        if self.value(key).is_none() {
            self.missing(key, report);
        }
        self.text(key, report)
    }

    /// Says that a key must be there.
    pub(crate) fn missing(&self, key: &str, report: &mut Report<'_>) {
        let message = format!("`{}` has no `{key}`", self.name);
        report.kinds.iter_mut().for_each(|kinds| kinds.require(&self.name, key));
        report.add(Flaw::error("missing-key", self.span.clone(), message));
    }

    /// A list of texts; one text alone is a list of one.
    pub(crate) fn texts(
        &mut self,
        key: &'static str,
        report: &mut Report<'_>,
    ) -> Option<Vec<Text>> {
        let value = self.shaped(key, Shape::Texts)?;
        let Some(items) = value.get_ref().as_array() else {
            return match value.get_ref().as_str() {
                Some(_) => text_of(key, value, report).map(|text| vec![text]),
                None => {
                    report.add(wrong_type(key, "a list of texts in quotes", value));
                    None
                }
            };
        };
        Some(items.iter().filter_map(|item| text_of(key, item, report)).collect())
    }

    /// A length of time within a range.
    pub(crate) fn length(
        &mut self,
        key: &'static str,
        range: RangeInclusive<Duration>,
        report: &mut Report<'_>,
    ) -> Option<Duration> {
        let value = self.shaped(key, Shape::Length(range.clone()))?;
        if value.get_ref().as_str().is_none() {
            report.add(wrong_type(key, "a length of time in quotes, such as \"20s\"", value));
            return None;
        }
        let text = self.text(key, report)?;
        let flaw = match values::length(text.get_ref()) {
            Some(length) if range.contains(&length) => return Some(length),
            Some(_) => Flaw::error(
                "out-of-range",
                text.span(),
                format!("`{key}` must be from {:?} to {:?}", range.start(), range.end()),
            ),
            None => Flaw::error(
                "bad-length",
                text.span(),
                format!("`{}` is no length of time", text.get_ref()),
            )
            .suggest("write it as \"20s\", \"2m\", \"1m30s\" or \"500ms\"".to_owned()),
        };
        report.add(flaw);
        None
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, key: &'static str, report: &mut Report<'_>) -> Option<bool> {
        let value = self.shaped(key, Shape::Flag)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            report.add(wrong_type(key, "true or false", value));
        }
        flag
    }

    /// A text out of a few, by what each stands for.
    pub(crate) fn choice<T: Copy, const N: usize>(
        &mut self,
        key: &'static str,
        choices: [(&'static str, T); N],
        report: &mut Report<'_>,
    ) -> Option<T> {
        self.shaped(key, Shape::Words(choices.iter().map(|(word, _)| *word).collect()));
        let text = self.text(key, report)?;
        let chosen = choices.iter().find(|(word, _)| word == text.get_ref());
        if chosen.is_none() {
            let words = choices.map(|(word, _)| format!("\"{word}\"")).join(", ");
            let message = format!("`{}` is nothing that `{key}` can be", text.get_ref());
            let remedy = format!("write one of {words}");
            report.add(Flaw::error("bad-choice", text.span(), message).suggest(remedy));
        }
        chosen.map(|(_, choice)| *choice)
    }

    /// A whole number within a range.
    pub(crate) fn count(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u32>,
        report: &mut Report<'_>,
    ) -> Option<u32> {
        let value = self.shaped(key, Shape::Count(range.clone()))?;
        count_of(key, value, range, report)
    }

    /// Every key that nobody asked for is a fault. What the table allows is noted.
    pub(crate) fn finish(mut self, report: &mut Report<'_>) {
        let allowed = Allow::read(&mut self, report);
        report.allow(allowed);
        for entry in self.entries() {
            let key = entry.key.get_ref().as_ref();
            if !self.asks_for(key) {
                report.add(self.unknown(key, entry.key.span()));
            }
        }
        if let Some(kinds) = &mut report.kinds {
            kinds.add(&self.name, self.asked);
        }
    }

    fn unknown(&self, key: &str, span: Range<usize>) -> Flaw {
        let place = match self.name.as_str() {
            "" => "at the top of the file".to_owned(),
            name => format!("in `{name}`"),
        };
        let meant = did_you_mean(key, self.asked.iter().map(|(asked, _)| *asked));
        let at_the_top = || {
            TOP_KEYS.contains(&key).then(|| format!("move `{key}` above the first `[` of the file"))
        };
        let known = || {
            let mut known: Vec<_> = self.asked.iter().map(|(asked, _)| *asked).collect();
            // Every table has this one, and it is told where it stands for all.
            known.retain(|key| *key != "allow" || self.name.is_empty());
            known.sort_unstable();
            Some(format!("known here: {}", known.join(", ")))
        };
        Flaw::error("unknown-key", span, format!("`{key}` is not known {place}"))
            .suggest(meant.or_else(at_the_top).or_else(known))
    }
}

/// Takes a value for a text, or says that it should be one.
pub(crate) fn text_of(
    key: &str,
    value: &Spanned<DeValue<'_>>,
    report: &mut Report<'_>,
) -> Option<Text> {
    match value.get_ref().as_str() {
        Some(text) => Some(Spanned::new(value.span(), text.to_owned())),
        None => {
            report.add(wrong_type(key, "a text in quotes", value));
            None
        }
    }
}

/// Takes a value for a whole number within a range, or says that it should be one.
pub(crate) fn count_of(
    key: &str,
    value: &Spanned<DeValue<'_>>,
    range: RangeInclusive<u32>,
    report: &mut Report<'_>,
) -> Option<u32> {
    let Some(integer) = value.get_ref().as_integer() else {
        report.add(wrong_type(key, "a whole number", value));
        return None;
    };
    let count = number(integer).filter(|count| range.contains(count));
    if count.is_none() {
        let message = format!("`{key}` must be from {} to {}", range.start(), range.end());
        let flaw = Flaw::error("out-of-range", value.span(), message);
        report.add(flaw.suggest(nearest_of(integer, &range)));
    }
    count
}

/// What to write in place of a number that is out of range.
fn nearest_of(integer: &DeInteger<'_>, range: &RangeInclusive<u32>) -> String {
    let (least, most) = (range.start(), range.end());
    let is_less =
        integer.as_str().starts_with('-') || number(integer).is_some_and(|it| it < *least);
    if is_less { format!("write {least}, the least") } else { format!("write {most}, the most") }
}

fn number(integer: &DeInteger<'_>) -> Option<u32> {
    u32::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// Says that a value is of another type than the one wanted.
pub(crate) fn wrong_type(key: &str, wanted: &str, value: &Spanned<DeValue<'_>>) -> Flaw {
    let found = match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a broken number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    let message = format!("`{key}` must be {wanted}, and this is {found}");
    Flaw::error("wrong-type", value.span(), message)
}
