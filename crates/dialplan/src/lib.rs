//! The dialplan: TOML in, a checked plan or every fault out.
//!
//! A site's whole behaviour is one text, or several that it includes. [`Plan::parse`] turns it into a [`Plan`], in which every
//! name has become an id that leads somewhere, or into [`Faults`]: all of them at once, each with its
//! line, what is wrong and what to do. It reads no file and no environment; who calls it says what
//! is recorded, and fetches what the plan names outside of itself ([`Outside`]).
//!
//! ```
//! let text = r#"
//!     language = "en"
//!     [number.9000]
//!     goto = "queue.support"
//!     [queue.support]
//!     name = "Support"
//!     [agent.1001]
//!     name = "Ana"
//!     secret = "for the example only"
//!     queues = ["support"]
//! "#;
//! let recorded = |_language: &str, _prompt: &str| true;
//! let mut outside = |_: dialplan::Outside<'_>| Err("none here".to_owned());
//! let plan = dialplan::Plan::parse("dialplan.toml", text, &recorded, &mut outside).unwrap();
//! assert_eq!(plan.numbers["9000"].goto, dialplan::Goto::Queue(ids::QueueId(0)));
//! assert_eq!(&*plan.agents[0].name, "Ana");
//! ```

mod allow;
mod assemble;
pub mod builtin;
mod calendar;
mod check;
mod diff;
mod draft;
mod fault;
mod faults;
mod graph;
mod include;
mod laid_out;
mod merge;
mod nearest;
mod outside;
mod parse;
mod plan;
mod report;
mod rows;
mod schema;
mod source;
mod succession;
mod table;
pub mod trial;
mod values;

pub use allow::ALLOWABLE;
pub use calendar::{CALENDAR_EVENTS_MAX, check_calendar};
pub use diff::Change;
pub use fault::{Fault, Severity};
pub use faults::{Faults, Look};
pub use graph::{Edge, Graph, Node, NodeKind};
pub use include::INCLUDED_MAX;
pub use laid_out::laid_out;
pub use outside::Outside;
pub use parse::Checked;
pub use plan::{
    Agent, Announcement, Arm, AtClosing, AtMax, Branch, By, Callback, CallbackAtClosing,
    CallbackMode, Cause, Choice, Collect, Comparison, Condition, Confirm, Country, DayHours,
    Demand, DemandId, Demands, Dial, DialOut, DialPattern, Dialled, Digest, DigitCheck,
    DigitPattern, Directory, DirectoryId, Disposition, DispositionId, Fact, Facts, Fate, Filing,
    Fit, Gone, Goto, Ha1, HangUp, Holiday, HolidayHours, HolidayKind, Holidays, Hours, HoursId,
    Http, HttpDirectory, Known, KnownBy, Language, LanguageId, Likeness, Line, Listed, LogIn,
    LookUp, Menu, MessageWaits, More, Network, NoNetwork, NoPattern, Number, NumberForm,
    NumberFrom, Offer, Only, OpenSpan, Opening, Origin, Origins, OwnHoliday, Pause, PauseLimit,
    PhoneSecret, Phrase, Piece, Plan, Presence, Queue, Read, Redirect, Refusal, Requirement,
    Returns, Rings, RingsMax, Rule, Say, Secret, Set, ShiftId, ShortCode, ShortCodes, Slots,
    Source, Speak, Srtp, Step, StepId, Strangers, Strategy, Sub, Template, Term, Test, Told, Trunk,
    TrunkHost, TrunkLogin, TrunkTransport, Trust, Value, ValueKind, Variable, VariableId,
    Voicemail, Way, When, Whom, Why, YearDay, Yearly,
};
pub use plan::{CalendarAt, SaidAmount, SaidAs, SaidUnit, SaidValue, Sayable, Saying};
pub use report::FAULTS_MAX;
pub use rows::DIRECTORY_ROWS_MAX;
pub use schema::schema;
pub use source::TEXT_BYTES_MAX;
pub use succession::GONE_MAX;
