//! What callers answer after the talk adds up by survey, queue and agent.

use crate::support::{Desk, MORNING, asked_after, connected, ended, folder, happened, queued};
use events::{Ani, CallEvent, Event, MessageEvent, MessageLeft, Outcome, What};
use ids::MessageId;
use jiff::Timestamp;
use ledger::{ANSWERS_LISTED_MAX, Place, SurveyBy, SurveyLine, SurveysAsked, survey_report};

fn noted(name: &str, value: &str) -> CallEvent {
    CallEvent::Noted { name: name.into(), value: value.into() }
}

fn over() -> CallEvent {
    CallEvent::Ended { outcome: Outcome::Answered, cause: "caller hung up".into() }
}

/// The calls of `told`, each of which talks with an agent first.
fn calls(told: Vec<(&str, Vec<CallEvent>)>) -> Vec<Event> {
    let of_call = |(call, (agent, events)): (u64, (&str, Vec<CallEvent>))| {
        let talk = [queued("faktura"), connected(agent)];
        talk.into_iter().chain(events).map(|event| (call, event)).collect::<Vec<_>>()
    };
    let events = (1..).zip(told).flat_map(of_call);
    (1..).zip(events).map(|(seq, (call, event))| happened(seq, 1_000, call, event)).collect()
}

async fn report(place: &Place, by: SurveyBy) -> Vec<SurveyLine> {
    let from = Timestamp::from_microsecond(MORNING).unwrap();
    let to = Timestamp::from_microsecond(MORNING + 86_400_000_000).unwrap();
    survey_report(place, SurveysAsked { from, to, queue: None, by }).await.unwrap()
}

async fn written(events: Vec<Event>, by: SurveyBy) -> Vec<SurveyLine> {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    let last = events.last().unwrap().seq;
    desk.send(events.clone());
    desk.until(last);
    // Handed over twice, and counted once.
    desk.send(events);
    desk.finish();
    report(&place, by).await
}

/// In few words.
fn told(lines: &[SurveyLine]) -> Vec<String> {
    let line = |line: &SurveyLine| {
        let questions = line.questions.iter().map(|(name, question)| {
            let answers =
                question.answers.iter().map(|(answer, times)| format!("{answer}×{times}"));
            let answers = answers.collect::<Vec<_>>().join(" ");
            format!("; {name} {answers} sum {:?} {:?}", question.sum, question.promoters)
        });
        let (queue, agent) = (line.queue.as_deref(), line.agent.as_deref());
        format!(
            "{} {} {}: asked {} answered {} commented {}{}",
            line.survey,
            queue.unwrap_or("-"),
            agent.unwrap_or("-"),
            line.asked,
            line.answered,
            line.commented,
            questions.collect::<String>(),
        )
    };
    lines.iter().map(line).collect()
}

#[tokio::test]
async fn answers_add_up_by_survey_queue_and_agent_and_who_says_nothing_is_counted() {
    let events = calls(vec![
        ("1001", vec![asked_after("1001"), noted("nps", "10"), noted("solved", "1"), over()]),
        ("1001", vec![asked_after("1001"), noted("nps", "3"), over()]),
        ("1001", vec![asked_after("1001"), over()]),
        ("1002", vec![asked_after("1002"), noted("nps", "9"), noted("why", "kind"), over()]),
    ]);
    let by_agent = written(events.clone(), SurveyBy::Agent).await;
    let expected = [
        "menu.nps faktura 1001: asked 3 answered 2 commented 0; nps 3×1 10×1 sum Some(13) Some((1, 1)); \
         solved 1×1 sum Some(1) Some((0, 1))",
        "menu.nps faktura 1002: asked 1 answered 1 commented 0; nps 9×1 sum Some(9) Some((1, 0)); \
         why kind×1 sum None None",
    ];
    assert_eq!(told(&by_agent), expected);
    let by_queue = written(events, SurveyBy::Queue).await;
    let expected = "menu.nps faktura -: asked 4 answered 3 commented 0; nps 3×1 9×1 10×1 sum Some(22) \
                    Some((2, 1)); solved 1×1 sum Some(1) Some((0, 1)); why kind×1 sum None None";
    assert_eq!(told(&by_queue), [expected]);
}

#[tokio::test]
async fn what_is_noted_before_the_talk_or_in_the_queue_again_is_no_answer_and_the_last_word_counts()
{
    let events = calls(vec![(
        "1001",
        vec![
            noted("matter", "2"),
            asked_after("1001"),
            noted("nps", "2"),
            noted("nps", "8"),
            queued("faktura"),
            noted("matter", "3"),
            over(),
        ],
    )]);
    let expected = "menu.nps - -: asked 1 answered 1 commented 0; nps 8×1 sum Some(8) Some((0, 0))";
    assert_eq!(told(&written(events, SurveyBy::Survey).await), [expected]);
}

#[tokio::test]
async fn a_message_left_after_the_talk_is_a_comment() {
    let mut events = calls(vec![("1001", vec![asked_after("1001"), over()])]);
    let left = MessageLeft {
        voicemail: "comment".into(),
        call: 1,
        caller: Ani::new("0701234567"),
        name: None,
        company: None,
        language: "sv".into(),
        queue: Some("faktura".into()),
        waited_ms: 0,
        length_ms: 4_000,
        bytes: 32_000,
        packets_missed: 0,
    };
    let seq = events.last().unwrap().seq + 1;
    let what = What::Message(MessageId(7), MessageEvent::Left(Box::new(left)));
    events.push(Event { seq, at: clock::WallTime::from_micros(MORNING), what });
    let expected = "menu.nps - -: asked 1 answered 0 commented 1";
    assert_eq!(told(&written(events, SurveyBy::Survey).await), [expected]);
}

#[tokio::test]
async fn a_question_with_more_answers_than_are_listed_keeps_those_given_most_and_reckons_with_all()
{
    let mut asked: Vec<(&str, Vec<CallEvent>)> = (0..=ANSWERS_LISTED_MAX + 1)
        .map(|at| ("1001", vec![asked_after("1001"), noted("age", &at.to_string()), over()]))
        .collect();
    asked.push(("1001", vec![asked_after("1001"), noted("age", "51"), over()]));
    let lines = written(calls(asked), SurveyBy::Survey).await;
    let age = &lines[0].questions["age"];
    assert_eq!((age.answered, age.others, age.answers.len()), (53, 2, ANSWERS_LISTED_MAX));
    assert_eq!(age.sum, Some((0..=51).sum::<i64>() + 51));
    assert_eq!((age.promoters, age.answers.last()), (None, Some(&("51".to_owned(), 2))));
}

#[tokio::test]
async fn a_survey_counts_in_the_time_in_which_it_began_and_an_end_of_a_call_without_one_changes_none()
 {
    let (_folder, place) = folder();
    let desk = Desk::open(&place).await;
    desk.send([
        happened(1, -1, 1, asked_after("1001")),
        happened(2, 0, 1, noted("nps", "9")),
        ended(3, 5_000, 2, Outcome::Answered, "caller hung up"),
    ]);
    desk.finish();
    assert_eq!(report(&place, SurveyBy::Agent).await, []);
}
