//! Queues with their defaults.

use super::Assembly;
use crate::builtin;
use crate::draft::{ConditionDraft, LevelDraft, Named, NeedDraft, QueueDraft, RelaxDraft};
use crate::plan::{Condition, Goto, Queue, Requirement};
use ids::SkillId;
use std::time::Duration;

const ANNOUNCE_PLACE: Duration = Duration::from_secs(30);
/// Four waits in five.
const CONFIDENCE: u8 = 80;
const RING: Duration = Duration::from_secs(20);
const WRAP_UP: Duration = Duration::from_secs(15);
const WRAP_UP_STEP: Duration = Duration::from_secs(30);
const WRAP_UP_MAX: Duration = Duration::from_secs(600);
const WAITING_MAX: u32 = 1_000;
/// A second of waiting counts for a second.
const AGEING: u32 = 100;
const LAST_AGENT_WITHIN: Duration = Duration::from_secs(24 * 3_600);
const DECLINE_PAUSE: Duration = Duration::from_secs(30);

impl Assembly<'_, '_> {
    pub(super) fn queues(&mut self) -> Vec<Queue> {
        self.draft.queues.iter().map(|queue| self.queue(queue)).collect()
    }

    fn queue(&mut self, queue: &Named<QueueDraft>) -> Queue {
        let Named { name, body } = queue;
        let title = body.title.as_ref().unwrap_or(name).get_ref();
        let music = body.music.as_ref().map_or(builtin::MUSIC, |text| text.get_ref());
        Queue {
            name: name.get_ref().as_str().into(),
            title: title.as_str().into(),
            welcome: self.phrases(&body.welcome),
            announce_place: Some(body.announce_place.unwrap_or(ANNOUNCE_PLACE))
                .filter(|interval| !interval.is_zero()),
            announce_wait: body.wait.announced,
            confidence: body
                .wait
                .confidence
                .and_then(|it| u8::try_from(it).ok())
                .unwrap_or(CONFIDENCE),
            expected_talk: body.wait.expected_talk,
            reminder: self.phrases(&body.reminder),
            whisper: self.phrases(&body.told.whisper),
            whisper_wait: body.told.whisper_wait,
            alert_info: body.told.alert_info.as_ref().map(|text| text.get_ref().as_str().into()),
            music: self.names.prompt(music),
            strategy: body.distribution.strategy,
            requirement: self.requirement(&body.need),
            relax: self.relax(&body.distribution.relax),
            tiers: body.distribution.tiers.clone(),
            ageing: body.distribution.ageing.unwrap_or(AGEING),
            ring: body.ring.unwrap_or(RING),
            wrap_up: body.after_call.wrap_up.unwrap_or(WRAP_UP),
            wrap_up_step: body.after_call.step.unwrap_or(WRAP_UP_STEP),
            wrap_up_max: body.after_call.max.unwrap_or(WRAP_UP_MAX),
            filing: body.after_call.filing,
            waiting_max: body.waiting_max.unwrap_or(WAITING_MAX),
            priority: body.priority.and_then(|it| u8::try_from(it).ok()).unwrap_or(0),
            full: self.goto_or(body.full.as_ref(), Goto::Step(self.names.all_busy)),
            hours: body.opening.hours.as_ref().and_then(|hours| self.hours_of(hours)),
            closed: self.goto_or(body.opening.closed.as_ref(), Goto::Step(self.names.closed)),
            at_closing: body.opening.at_closing,
            survey: body.survey.as_ref().map(|arrow| self.goto(arrow)),
            record: body.kept.record.unwrap_or(false),
            record_announce: self.phrases(&body.kept.announce),
            record_key: body.kept.record_key,
            pause_key: body.kept.pause_key,
            conditions: body.conditions.iter().map(|it| self.condition(it)).collect(),
            offers: body.offers.iter().map(|it| self.offer(it)).collect(),
            decline_pause: body.decline_pause.unwrap_or(DECLINE_PAUSE),
            last_agent: body.callers.last_agent.unwrap_or_default(),
            last_agent_within: body.callers.last_agent_within.unwrap_or(LAST_AGENT_WITHIN),
            redial_window: body.callers.redial_window.unwrap_or_default(),
        }
    }

    fn condition(&mut self, condition: &ConditionDraft) -> Condition {
        Condition { when: condition.when.clone(), goto: self.goto(&condition.goto) }
    }

    fn relax(&self, steps: &[RelaxDraft]) -> Vec<(Duration, Requirement)> {
        steps.iter().map(|step| (step.after, self.requirement(&step.need))).collect()
    }

    pub(super) fn requirement(&self, need: &NeedDraft) -> Requirement {
        let each = |of: &[NeedDraft]| of.iter().map(|one| self.requirement(one)).collect();
        match need {
            NeedDraft::One(LevelDraft { skill, level }) => {
                Requirement::AtLeast(self.names.skill(skill.get_ref()), *level)
            }
            NeedDraft::All(of) => match &**of {
                [one] => self.requirement(one),
                of => Requirement::All(each(of)),
            },
            NeedDraft::Any(of) => Requirement::Any(each(of)),
            NeedDraft::Not(not) => Requirement::Not(Box::new(self.requirement(not))),
        }
    }

    pub(super) fn levels(&self, levels: &[LevelDraft]) -> Vec<(SkillId, u8)> {
        levels.iter().map(|it| (self.names.skill(it.skill.get_ref()), it.level)).collect()
    }
}
