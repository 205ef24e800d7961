//! A caller on the way while the site gets another plan.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use clock::Moment;
use dialplan::{LanguageId, More, Outside, Plan};
use ivr::{Input, LookedUp, Output, Visit};
use jiff::civil::date;
use std::sync::Arc;

const BEFORE: &str = r#"
[number.9000]
goto = "menu.main"
[menu.main]
prompts = ["choose"]
keys = { 1 = "queue.sales", 2 = "queue.support" }
[queue.sales]
welcome = ["old-sales"]
[queue.support]
welcome = ["old-support"]
priority = 1
[[queue.support.when]]
waited = "1m"
goto = "say.old"
[say.old]
prompts = ["old"]
[agent.1001]
secret = "x"
queues = "all"
"#;

/// The keys have changed places, sales is gone, and the queue sends on elsewhere.
const AFTER: &str = r#"
[number.9000]
goto = "menu.main"
[say.first]
prompts = ["first"]
[say.new]
prompts = ["new"]
[menu.main]
prompts = ["choose-now"]
keys = { 1 = "queue.support", 2 = "say.first" }
[queue.support]
welcome = ["new-support"]
priority = 2
[[queue.support.when]]
waited = "2m"
goto = "say.first"
[[queue.support.when]]
waited = "1m"
goto = "say.new"
[agent.1001]
secret = "x"
queues = "all"
"#;

struct Caller {
    visit: Visit,
    after: Arc<Plan>,
}

impl Caller {
    fn calls() -> Self {
        Self::of(BEFORE, AFTER)
    }

    fn of(before: &str, after: &str) -> Self {
        let recorded = |_: &str, _: &str| true;
        let mut secrets = |_: Outside<'_>| Err("all are in the text".to_owned());
        let before = Plan::parse("before.toml", before, &recorded, &mut secrets).unwrap();
        let after = Plan::check_after(&before, "after.toml", after, &recorded, &mut secrets);
        let after = Arc::new(after.plan.unwrap());
        let noon = date(2026, 6, 1).at(12, 0, 0, 0);
        let visit = Visit::begin(Arc::new(before), "9000", noon).unwrap();
        Self { visit, after }
    }

    /// One who is looked up before all else.
    fn looked_up() -> Self {
        let asked = "[number.9000]\ngoto = \"lookup.who\"\n[lookup.who]\ndirectory = \"crm\"\ngoto = \"menu.main\"\n\
            [directory.crm]\nurl = \"http://127.0.0.1/{number}\"\n";
        let asks = |text: &str| text.replace("[number.9000]\ngoto = \"menu.main\"\n", asked);
        Self::of(&asks(BEFORE), &format!("languages = [\"en\", \"sv\"]\n{}", asks(AFTER)))
    }

    fn reload(&mut self) {
        self.visit.follow(Arc::clone(&self.after));
    }

    /// What comes of it: phrases by name, queues with the priority.
    fn hears(&mut self, input: Input) -> Vec<String> {
        self.visit.handle(Moment::ZERO, input);
        let outputs = std::iter::from_fn(|| self.visit.poll_output()).collect::<Vec<_>>();
        let told = outputs.into_iter().filter_map(|output| {
            if let Output::Enqueue { queue, priority, .. } = output {
                return Some(format!("{} at {priority}", self.after.queue(queue).name));
            }
            let Output::Play { phrases, .. } = output else { return None };
            let names = phrases.iter().map(|phrase| self.after.prompt_name(phrase.prompt));
            Some(names.collect::<Vec<_>>().join(" "))
        });
        told.collect()
    }
}

#[test]
fn a_key_means_what_was_said_of_it_and_the_queue_is_the_new_one() {
    let mut caller = Caller::calls();
    assert_eq!(caller.hears(Input::Answered), ["choose"]);
    caller.reload();
    assert_eq!(caller.hears(Input::Key('2')), ["support at 2", "new-support"]);
}

#[test]
fn who_is_on_the_way_to_a_queue_that_is_gone_comes_to_it() {
    let mut caller = Caller::calls();
    caller.hears(Input::Answered);
    caller.reload();
    assert_eq!(caller.hears(Input::Key('1')), ["sales at 0", "old-sales"]);
}

#[test]
fn a_queue_sends_those_who_wait_on_by_the_new_plan() {
    let mut caller = Caller::calls();
    caller.hears(Input::Answered);
    assert_eq!(caller.hears(Input::Key('2')), ["support at 1", "old-support"]);
    caller.reload();
    // By the place that the condition has in the new plan, which the distribution knows alone.
    assert_eq!(caller.hears(Input::SentOn(1)), ["new"]);
}

#[test]
fn a_language_that_only_the_new_plan_has_is_none_of_who_is_in_the_old_one() {
    let mut caller = Caller::looked_up();
    caller.hears(Input::Answered);
    caller.reload();
    let known = LookedUp::Known {
        language: Some(LanguageId(1)),
        priority: 0,
        vip: false,
        more: More::default(),
    };
    assert_eq!(caller.hears(Input::LookedUp(known)), ["choose"]);
    assert_eq!(caller.visit.language(), LanguageId(0));
}
