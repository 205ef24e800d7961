//! How a made-up call is written on the command line.

use clap::Args;
use dialplan::Told;
use dialplan::trial::{
    Answer, AtCallback, AtDial, AtVoicemail, Expectation, Figures, Misfit, Press, Reply, Trial,
    read_at, read_keys, read_known, read_length,
};
use jiff::civil::DateTime;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// The site: a folder, a telefonist.toml or a dialplan.
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// The number that is dialled. Without it, the only one of the plan.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) to: Option<String>,
    /// The number of the caller. Without it, the number is withheld.
    #[arg(long, value_name = "NUMBER")]
    from: Option<String>,
    /// When the call comes, by the clock of the centre, such as "2026-12-24 10:00". Without it, now.
    #[arg(long, value_name = "TIME", value_parser = read_at)]
    at: Option<DateTime>,
    /// The keys that are pressed, such as 1,2 or 1,0701234567#: each when something has asked for it, or at
    /// its time, such as 1@3s.
    #[arg(long, value_name = "KEYS", value_parser = keys)]
    keys: Option<Keys>,
    /// Directories that are asked over HTTP know the caller, such as name=Anna,vip=true.
    #[arg(long, value_name = "FIELDS", value_parser = read_known, conflicts_with_all = ["unknown", "lookup_fails"])]
    known: Option<Told>,
    /// Directories that are asked over HTTP do not know the caller.
    #[arg(long, conflicts_with = "lookup_fails")]
    unknown: bool,
    /// Directories that are asked over HTTP give no answer.
    #[arg(long)]
    lookup_fails: bool,
    /// What another program answers that an http step asks, such as account=balance:500,paid:yes,
    /// account=unknown or account=fails.
    #[arg(long, value_name = "NAME=ANSWER", value_parser = reply)]
    reply: Vec<(String, Reply)>,
    /// How things stand in a queue, such as support=closed, support=busy,wrap_up or
    /// support=callers:12,agents:3.
    #[arg(long, value_name = "NAME=WORDS", value_parser = queue)]
    queue: Vec<(String, Figures)>,
    /// How long the caller stays in each queue. Without it, nor --answered-after or --talks, the first queue is the end.
    #[arg(long, value_name = "TIME", value_parser = read_length)]
    wait: Option<Duration>,
    /// How long after the caller has come to a queue an agent answers.
    #[arg(long, value_name = "TIME", value_parser = read_length)]
    answered_after: Option<Duration>,
    /// How long the caller talks with an agent, who hangs up then. Without it, the answer of an agent is the end.
    #[arg(long, value_name = "TIME", value_parser = read_length)]
    talks: Option<Duration>,
    /// The place that the caller is told in a queue; several for one time after the other.
    #[arg(long, value_name = "N", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=100_000))]
    place: Vec<u32>,
    /// How long a caller who comes to a queue is expected to wait.
    #[arg(long, value_name = "TIME", value_parser = read_length)]
    expected_wait: Option<Duration>,
    /// How long the caller speaks at a voicemail.
    #[arg(long, value_name = "TIME", value_parser = read_length)]
    speaks: Option<Duration>,
    /// What a voicemail does with a message: takes, full or fails.
    #[arg(long, value_name = "WORD", value_parser = one_of(AtVoicemail::WORDS))]
    voicemail: Option<AtVoicemail>,
    /// Whether callbacks are promised: promised, refused or too_late; or stands: the caller has one.
    #[arg(long, value_name = "WORD", value_parser = one_of(AtCallback::WORDS))]
    callback: Option<AtCallback>,
    /// What a number outside does: answers, rings or mailbox.
    #[arg(long, value_name = "WORD", value_parser = one_of(AtDial::WORDS))]
    dial: Option<AtDial>,
    /// How long after the call was answered the caller hangs up.
    #[arg(long, value_name = "TIME", value_parser = read_length)]
    hangs_up_after: Option<Duration>,
    /// What should come of it, in this order, such as queue.support, hangup, said:closed or never:say.closed.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = Expectation::read)]
    pub(crate) expect: Vec<Expectation>,
    /// Print what comes of it as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TestArgs {
    /// The site: a folder, a telefonist.toml or a dialplan. Its tests are in tests.toml beside the dialplan.
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// Only the tests whose name has this in it.
    pub(crate) filter: Option<String>,
    /// Print what comes of them as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Keys in their order; one value of the command line.
#[derive(Clone, Debug)]
struct Keys(Vec<Press>);

fn keys(text: &str) -> Result<Keys, Misfit> {
    read_keys(text).map(Keys)
}

fn queue(text: &str) -> Result<(String, Figures), String> {
    let (name, words) = text
        .split_once('=')
        .ok_or_else(|| "write the queue and how it stands, such as support=closed".to_owned())?;
    let figures = Figures::read(words).map_err(|misfit| misfit.to_string())?;
    Ok((name.to_owned(), figures))
}

fn reply(text: &str) -> Result<(String, Reply), String> {
    let (name, answer) = text
        .split_once('=')
        .ok_or_else(|| "write the step and its answer, such as account=fails".to_owned())?;
    let reply = Reply::read(answer).map_err(|misfit| misfit.to_string())?;
    Ok((name.to_owned(), reply))
}

/// One of a few words, by what each stands for.
fn one_of<T: Copy + Send + Sync + 'static, const N: usize>(
    words: [(&'static str, T); N],
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |text| {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, what)| *what);
        let all = words.map(|(word, _)| word).join(", ");
        found.ok_or_else(|| format!("write one of {all}"))
    }
}

impl SimulateArgs {
    /// The call that dials `to`.
    pub(crate) fn trial(&self, to: &str) -> Trial {
        let usual = Trial::of(to);
        let answer = match (&self.known, self.unknown, self.lookup_fails) {
            (Some(told), _, _) => Answer::Known(told.clone()),
            (None, true, _) => Answer::Unknown,
            (None, false, true) => Answer::Fails,
            (None, false, false) => Answer::NotSaid,
        };
        Trial {
            from: self.from.clone(),
            at: self.at,
            keys: self.keys.as_ref().map_or_else(Vec::new, |keys| keys.0.clone()),
            answer,
            replies: self.reply.iter().cloned().collect(),
            wait: self.wait,
            answered_after: self.answered_after,
            talks: self.talks,
            hangs_up_after: self.hangs_up_after,
            places: self.place.clone(),
            expected_wait: self.expected_wait,
            queues: self.queue.iter().cloned().collect::<BTreeMap<_, _>>(),
            speaks: self.speaks.unwrap_or(usual.speaks),
            voicemail: self.voicemail.unwrap_or_default(),
            callback: self.callback.unwrap_or_default(),
            dial: self.dial.unwrap_or_default(),
            ..usual
        }
    }
}
