//! What an agent must be able to do.

use ids::SkillId;

/// What an agent must be able to do to take a call. Levels go from 1 to 10; who has not a skill has
/// less than any.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// At least this level of a skill.
    AtLeast(SkillId, u8),
    /// All of these; everybody meets none.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

impl Requirement {
    /// What everybody meets.
    pub const ANYONE: Self = Self::All(Vec::new());

    /// Whether an agent with these skills meets it.
    #[must_use]
    pub fn is_met_by(&self, skills: &[(SkillId, u8)]) -> bool {
        match self {
            Self::AtLeast(skill, least) => {
                skills.iter().any(|(has, level)| has == skill && level >= least)
            }
            Self::All(all) => all.iter().all(|each| each.is_met_by(skills)),
            Self::Any(any) => any.iter().any(|each| each.is_met_by(skills)),
            Self::Not(not) => !not.is_met_by(skills),
        }
    }
}
