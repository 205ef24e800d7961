//! `telefonist report survey`: what callers answered after the talk, added up.

use super::cell::Cell;
use super::form::Report;
use super::sheet::{Column, Sheet};
use super::{question, unread};
use crate::cli::{SurveyArgs, SurveyQuestion};
use crate::exit::Outcome;
use crate::{ledger_settings, serve};
use api::NoReport;
use jiff::Timestamp;
use ledger::{ANSWERS_LISTED_MAX, Place, Question, SurveyBy, SurveyLine, SurveysAsked};
use serde_json::json;

pub(crate) fn run(args: &SurveyArgs) -> Outcome {
    let place = ledger_settings::of_data(&args.data)?;
    serve::block_on(async {
        let report = of_ledger(&place, &args.question).await.map_err(question::fault)?;
        let printed = usize::from(args.answers);
        Report { printed, ..report }.print(&args.form)
    })
}

/// The report that `question` asks for, of the ledger at `place`.
pub(super) async fn of_ledger(
    place: &Place,
    question: &SurveyQuestion,
) -> Result<Report, NoReport> {
    let zone = question::zone_of(place, &question.period).await?;
    let (from, to) = question.period.between(&zone, Timestamp::now()).map_err(NoReport::Asked)?;
    let asked = SurveysAsked { from, to, queue: question.queue.clone(), by: question.by.into() };
    let lines = ledger::survey_report(place, asked.clone()).await.map_err(unread)?;
    let told = Told { question, asked: &asked, lines: &lines };
    let mut facts = question::facts(&zone, from, to);
    facts.push(("nps", json!(question.nps)));
    let sheets = vec![told.questions(), told.answers()];
    Ok(Report { facts, sheets, printed: 0, note: String::new() })
}

impl SurveyQuestion {
    /// Whether the question of this name is answered by a likelihood to recommend.
    fn is_score(&self, question: &str) -> bool {
        self.nps.iter().any(|name| name == question)
    }
}

/// What was answered, to be printed.
struct Told<'r> {
    question: &'r SurveyQuestion,
    asked: &'r SurveysAsked,
    lines: &'r [SurveyLine],
}

impl Told<'_> {
    /// The columns that say whose line it is.
    fn whose(&self) -> Vec<Column> {
        let mut columns = vec![Column::new("survey", "where the dialplan begins to ask")];
        if self.asked.by != SurveyBy::Survey {
            columns.push(Column::new("queue", "the queue from which the agent had the call"));
        }
        if self.asked.by == SurveyBy::Agent {
            columns.push(Column::new("agent", "the agent"));
        }
        columns.push(Column::new("question", "the variable that notes the answer"));
        columns
    }

    fn names(line: &SurveyLine, question: &str) -> Vec<Cell> {
        let names = [Some(&line.survey), line.queue.as_ref(), line.agent.as_ref()];
        let names = names.into_iter().flatten().map(String::as_str).chain([question]);
        names.map(|name| Cell::Text(name.to_owned())).collect()
    }

    /// A line for each question, and one for a survey of which no question was answered.
    fn questions(&self) -> Sheet {
        let mut columns = self.whose();
        let words = columns.len();
        columns.extend([
            Column::new("asked", "callers whose agent hung up and who were asked on"),
            Column::new("answered", "of those, the ones who answered this question"),
            Column::new("unanswered", "asked - answered"),
            Column::formula("answered_percent", "answered / asked").headed("ANSWERED %"),
            Column::new("mean", "sum of the answers / answered; none unless all are whole numbers"),
            Column::new("nps", "percent of 9 and 10 - percent of 0 to 6, among the answered"),
            Column::new("comments", "of those asked, the ones who left a message").if_any(),
        ]);
        let row = |line: &SurveyLine, name: &str, question: &Question| -> Vec<Cell> {
            let answered = question.answered;
            let figures = [
                Cell::Count(line.asked),
                Cell::Count(answered),
                Cell::Count(line.asked.saturating_sub(answered)),
                Cell::share(answered, line.asked),
                Cell::Mean(mean(question)),
                Cell::Score(
                    question
                        .promoters
                        .filter(|_| self.question.is_score(name))
                        .and_then(|(promoters, detractors)| score(promoters, detractors, answered)),
                ),
                Cell::Count(line.commented),
            ];
            Self::names(line, name).into_iter().chain(figures).collect()
        };
        let mut rows = Vec::new();
        for line in self.lines {
            if line.questions.is_empty() {
                rows.push(row(line, "", &Question::default()));
            }
            rows.extend(line.questions.iter().map(|(name, question)| row(line, name, question)));
        }
        Sheet { name: "survey", key: "lines", columns, rows, total: None, words }
    }

    /// A line for each answer, and one for those who gave none.
    fn answers(&self) -> Sheet {
        let mut columns = self.whose();
        let others = format!(
            "what was pressed or said; `other` is further answers than the {ANSWERS_LISTED_MAX} given \
             most, and none are those who did not answer"
        );
        columns.push(Column::new("answer", others));
        let words = columns.len();
        columns.extend([
            Column::new("times", "callers who gave that answer"),
            Column::formula("share", "times / asked").headed("SHARE %"),
            Column::formula("share_of_answered", "times / answered").headed("OF ANSWERED %"),
        ]);
        let mut rows = Vec::new();
        for line in self.lines {
            for (name, question) in &line.questions {
                let row = |answer: &str, times: u64, of_answered: Cell| -> Vec<Cell> {
                    let mut row = Self::names(line, name);
                    let share = Cell::share(times, line.asked);
                    row.extend([
                        Cell::Text(answer.to_owned()),
                        Cell::Count(times),
                        share,
                        of_answered,
                    ]);
                    row
                };
                let of_answered = |times| Cell::share(times, question.answered);
                let given =
                    question.answers.iter().map(|(answer, times)| (answer.as_str(), *times));
                let others = Some(("other", question.others)).filter(|(_, times)| *times > 0);
                rows.extend(
                    given
                        .chain(others)
                        .map(|(answer, times)| row(answer, times, of_answered(times))),
                );
                let unanswered = line.asked.saturating_sub(question.answered);
                rows.push(row("", unanswered, Cell::Percent(None)));
            }
        }
        Sheet { name: "answers", key: "answers", columns, rows, total: None, words }
    }
}

fn mean(question: &Question) -> Option<i64> {
    let answered = i64::try_from(question.answered).ok().filter(|answered| *answered > 0)?;
    Some(nearest(question.sum?.saturating_mul(100), answered))
}

/// The net promoter score, in tenths.
fn score(promoters: u64, detractors: u64, answered: u64) -> Option<i64> {
    let count = |count: u64| i64::try_from(count).ok();
    let answered = count(answered).filter(|answered| *answered > 0)?;
    let net = count(promoters)?.checked_sub(count(detractors)?)?;
    Some(nearest(net.saturating_mul(1_000), answered))
}

/// `of` by `by`, the half away from nought.
const fn nearest(of: i64, by: i64) -> i64 {
    let half = if of < 0 { -(by / 2) } else { by / 2 };
    of.saturating_add(half) / by
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::xlsx::tests::assert_same_as_json;
    use expect_test::expect;
    use std::collections::BTreeMap;

    fn line() -> SurveyLine {
        let nps = Question {
            answered: 4,
            answers: vec![("3".into(), 1), ("8".into(), 1), ("10".into(), 2)],
            others: 0,
            sum: Some(31),
            promoters: Some((2, 1)),
        };
        let why = Question {
            answered: 1,
            answers: vec![("=kind".into(), 1)],
            others: 0,
            sum: None,
            promoters: None,
        };
        SurveyLine {
            survey: "menu.nps".into(),
            queue: Some("support".into()),
            agent: None,
            asked: 6,
            answered: 4,
            commented: 1,
            questions: BTreeMap::from([("nps".into(), nps), ("why".into(), why)]),
        }
    }

    fn told(lines: &[SurveyLine], show: impl FnOnce(&Told<'_>)) {
        told_of(&[], lines, show);
    }

    /// The same where these questions are named for a score.
    fn told_of(scores: &[&str], lines: &[SurveyLine], show: impl FnOnce(&Told<'_>)) {
        let words = scores.iter().map(|name| ("nps".to_owned(), (*name).to_owned())).collect();
        let question: SurveyQuestion = question::read(words).unwrap();
        let (from, to) = (Timestamp::MIN, Timestamp::MAX);
        let asked = SurveysAsked { from, to, queue: None, by: SurveyBy::Queue };
        show(&Told { question: &question, asked: &asked, lines });
    }

    #[test]
    fn a_question_has_its_mean_its_score_and_those_who_said_nothing() {
        told(&[line()], |told| {
            expect![[r#"
                SURVEY    QUEUE    QUESTION  ASKED  ANSWERED  UNANSWERED  ANSWERED %  MEAN   NPS  COMMENTS
                menu.nps  support  nps           6         4           2        66.7  7.75  25.0         1
                menu.nps  support  why           6         1           5        16.7     –     –         1
            "#]]
            .assert_eq(&told.questions().table());
        });
    }

    #[test]
    fn a_score_is_of_the_questions_that_are_named_for_one_and_of_no_other() {
        let SurveyLine { questions, .. } = line();
        // Both are answered from 0 to 10, and only whoever asks knows which of them asks for a recommendation.
        let of_name = |name: &str| (name.to_owned(), questions["nps"].clone());
        let line =
            SurveyLine { questions: ["grade", "nps"].map(of_name).into_iter().collect(), ..line() };
        let (score, none) = (json!(25.0), json!(null));
        for (named, expected) in [
            (&[][..], [&none, &score]),
            (&["grade"][..], [&score, &none]),
            (&["grade", "nps"][..], [&score, &score]),
            (&["Nps"][..], [&none, &none]),
        ] {
            told_of(named, std::slice::from_ref(&line), |told| {
                let lines = told.questions().json();
                assert_eq!([&lines[0]["nps"], &lines[1]["nps"]], expected, "{named:?}");
            });
        }
    }

    #[test]
    fn every_answer_has_its_share_and_a_spreadsheet_gets_no_formula() {
        told(&[line()], |told| {
            expect![[r#"
                survey,queue,question,answer,times,times / asked,times / answered
                menu.nps,support,nps,3,1,16.7,25.0
                menu.nps,support,nps,8,1,16.7,25.0
                menu.nps,support,nps,10,2,33.3,50.0
                menu.nps,support,nps,,2,33.3,
                menu.nps,support,why,'=kind,1,16.7,100.0
                menu.nps,support,why,,5,83.3,
            "#]]
            .assert_eq(&told.answers().csv().unwrap().replace("\r\n", "\n"));
        });
    }

    #[test]
    fn the_workbook_says_in_every_cell_what_the_json_says() {
        told(&[line()], |told| {
            let sheets = vec![told.questions(), told.answers()];
            assert_same_as_json(&Report { facts: vec![], sheets, printed: 0, note: String::new() });
        });
    }

    #[test]
    fn a_survey_that_nobody_answers_is_in_the_report() {
        let silent = SurveyLine { questions: BTreeMap::new(), answered: 0, ..line() };
        told(&[silent], |told| {
            let sheet = told.questions();
            let line = &sheet.json()[0];
            assert_eq!((&line["asked"], &line["unanswered"]), (&json!(6), &json!(6)));
            assert_eq!((&line["question"], &line["mean"]), (&json!(""), &json!(null)));
            assert_eq!(sheet.definitions()["unanswered"], "asked - answered");
        });
    }

    #[test]
    fn a_score_and_a_mean_are_rounded_away_from_nought() {
        assert_eq!(score(1, 2, 3), Some(-333));
        assert_eq!(score(0, 3, 3), Some(-1_000));
        assert_eq!(score(2, 0, 3), Some(667));
        assert_eq!(score(0, 0, 0), None);
        let question = Question { answered: 3, sum: Some(-5), ..Question::default() };
        assert_eq!(mean(&question), Some(-167));
    }
}
