//! What is said: atoms in their order, and how their words are written together.

use crate::atom::Atom;
use crate::grammar::Grammar;
use std::borrow::Cow;

/// The most atoms that one value is said with. What a list of a hundred items would say beyond is left out:
/// nobody listens that long.
pub const ATOMS_MAX: usize = 300;

/// How the words of an atom are written behind those before it. Nothing of it is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joint {
    Space,
    Hyphen,
    Comma,
    Glued,
}

/// Atoms in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pieces: Vec<(Joint, Atom)>,
}

impl Said {
    pub(crate) fn add(&mut self, joint: Joint, atom: Atom) {
        if self.pieces.len() < ATOMS_MAX {
            self.pieces.push((joint, atom));
        }
    }

    pub(crate) fn space(&mut self, atom: Atom) {
        self.add(Joint::Space, atom);
    }

    pub(crate) fn append(&mut self, other: Self) {
        other.pieces.into_iter().for_each(|(joint, atom)| self.add(joint, atom));
    }

    pub(crate) fn pop(&mut self) -> Option<(Joint, Atom)> {
        self.pieces.pop()
    }

    pub(crate) fn last(&self) -> Option<Atom> {
        self.pieces.last().map(|(_, atom)| *atom)
    }

    pub(crate) fn atoms(&self) -> impl Iterator<Item = Atom> {
        self.pieces.iter().map(|(_, atom)| *atom)
    }

    pub(crate) fn names(&self) -> Vec<Cow<'static, str>> {
        self.atoms().map(Atom::name).collect()
    }

    pub(crate) fn words(&self, grammar: &dyn Grammar) -> String {
        let mut words = String::new();
        for (joint, atom) in &self.pieces {
            let text = grammar.text(*atom).unwrap_or_else(|| ",".to_owned());
            if words.is_empty() || *atom == Atom::Pause {
                words += &text;
                continue;
            }
            match joint {
                Joint::Space => words += " ",
                Joint::Hyphen => words += "-",
                Joint::Comma => words += ", ",
                Joint::Glued => drop_third(&mut words, &text),
            }
            words += &text;
        }
        words
    }
}

/// Where three of a letter would meet, two are written: ett + tusen is ettusen.
fn drop_third(words: &mut String, next: &str) {
    let mut before = words.chars().rev();
    let two = before.next().filter(|letter| before.next() == Some(*letter));
    if two.is_some() && two == next.chars().next() {
        words.pop();
    }
}
