//! What callers answered after the talk, added up.

use crate::error::ReadError;
use crate::queue_report::REPORT_LINES_MAX;
use crate::{read, schema};
use jiff::Timestamp;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use std::path::Path;

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
    SELECT survey, CASE WHEN ?4 >= 1 THEN queue END, CASE WHEN ?4 >= 2 THEN agent END,
        count(*), coalesce(sum(CASE WHEN EXISTS
            (SELECT 1 FROM answers WHERE answers.survey = surveys.id) THEN 1 ELSE 0 END), 0),
        coalesce(sum(CASE WHEN comments > 0 THEN 1 ELSE 0 END), 0)
    FROM surveys WHERE asked_at >= ?1 AND asked_at < ?2 AND (?3 IS NULL OR queue = ?3)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT ?5";
const ANSWERED: &str = "
    SELECT surveys.survey, CASE WHEN ?4 >= 1 THEN queue END, CASE WHEN ?4 >= 2 THEN agent END,
        question, answer, count(*)
    FROM surveys JOIN answers ON answers.survey = surveys.id
    WHERE asked_at >= ?1 AND asked_at < ?2 AND (?3 IS NULL OR queue = ?3)
    GROUP BY 1, 2, 3, 4, 5 LIMIT ?5";

/// No more different answers than this are added up, over all lines.
const ANSWERS_MAX: u32 = 200_000;

type AskedRow = (String, Option<String>, Option<String>, i64, i64, i64);
type AnsweredRow = (String, Option<String>, Option<String>, String, String, i64);

/// Adds up the surveys that `asked` asks for, by survey, queue and agent. A ledger of before they were kept
/// has none.
///
/// # Errors
/// When there is no ledger at `path`, it cannot be read, or the report would have more than
/// [`REPORT_LINES_MAX`] lines.
pub async fn survey_report(path: &Path, asked: SurveysAsked) -> Result<Vec<SurveyLine>, ReadError> {
    let (mut connection, version) = read::versioned(path).await?;
    if version < schema::SURVEYS_SINCE {
        return Ok(Vec::new());
    }
    let failed = |source| ReadError::sqlite(path, source);
    let (rows, answers) = read_rows(&mut connection, &asked).await.map_err(failed)?;
    let too_long = |len: usize, max: u32| u32::try_from(len).is_ok_and(|len| len > max);
    if too_long(rows.len(), REPORT_LINES_MAX) || too_long(answers.len(), ANSWERS_MAX) {
        return Err(ReadError::TooLong(REPORT_LINES_MAX));
    }
    let mut lines: BTreeMap<_, SurveyLine> = BTreeMap::new();
    for (survey, queue, agent, asked, answered, commented) in rows {
        let key = (survey.clone(), queue.clone(), agent.clone());
        let (asked, answered, commented) =
            (asked.unsigned_abs(), answered.unsigned_abs(), commented.unsigned_abs());
        let questions = BTreeMap::new();
        let line = SurveyLine { survey, queue, agent, asked, answered, commented, questions };
        lines.insert(key, line);
    }
    for (survey, queue, agent, question, answer, times) in answers {
        let Some(line) = lines.get_mut(&(survey, queue, agent)) else { continue };
        let question = line.questions.entry(question).or_default();
        question.answers.push((answer, times.unsigned_abs()));
    }
    let mut lines: Vec<SurveyLine> = lines.into_values().collect();
    for line in &mut lines {
        line.questions.values_mut().for_each(Question::add_up);
    }
    Ok(lines)
}

/// Both questions see the same moment of the ledger: an answer is in a line that is there.
async fn read_rows(
    connection: &mut SqliteConnection,
    asked: &SurveysAsked,
) -> sqlx::Result<(Vec<AskedRow>, Vec<AnsweredRow>)> {
    sqlx::query("BEGIN").execute(&mut *connection).await?;
    let (from, to) = (asked.from.as_microsecond(), asked.to.as_microsecond());
    let rows = sqlx::query_as(ASKED)
        .bind(from)
        .bind(to)
        .bind(&asked.queue)
        .bind(asked.by.depth())
        .bind(i64::from(REPORT_LINES_MAX) + 1)
        .fetch_all(&mut *connection)
        .await?;
    let answers = sqlx::query_as(ANSWERED)
        .bind(from)
        .bind(to)
        .bind(&asked.queue)
        .bind(asked.by.depth())
        .bind(i64::from(ANSWERS_MAX) + 1)
        .fetch_all(&mut *connection)
        .await?;
    sqlx::query("COMMIT").execute(connection).await?;
    Ok((rows, answers))
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
