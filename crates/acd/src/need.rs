//! Who may take a call: what it needs of an agent, and how that is relaxed while it waits.

use clock::Duration;
use ids::SkillId;

/// What an agent must be able to do. Levels go from 0 to 255; who has not a skill has level 0.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// At least this level of a skill.
    AtLeast(SkillId, u8),
    /// All of these; everybody meets none.
    All(Vec<Self>),
    /// One of these; nobody meets none.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

impl Requirement {
    /// What everybody meets.
    pub const ANYONE: Self = Self::All(Vec::new());

    /// Each of these skills at its lowest level that will do.
    #[must_use]
    pub fn levels(levels: &[(SkillId, u8)]) -> Self {
        Self::All(levels.iter().map(|(skill, least)| Self::AtLeast(*skill, *least)).collect())
    }

    /// Whether an agent with these skills meets it.
    #[must_use]
    pub fn is_met_by(&self, skills: &[(SkillId, u8)]) -> bool {
        match self {
            Self::AtLeast(skill, least) => level(skills, *skill) >= *least,
            Self::All(all) => all.iter().all(|each| each.is_met_by(skills)),
            Self::Any(any) => any.iter().any(|each| each.is_met_by(skills)),
            Self::Not(not) => !not.is_met_by(skills),
        }
    }

    /// A skill that stands in the way of an agent with these; none where nothing does.
    #[must_use]
    pub fn in_the_way(&self, skills: &[(SkillId, u8)]) -> Option<SkillId> {
        if self.is_met_by(skills) {
            return None;
        }
        match self {
            Self::AtLeast(skill, _) => Some(*skill),
            Self::All(of) | Self::Any(of) => of.iter().find_map(|each| each.in_the_way(skills)),
            Self::Not(not) => not.first_skill(),
        }
    }

    fn first_skill(&self) -> Option<SkillId> {
        match self {
            Self::AtLeast(skill, _) => Some(*skill),
            Self::All(of) | Self::Any(of) => of.iter().find_map(Self::first_skill),
            Self::Not(not) => not.first_skill(),
        }
    }
}

fn level(skills: &[(SkillId, u8)], skill: SkillId) -> u8 {
    let levels = skills.iter().filter(|(has, _)| *has == skill).map(|(_, level)| *level);
    levels.max().unwrap_or(0)
}

/// What a call needs, step by step: at first the first, and each further one when the call has
/// waited so long in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    first: Requirement,
    later: Vec<(Duration, Requirement)>,
}

impl Need {
    /// The same for as long as the call waits.
    #[must_use]
    pub const fn always(who: Requirement) -> Self {
        Self { first: who, later: Vec::new() }
    }

    /// The same need, and this one from `after` on, counted from when the call came to the queue.
    #[must_use]
    pub fn then(mut self, after: Duration, who: Requirement) -> Self {
        self.later.push((after, who));
        self.later.sort_by_key(|(after, _)| *after);
        self
    }

    /// When it changes.
    pub fn changes(&self) -> impl Iterator<Item = Duration> {
        self.later.iter().map(|(after, _)| *after)
    }

    /// What is needed of an agent once the call has waited so long.
    #[must_use]
    pub fn after(&self, waited: Duration) -> &Requirement {
        let later = self.later.iter().take_while(|(after, _)| *after <= waited).last();
        later.map_or(&self.first, |(_, who)| who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRENCH: SkillId = SkillId(1);
    const PRODUCT: SkillId = SkillId(2);

    #[test]
    fn levels_and_words_say_who_will_do() {
        let who = Requirement::All(vec![
            Requirement::AtLeast(FRENCH, 4),
            Requirement::Any(vec![
                Requirement::AtLeast(PRODUCT, 5),
                Requirement::Not(Box::new(Requirement::AtLeast(PRODUCT, 1))),
            ]),
        ]);
        assert!(who.is_met_by(&[(FRENCH, 4)]));
        assert!(who.is_met_by(&[(FRENCH, 9), (PRODUCT, 5)]));
        assert_eq!(who.in_the_way(&[(FRENCH, 3)]), Some(FRENCH));
        assert_eq!(who.in_the_way(&[(FRENCH, 4), (PRODUCT, 4)]), Some(PRODUCT));
        assert_eq!(Requirement::ANYONE.in_the_way(&[]), None);
    }

    #[test]
    fn a_need_is_relaxed_when_its_time_has_come() {
        let seconds = Duration::from_secs;
        let need = Need::always(Requirement::AtLeast(FRENCH, 4))
            .then(seconds(60), Requirement::ANYONE)
            .then(seconds(30), Requirement::AtLeast(FRENCH, 3));
        assert_eq!(need.after(seconds(29)), &Requirement::AtLeast(FRENCH, 4));
        assert_eq!(need.after(seconds(30)), &Requirement::AtLeast(FRENCH, 3));
        assert_eq!(need.after(seconds(61)), &Requirement::ANYONE);
    }
}
