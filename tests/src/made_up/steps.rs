//! Each kind of step, written with what is drawn for it.

use super::calendar::Calendar;
use super::island::{Island, Kind, Place, word};
use super::{LANGUAGES, MadeUp, OPERATOR, outside, tests};
use rand::RngExt;
use rand::rngs::StdRng;
use std::fmt::Write;

impl Island {
    pub(super) fn step(
        &self,
        random: &mut StdRng,
        plan: &mut MadeUp,
        (kind, at): (Kind, Place),
        text: &mut String,
    ) {
        let _ = writeln!(text, "[{}.{}]", word(kind), self.name(at));
        match kind {
            Kind::Say => self.say(random, plan, at, text),
            Kind::Menu => self.menu(random, plan, at, text),
            Kind::Speak => {
                let language = LANGUAGES[random.random_range(0..2)];
                let _ = writeln!(text, "language = \"{language}\"");
                self.goto(random, at, text);
            }
            Kind::Set => self.set(random, at, text),
            Kind::Branch => self.branch(random, plan, at, text),
            Kind::Collect => self.collect(random, plan, at, text),
            Kind::Confirm => self.confirm(random, plan, at, text),
            Kind::Http => self.http(random, plan, at, text),
            Kind::LookUp => self.look_up(random, at, text),
            Kind::Dial => self.dial(random, plan, at, text),
            Kind::Voicemail => self.voicemail(random, plan, at, text),
            Kind::Callback => self.callback(random, plan, at, text),
            Kind::HangUp => self.hang_up(random, plan, at, text),
            Kind::Sub => self.goto(random, at, text),
            Kind::Queue => self.queue(random, plan, at, text),
        }
    }

    fn goto(&self, random: &mut StdRng, at: Place, text: &mut String) {
        let goto = self.onward(random, at);
        let _ = writeln!(text, "goto = \"{goto}\"");
    }

    fn phrase(&self, plan: &mut MadeUp, place: Place, more: &str) -> String {
        let name = format!("{}{more}", self.name(place));
        plan.prompts.push(name.clone());
        name
    }

    fn say(&self, random: &mut StdRng, plan: &mut MadeUp, at: Place, text: &mut String) {
        let prompt = self.phrase(plan, at, "");
        let _ = writeln!(text, "prompts = [\"{prompt}\"]");
        self.goto(random, at, text);
    }

    fn menu(&self, random: &mut StdRng, plan: &mut MadeUp, at: Place, text: &mut String) {
        let (prompt, tries) = (self.phrase(plan, at, ""), random.random_range(1..3));
        let otherwise = self.onward(random, at);
        let mut keys: Vec<String> = (1..random.random_range(2..5))
            .map(|key| format!("{key} = \"{}\"", self.chosen(random, at)))
            .collect();
        if random.random_ratio(1, 3) {
            keys.push(format!("\"2[1-3]|99\" = \"{}\"", self.chosen(random, at)));
            *text += "into = \"typed\"\n";
        }
        let _ = writeln!(
            text,
            "prompts = [\"{prompt}\"]\nkeys = {{ {} }}\ntimeout = \"3s\"\ntries = {tries}\n\
             otherwise = \"{otherwise}\"",
            keys.join(", ")
        );
    }

    /// Where a key of a menu leads: onward, or sometimes back.
    fn chosen(&self, random: &mut StdRng, at: Place) -> String {
        match at {
            Place::Own(at) if random.random_ratio(1, 5) => self.arrow(random.random_range(0..=at)),
            Place::Own(_) | Place::Part(_) => self.onward(random, at),
        }
    }

    fn set(&self, random: &mut StdRng, at: Place, text: &mut String) {
        let values = [
            "matter = \"a\"",
            "matter = \"b\", balance = 150",
            "balance = -1, paid = true",
            "typed = \"12\"",
        ];
        let values = values[random.random_range(0..values.len())];
        let _ = writeln!(text, "values = {{ {values} }}");
        if random.random_ratio(1, 4) {
            let language = LANGUAGES[random.random_range(0..2)];
            let _ = writeln!(text, "language = \"{language}\"\npriority = 2");
        }
        self.goto(random, at, text);
    }

    fn branch(&self, random: &mut StdRng, plan: &MadeUp, at: Place, text: &mut String) {
        let tests: Vec<String> = (0..random.random_range(1..4))
            .map(|_| {
                let test = tests::test(random, &plan.calendar);
                format!("{{ if = \"{test}\", goto = \"{}\" }}", self.onward(random, at))
            })
            .collect();
        let otherwise = self.onward(random, at);
        let _ = writeln!(text, "when = [{}]\notherwise = \"{otherwise}\"", tests.join(", "));
    }

    fn collect(&self, random: &mut StdRng, plan: &mut MadeUp, at: Place, text: &mut String) {
        let (prompt, most) = (self.phrase(plan, at, ""), random.random_range(1..3));
        let (goto, otherwise) = (self.onward(random, at), self.onward(random, at));
        let _ = writeln!(
            text,
            "prompts = [\"{prompt}\"]\ninto = \"typed\"\ndigits_max = {most}\npattern = \"[0-3]+\"\n\
             timeout = \"3s\"\nbetween = \"3s\"\ntries = 2\ngoto = \"{goto}\"\notherwise = \"{otherwise}\""
        );
        if random.random_ratio(1, 4) {
            *text += "confirm = true\n";
        }
    }

    fn confirm(&self, random: &mut StdRng, plan: &mut MadeUp, at: Place, text: &mut String) {
        let prompt = self.phrase(plan, at, "");
        // Some are noted, some are not; and who withholds the number has none.
        let values = ["", ", { digits = \"typed\" }", ", { phone = \"caller\" }"];
        let value = values[random.random_range(0..values.len())];
        let (yes, otherwise) = (self.onward(random, at), self.onward(random, at));
        let _ = writeln!(
            text,
            "prompts = [\"{prompt}\"{value}]\ntimeout = \"3s\"\ntries = 2\n\
             yes = \"{yes}\"\nno = \"{}\"\notherwise = \"{otherwise}\"",
            self.chosen(random, at)
        );
        if random.random_ratio(1, 3) {
            let question = self.phrase(plan, at, "q");
            let _ = writeln!(text, "question = [\"{question}\"]\nyes_key = \"3\"");
        }
    }

    fn http(&self, random: &mut StdRng, plan: &mut MadeUp, at: Place, text: &mut String) {
        let (page, reply) = outside::PAGES[random.random_range(0..outside::PAGES.len())];
        let name = self.name(at);
        let (goto, unknown) = (self.onward(random, at), self.onward(random, at));
        let failed = self.onward(random, at);
        let _ = writeln!(
            text,
            "url = \"http://{}{page}/{{dialled}}/{{caller}}\"\ntimeout = \"5s\"\n\
             read = {{ balance = \"account.balance as number\", paid = \"paid as yes or no\", \
             matter = \"matter\" }}\n\
             goto = \"{goto}\"\nunknown = \"{unknown}\"\nfailed = \"{failed}\"",
            plan.register
        );
        let replies = plan.calls.last_mut().map(|call| &mut call.replies);
        replies.into_iter().for_each(|it| it.push(format!("{name}={reply}")));
    }

    fn look_up(&self, random: &mut StdRng, at: Place, text: &mut String) {
        let (vip, unknown) = (self.onward(random, at), self.onward(random, at));
        *text += "directory = \"customers\"\n";
        let _ = writeln!(text, "vip = \"{vip}\"\nunknown = \"{unknown}\"");
        self.goto(random, at, text);
    }

    fn dial(&self, random: &mut StdRng, plan: &MadeUp, at: Place, text: &mut String) {
        let answers = plan.calls.last().is_some_and(|call| call.outside_answers);
        let (number, failed) = (outside::number(answers, self.at), self.onward(random, at));
        let _ = writeln!(text, "number = \"{number}\"\nring = \"5s\"\nfailed = \"{failed}\"");
    }

    fn voicemail(&self, random: &mut StdRng, plan: &mut MadeUp, at: Place, text: &mut String) {
        let (prompt, full) = (self.phrase(plan, at, ""), self.onward(random, at));
        let _ = writeln!(text, "prompts = [\"{prompt}\"]\nsilence = \"3s\"\nfull = \"{full}\"");
        self.goto(random, at, text);
    }

    fn callback(&self, random: &mut StdRng, plan: &mut MadeUp, at: Place, text: &mut String) {
        let (prompt, may_type) = (self.phrase(plan, at, ""), random.random_ratio(3, 4));
        let (full, otherwise) = (self.onward(random, at), self.onward(random, at));
        let _ = writeln!(
            text,
            "queue = \"{OPERATOR}\"\nprompts = [\"{prompt}\"]\nmay_type = {may_type}\n\
             full = \"{full}\"\notherwise = \"{otherwise}\""
        );
        self.goto(random, at, text);
    }

    fn hang_up(&self, random: &mut StdRng, plan: &mut MadeUp, at: Place, text: &mut String) {
        let causes = ["normal", "busy", "rejected", "congestion"];
        let cause = causes[random.random_range(0..causes.len())];
        let prompt = self.phrase(plan, at, "");
        let _ = writeln!(text, "cause = \"{cause}\"\nprompts = [\"{prompt}\"]");
    }

    fn queue(&self, random: &mut StdRng, plan: &mut MadeUp, at: Place, text: &mut String) {
        let name = self.name(at);
        plan.queues.push(name.clone());
        if random.random_ratio(1, 2) {
            let _ = writeln!(text, "welcome = [\"{}\"]", self.phrase(plan, at, "w"));
        }
        let place = if random.random_ratio(1, 2) { "10s" } else { "0s" };
        let _ = writeln!(text, "announce_place = \"{place}\"");
        if plan.of_talks.random_ratio(3, 4) {
            let survey = self.onward(&mut plan.of_talks, at);
            let _ = writeln!(text, "survey = \"{survey}\"");
        }
        if random.random_ratio(2, 3) {
            let (hours, closed) = (Calendar::hours(random), self.onward(random, at));
            let then = if random.random_ratio(1, 2) { "leave" } else { "serve" };
            let _ = writeln!(
                text,
                "hours = \"{hours}\"\nclosed = \"{closed}\"\nat_closing = \"{then}\""
            );
        }
        let goto = self.onward(random, at);
        let when = |what: &str| format!("[[queue.{name}.when]]\n{what}\ngoto = \"{goto}\"\n");
        *text += &match random.random_range(0..6) {
            0 => when("every_agent = [\"logged_out\"]"),
            1 => when("every_agent = [\"busy\", \"paused\"]"),
            2 => when("calls_per_agent = 3"),
            3 => when("waited = \"4s\""),
            4 => {
                let prompt = self.phrase(plan, at, "o");
                format!(
                    "[[queue.{name}.at]]\nafter = \"1s\"\nprompts = [\"{prompt}\"]\n\
                     keys = {{ 1 = \"{goto}\", 2 = \"hangup\" }}\n"
                )
            }
            _ => String::new(),
        };
    }
}
