//! What callers answered after the talk, added up.

use crate::error::ReadError;
use crate::place::Place;
use crate::queue_report::REPORT_LINES_MAX;
use crate::store::{Ask, Row, Store, ask};
use crate::{read, schema};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A question lists no more different answers than this, those given most; further ones are counted together.
pub const ANSWERS_LISTED_MAX: usize = 50;

/// Which surveys to add up, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveysAsked {
    /// Those that began then or later,
    pub from: Timestamp,
    /// and before this.
    pub to: Timestamp,
    /// The queue, if not all.
    pub queue: Option<String>,
    /// What has a line of its own.
    pub by: SurveyBy,
}

/// What has a line of its own in a report of surveys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveyBy {
    /// Each survey.
    Survey,
    /// Each survey in each queue.
    Queue,
    /// Each survey in each queue and with each agent.
    Agent,
}

/// One survey, of one queue and one agent if they are told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurveyLine {
    /// Where the dialplan begins to ask: an arrow, such as `menu.nps`.
    pub survey: String,
    /// The queue from which the agent had the call.
    pub queue: Option<String>,
    /// The agent.
    pub agent: Option<String>,
    /// How many callers were asked.
    pub asked: u64,
    /// How many of them answered anything.
    pub answered: u64,
    /// How many of them left a message.
    pub commented: u64,
    /// What they answered, by question. A question that nobody answered is not known here.
    pub questions: BTreeMap<String, Question>,
}

/// What was answered to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// How many answered it.
    pub answered: u64,
    /// How many answered what: numbers by size, then words by the alphabet; at most [`ANSWERS_LISTED_MAX`].
    pub answers: Vec<(String, u64)>,
    /// How many gave another answer than these.
    pub others: u64,
    /// The sum of the answers, if all of them are whole numbers.
    pub sum: Option<i64>,
    /// How many said 9 or 10, and how many 0 to 6, if all are whole numbers from 0 to 10.
    pub promoters: Option<(u64, u64)>,
}

const ASKED: &str = "
    SELECT surveys.survey AS survey, CASE WHEN $4 >= 1 THEN queue END AS queue,
        CASE WHEN $4 >= 2 THEN agent END AS agent, count(*) AS asked,
        count(*) FILTER (WHERE EXISTS (SELECT 1 FROM answers WHERE answers.survey = surveys.id)) AS answered,
        count(*) FILTER (WHERE comments > 0) AS commented
    FROM surveys WHERE asked_at >= $1 AND asked_at < $2 AND ($3 IS NULL OR queue = $3)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT $5";
const ANSWERED: &str = "
    SELECT surveys.survey AS survey, CASE WHEN $4 >= 1 THEN queue END AS queue,
        CASE WHEN $4 >= 2 THEN agent END AS agent, question, answer, count(*) AS times
    FROM surveys JOIN answers ON answers.survey = surveys.id
    WHERE asked_at >= $1 AND asked_at < $2 AND ($3 IS NULL OR queue = $3)
    GROUP BY 1, 2, 3, 4, 5 LIMIT $5";

/// No more different answers than this are added up, over all lines.
const ANSWERS_MAX: u32 = 200_000;

/// Adds up the surveys that `asked` asks for, by survey, queue and agent. A ledger of before they were kept
/// has none.
///
/// # Errors
/// When there is no ledger at `place`, it cannot be read, or the report would have more than
/// [`REPORT_LINES_MAX`] lines.
pub async fn survey_report(
    place: &Place,
    asked: SurveysAsked,
) -> Result<Vec<SurveyLine>, ReadError> {
    let (mut store, version) = read::versioned(place).await?;
    if version < schema::SURVEYS_SINCE {
        return Ok(Vec::new());
    }
    let failed = |source| ReadError::of(place, source);
    // Both questions see the same moment of the ledger.
    store.look().await.map_err(failed)?;
    let added = add_up(&mut store, &asked).await;
    store.end(added).await.map_err(failed)?.ok_or(ReadError::TooLong(REPORT_LINES_MAX))
}

/// The lines; none if there are too many.
async fn add_up(store: &mut Store, asked: &SurveysAsked) -> sqlx::Result<Option<Vec<SurveyLine>>> {
    let lines = asked.ask(ASKED, REPORT_LINES_MAX).rows(store).await?;
    let answers = asked.ask(ANSWERED, ANSWERS_MAX).rows(store).await?;
    let too_many = |rows: &[Row], max: u32| u32::try_from(rows.len()).map_or(true, |len| len > max);
    if too_many(&lines, REPORT_LINES_MAX) || too_many(&answers, ANSWERS_MAX) {
        return Ok(None);
    }
    let mut by_key = BTreeMap::new();
    for row in &lines {
        let line = SurveyLine::read(row)?;
        by_key.insert((line.survey.clone(), line.queue.clone(), line.agent.clone()), line);
    }
    for row in &answers {
        let key = (row.get("survey")?, row.get("queue")?, row.get("agent")?);
        let Some(line) = by_key.get_mut(&key) else { continue };
        let question = line.questions.entry(row.get("question")?).or_default();
        question.answers.push((row.get("answer")?, row.get::<i64>("times")?.unsigned_abs()));
    }
    let mut lines: Vec<SurveyLine> = by_key.into_values().collect();
    for line in &mut lines {
        line.questions.values_mut().for_each(Question::add_up);
    }
    Ok(Some(lines))
}

impl SurveysAsked {
    /// `sql`, which answers with `rows_max` rows, or with one more if there are more.
    fn ask(&self, sql: &'static str, rows_max: u32) -> Ask<'_> {
        ask(sql)
            .bind(self.from.as_microsecond())
            .bind(self.to.as_microsecond())
            .bind(self.queue.as_deref())
            .bind(self.by.depth())
            .bind(i64::from(rows_max) + 1)
    }
}

impl SurveyLine {
    fn read(row: &Row) -> sqlx::Result<Self> {
        let count = |name: &str| row.get::<i64>(name).map(i64::unsigned_abs);
        Ok(Self {
            survey: row.get("survey")?,
            queue: row.get("queue")?,
            agent: row.get("agent")?,
            asked: count("asked")?,
            answered: count("answered")?,
            commented: count("commented")?,
            questions: BTreeMap::new(),
        })
    }
}

impl SurveyBy {
    const fn depth(self) -> i64 {
        match self {
            Self::Survey => 0,
            Self::Queue => 1,
            Self::Agent => 2,
        }
    }
}

impl Question {
    /// Reckons with all answers, and then keeps those given most.
    fn add_up(&mut self) {
        self.answered = self.answers.iter().map(|(_, times)| times).sum();
        let numbers: Option<Vec<(i64, u64)>> =
            self.answers.iter().map(|(answer, times)| Some((whole(answer)?, *times))).collect();
        self.sum = numbers.as_deref().map(sum);
        self.promoters = numbers.as_deref().and_then(promoters);
        self.answers.sort_by(|(a, a_times), (b, b_times)| b_times.cmp(a_times).then(a.cmp(b)));
        let others = self.answers.split_off(ANSWERS_LISTED_MAX.min(self.answers.len()));
        self.others = others.iter().map(|(_, times)| times).sum();
        // Words after all numbers.
        self.answers.sort_by_key(|(answer, _)| {
            (whole(answer).map_or((1, 0), |number| (0, number)), answer.clone())
        });
    }
}

/// A whole number that a person may have meant as one; a longer row of digits is a name of something.
fn whole(answer: &str) -> Option<i64> {
    answer.parse::<i64>().ok().filter(|number| number.abs() < 1_000_000_000)
}

fn sum(numbers: &[(i64, u64)]) -> i64 {
    numbers
        .iter()
        .map(|(number, times)| number.saturating_mul(i64::try_from(*times).unwrap_or(i64::MAX)))
        .fold(0, i64::saturating_add)
}

fn promoters(numbers: &[(i64, u64)]) -> Option<(u64, u64)> {
    if numbers.iter().any(|(number, _)| !(0..=10).contains(number)) {
        return None;
    }
    let of = |among: std::ops::RangeInclusive<i64>| {
        numbers.iter().filter(|(number, _)| among.contains(number)).map(|(_, times)| times).sum()
    };
    Some((of(9..=10), of(0..=6)))
}
