//! The command line.

use crate::report::levels::Level;
use crate::report::question::{Edge, Interval, within, zone};
use crate::trial::{SimulateArgs, TestArgs};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ledger::SurveyBy;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// A SIP contact-centre engine: callers wait, are told the truth, and reach the right agent.
#[derive(Debug, Parser)]
#[command(name = "telefonist", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 fine, 1 findings (a fault in a dialplan, a port that is \
taken …), 2 usage, 3 server not reached.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a site: a folder with dialplan.toml, or a telefonist.toml.
    Serve(ServeArgs),
    /// Run the shipped demo site, peopled with simulated callers and agents.
    Demo(DemoArgs),
    /// Have a running server read its dialplan anew; calls go on.
    Reload(ReloadArgs),
    /// Look at the editions of a site's dialplan, and go back to one.
    Plan(PlanArgs),
    /// Report every fault of a site's dialplan.
    Check(CheckArgs),
    /// Walk a made-up call through a site's dialplan, and show each step.
    Simulate(Box<SimulateArgs>),
    /// Try the calls of a site's tests.toml, and compare what comes of them with what is expected.
    Test(TestArgs),
    /// Draw a site's dialplan: numbers, steps, queues, and what leads from one to another.
    Graph(GraphArgs),
    /// Say what is different in a site's dialplan from another one.
    Diff(DiffArgs),
    /// Lay dialplans out in one form: spaces alone change.
    Fmt(FmtArgs),
    /// Print the JSON Schema of dialplans, by which editors complete and check.
    Schema,
    /// Show queues, agents and calls of a running server.
    Status(StatusArgs),
    /// List the calls of a ledger.
    Calls(CallsArgs),
    /// Say from a ledger what became of what was promised.
    Report(ReportArgs),
    /// Copy a ledger, look through it, forget a number, or give it out.
    Ledger(LedgerArgs),
    /// Look at the calls of a running server, and say what is to become of one.
    Call(CallArgs),
    /// Look at the agents of a running server, and give commands about one.
    Agent(AgentArgs),
    /// Look at the queues of a running server, and open or close one.
    Queue(QueueArgs),
    /// Look at promises to call somebody back, and call one off.
    Callback(CallbackArgs),
    /// Look at the messages that callers have left, and say that one is done.
    Message(MessageArgs),
    /// Say why a call waits or went where it went, or what keeps an agent from the next call.
    Explain(ExplainArgs),
    /// Speak a site's texts into recordings, and look through its recordings.
    Prompts(PromptsArgs),
    /// Print the lines that stand in a dialplan in place of a phone's password.
    Ha1(Ha1Args),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The site: a folder with dialplan.toml (and telefonist.toml, if settings differ from the
    /// usual), or a telefonist.toml.
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    #[command(flatten)]
    pub(crate) listen: ListenArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) listen: ListenArgs,
    /// How many simulated callers call in a minute. 0 leaves the lines to you.
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(0..=600))]
    pub(crate) calls_per_minute: u32,
    /// How many simulated agents are at work, at most eight.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(0..=8))]
    pub(crate) agents: u32,
}

/// Where to listen and to write: each stands over what the site's telefonist.toml says.
#[derive(Debug, Args)]
pub(crate) struct ListenArgs {
    /// Listen for SIP over UDP and TCP here.
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) sip: Option<SocketAddr>,
    /// Listen for HTTP (status, metrics, health) here.
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) http: Option<SocketAddr>,
    /// Keep the ledger in this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Keep it in this database of PostgreSQL, and the rest in that folder.
    #[arg(long, value_name = "URL")]
    pub(crate) ledger: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The site: a folder, a telefonist.toml or a dialplan.
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// How the faults are printed.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub(crate) format: CheckFormat,
    /// Print the faults as JSON: short for `--format json`.
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

/// How faults are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people: each with its line and what to do.
    Text,
    /// An array of faults.
    Json,
    /// SARIF 2.1.0, for code hosts and editors.
    Sarif,
}

impl CheckArgs {
    /// How the faults are to be printed.
    pub(crate) const fn format(&self) -> CheckFormat {
        if self.json { CheckFormat::Json } else { self.format }
    }
}

#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    /// The site: a folder, a telefonist.toml or a dialplan.
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// What it is drawn in.
    #[arg(long, value_enum, default_value_t = GraphFormat::Svg)]
    pub(crate) format: GraphFormat,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The site: a folder, a telefonist.toml or a dialplan.
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// What it was before: another site.
    #[arg(long, value_name = "OLD", required_unless_present = "running")]
    pub(crate) against: Option<PathBuf>,
    /// What it was before: the edition in force of the server that serves the site, or has this data folder.
    #[arg(long, value_name = "DIR", num_args = 0..=1, conflicts_with = "against")]
    #[expect(clippy::option_option, reason = "the flag, and its value")]
    pub(crate) running: Option<Option<PathBuf>>,
    /// Print the changes as JSON, one array.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Dialplans; a folder stands for the one in it.
    #[arg(value_name = "FILE", default_value = ".")]
    pub(crate) files: Vec<PathBuf>,
    /// Write nothing, and say which are in another form.
    #[arg(long)]
    pub(crate) check: bool,
}

/// What a dialplan is drawn in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A picture for browsers.
    Svg,
    /// Mermaid, for documentation.
    Mermaid,
    /// DOT, for Graphviz.
    Dot,
}

#[derive(Debug, Args)]
pub(crate) struct PromptsArgs {
    #[command(subcommand)]
    pub(crate) what: PromptsWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PromptsWhat {
    /// Speak the texts that are new or changed.
    Build(PromptsBuildArgs),
    /// Report what is missing, stale, clipped, too loud, too quiet or silent.
    Check(PromptsCheckArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PromptsBuildArgs {
    /// The site: a folder, a telefonist.toml or a dialplan.
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// Speak every text anew, also those that are as they were. What a person has recorded stays.
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PromptsCheckArgs {
    /// The site: a folder, a telefonist.toml or a dialplan.
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// Print the findings as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Where the server listens for HTTP.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) http: SocketAddr,
    /// Print the status as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Show it anew every second, until Ctrl-C.
    #[arg(long)]
    pub(crate) watch: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Ha1Args {
    /// The account of the agent. The password is read from standard input.
    pub(crate) account: String,
    /// The realm, if not that of the site.
    #[arg(long)]
    pub(crate) realm: Option<String>,
    /// The folder of the site, whose telefonist.toml has the realm.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) site: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CallsArgs {
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
    /// How many of the latest calls to list.
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) last: u32,
    /// Print the calls as JSON, one array.
    #[arg(long)]
    pub(crate) json: bool,
    /// Tell everything that happened in one call, by its number.
    #[arg(value_name = "CALL")]
    pub(crate) call: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct CallbackArgs {
    #[command(subcommand)]
    pub(crate) what: CallbackWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CallbackWhat {
    /// List the latest callbacks, those that are over among them.
    List(DeskArgs),
    /// Promise a callback to somebody who has not called, at their turn or at a time.
    Request(RequestedCallback),
    /// Call a callback off.
    Cancel(OneCallback),
}

#[derive(Debug, Args)]
pub(crate) struct RequestedCallback {
    /// The callback of the dialplan, by its name.
    #[arg(value_name = "NAME")]
    pub(crate) callback: String,
    /// Whom to call.
    #[arg(value_name = "NUMBER")]
    pub(crate) number: String,
    /// Who that is.
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// At which time, by the clock of the centre, such as 2026-11-30T10:15; without it, at their turn.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<jiff::civil::DateTime>,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct OneCallback {
    /// The callback's number, as it is listed.
    #[arg(value_name = "CALLBACK")]
    pub(crate) callback: u64,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MessageArgs {
    #[command(subcommand)]
    pub(crate) what: MessageWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MessageWhat {
    /// List the messages whose recordings are there.
    List(DeskArgs),
    /// Say that somebody has dealt with a message.
    Done(OneMessage),
}

#[derive(Debug, Args)]
pub(crate) struct OneMessage {
    /// The name of the message, as it is listed.
    pub(crate) message: String,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(subcommand)]
    pub(crate) of: ReportOf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportOf {
    /// What callers were told of their wait, and what came, for each queue.
    Waits(WaitsArgs),
    /// How many callers came to each queue, and what became of them.
    Queues(QueuesArgs),
    /// What callers answered after the talk: how many, how good, and how many said nothing.
    Survey(SurveyArgs),
    /// How long agents were in each state, and what became of what they were rung for.
    Agents(AgentsArgs),
    /// What was promised to callers who are called back, and whether it was kept.
    Callbacks(CallbacksArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CallbacksArgs {
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) question: CallbacksQuestion,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Which callbacks to add up.
#[derive(Debug, Args)]
pub(crate) struct CallbacksQuestion {
    /// Of those that wait in this queue alone.
    #[arg(long, value_name = "NAME")]
    pub(crate) queue: Option<String>,
    #[command(flatten)]
    pub(crate) period: Period,
}

#[derive(Debug, Args)]
pub(crate) struct QueuesArgs {
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) question: Question,
    #[command(flatten)]
    pub(crate) form: Form,
    /// A service level that the table shows, by its formula. May be given several times; the other forms have all.
    #[arg(long, value_enum, value_name = "FORMULA", default_values_t = [Level::Offered, Level::WithoutShort])]
    pub(crate) level: Vec<Level>,
}

/// How a report is printed: as a table for people, unless anything else is said.
#[derive(Debug, Args)]
pub(crate) struct Form {
    /// Print the report as JSON.
    #[arg(long, conflicts_with_all = ["csv", "xlsx"])]
    pub(crate) json: bool,
    /// Print the report as CSV, for programs that read that.
    #[arg(long, conflicts_with = "xlsx")]
    pub(crate) csv: bool,
    /// Write the report into this file, a workbook for Excel, LibreOffice and the like.
    #[arg(long, value_name = "FILE")]
    pub(crate) xlsx: Option<PathBuf>,
}

/// Which time a report looks at.
#[derive(Clone, Debug, Args)]
pub(crate) struct Period {
    /// From this day on, such as 2026-11-22, or this time, such as 2026-11-22T08:00:00Z. Without it,
    /// from the last midnight on.
    #[arg(long, value_name = "DATE", value_parser = Edge::read)]
    pub(crate) from: Option<Edge>,
    /// Until the end of this day, or until this time. Without it, until the end of today.
    #[arg(long, value_name = "DATE", value_parser = Edge::read)]
    pub(crate) to: Option<Edge>,
    /// By whose clock days and hours are told, such as Europe/Stockholm. Without it, by that of the
    /// dialplan that was last in force.
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub(crate) time_zone: Option<TimeZone>,
}

/// Which callers to count, and how.
#[derive(Debug, Args)]
pub(crate) struct Question {
    /// Of this queue alone.
    #[arg(long, value_name = "NAME")]
    pub(crate) queue: Option<String>,
    #[command(flatten)]
    pub(crate) period: Period,
    /// How long each line counts.
    #[arg(long, value_enum, default_value_t = Interval::Day)]
    pub(crate) interval: Interval,
    /// Whoever is answered by then is answered in time.
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = within)]
    pub(crate) within: Duration,
}

#[derive(Debug, Args)]
pub(crate) struct AgentsArgs {
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) question: AgentsQuestion,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Which agents, and when.
#[derive(Debug, Args)]
pub(crate) struct AgentsQuestion {
    /// Of the agent of this account alone.
    #[arg(long, value_name = "ACCOUNT")]
    pub(crate) agent: Option<String>,
    #[command(flatten)]
    pub(crate) period: Period,
    /// How long each line counts.
    #[arg(long, value_enum, default_value_t = Interval::Day)]
    pub(crate) interval: Interval,
}

#[derive(Debug, Args)]
pub(crate) struct SurveyArgs {
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) question: SurveyQuestion,
    /// One line for each answer, with its share, in place of one for each question.
    #[arg(long, conflicts_with_all = ["json", "xlsx"])]
    pub(crate) answers: bool,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// Which surveys to add up, and how.
#[derive(Debug, Args)]
pub(crate) struct SurveyQuestion {
    /// Of those who had waited in this queue alone.
    #[arg(long, value_name = "NAME")]
    pub(crate) queue: Option<String>,
    #[command(flatten)]
    pub(crate) period: Period,
    /// What has a line of its own.
    #[arg(long, value_enum, default_value_t = By::Queue)]
    pub(crate) by: By,
    /// A question that asks how likely it is, from 0 to 10, that the caller recommends you: it has a net
    /// promoter score. May be given several times.
    #[arg(long, value_name = "QUESTION", default_value = "nps")]
    pub(crate) nps: Vec<String>,
}

/// What has a line of its own in a report of surveys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Each survey.
    Survey,
    /// Each survey in each queue.
    Queue,
    /// Each survey in each queue and with each agent.
    Agent,
}

impl From<By> for SurveyBy {
    fn from(by: By) -> Self {
        match by {
            By::Survey => Self::Survey,
            By::Queue => Self::Queue,
            By::Agent => Self::Agent,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct LedgerArgs {
    #[command(subcommand)]
    pub(crate) what: LedgerWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerWhat {
    /// Copy the ledger into a file, as it is at one moment, also while a server writes.
    Backup(LedgerBackupArgs),
    /// Look through the whole ledger for damage.
    Check(LedgerCheckArgs),
    /// Take a number out of every place it stands, with what is known of who has it.
    Forget(ForgetArgs),
    /// Print calls, visits and callbacks, one JSON object a line.
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct LedgerBackupArgs {
    /// The file to write, which must not be there yet.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct LedgerCheckArgs {
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ForgetArgs {
    /// The number, in whatever form.
    #[arg(value_name = "NUMBER")]
    pub(crate) number: String,
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Give each number a pseudonym, and leave names out.
    #[arg(long)]
    pub(crate) pseudonymous: bool,
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct WaitsArgs {
    /// The folder that the server keeps its ledger in.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
    /// How many days back to look.
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    pub(crate) days: u32,
    /// Print the queues as JSON, one array.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    #[command(subcommand)]
    pub(crate) what: CallWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CallWhat {
    /// Show the SIP messages of a call as a ladder, or write them into a pcap file.
    Trace(TraceArgs),
    /// List the calls that are on.
    List(DeskArgs),
    /// Show one call that is on.
    Show(OneCall),
    /// Let the call wait in another queue; it keeps its first arrival.
    Move(MoveArgs),
    /// Give the call a priority in place of its queue's.
    Priority(PriorityArgs),
    /// Take the call back from the agent, into its queue.
    Requeue(OneCall),
    /// End the call with a goodbye.
    Withdraw(OneCall),
    /// Record what caller and agent say from here on, or no more, or not for now.
    Record(RecordArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    /// The call's number.
    #[arg(value_name = "CALL")]
    pub(crate) call: u64,
    /// What is to become of the recording.
    #[arg(value_name = "WHAT")]
    pub(crate) what: Recording,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

/// What is to become of a recording.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Recording {
    /// It begins.
    Start,
    /// It is over, and the two talk on.
    Stop,
    /// It is silent from here on.
    Pause,
    /// It goes on.
    Resume,
}

impl Recording {
    /// The same in the API.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Pause => "pause",
            Self::Resume => "resume",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(subcommand)]
    pub(crate) what: PlanWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PlanWhat {
    /// List the editions that are kept: when each came into force, and who brought it.
    List(EditionsArgs),
    /// Print the text of an edition.
    Show(OneEdition),
    /// Write the text of an edition over the site's dialplan, and have the server read it.
    Rollback(RollbackArgs),
}

#[derive(Debug, Args)]
pub(crate) struct EditionsArgs {
    #[command(flatten)]
    pub(crate) kept: KeptArgs,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct OneEdition {
    /// The number of the edition.
    #[arg(value_name = "EDITION")]
    pub(crate) edition: u64,
    #[command(flatten)]
    pub(crate) kept: KeptArgs,
}

/// Where editions are kept.
#[derive(Debug, Args)]
pub(crate) struct KeptArgs {
    /// The site of the server, whose settings name its data folder.
    #[arg(value_name = "SITE", conflicts_with = "data")]
    pub(crate) site: Option<PathBuf>,
    /// The data folder of the server.
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RollbackArgs {
    /// The number of the edition.
    #[arg(value_name = "EDITION")]
    pub(crate) edition: u64,
    /// The site: a folder with dialplan.toml, or a telefonist.toml.
    #[arg(default_value = ".")]
    pub(crate) site: PathBuf,
    /// The data folder of the server, where it is not the site's.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReloadArgs {
    /// The site of the server, whose settings say where its control socket is.
    #[arg(value_name = "SITE", conflicts_with_all = ["socket", "http"])]
    pub(crate) site: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

/// Where the server is asked, and how its answer is shown.
#[derive(Debug, Args)]
pub(crate) struct DeskArgs {
    /// The control socket of the server; that of the site, or data/control.sock, if nothing is said.
    #[arg(long, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
    /// Ask over HTTP instead, here.
    #[arg(long, value_name = "ADDR:PORT", requires = "token_file")]
    pub(crate) http: Option<SocketAddr>,
    /// The file that has the token for that.
    #[arg(long, value_name = "FILE", requires = "http")]
    pub(crate) token_file: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct OneCall {
    /// The call's number.
    #[arg(value_name = "CALL")]
    pub(crate) call: u64,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MoveArgs {
    /// The call's number.
    #[arg(value_name = "CALL")]
    pub(crate) call: u64,
    /// The queue's name in the dialplan.
    #[arg(value_name = "QUEUE")]
    pub(crate) queue: String,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PriorityArgs {
    /// The call's number.
    #[arg(value_name = "CALL")]
    pub(crate) call: u64,
    /// From 0 to 10.
    #[arg(value_name = "PRIORITY", value_parser = clap::value_parser!(u8).range(0..=10))]
    pub(crate) priority: u8,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AgentArgs {
    #[command(subcommand)]
    pub(crate) what: AgentWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentWhat {
    /// List the agents.
    List(DeskArgs),
    /// Show one agent.
    Show(OneAgent),
    /// Have the agent come to work.
    Login(OneAgent),
    /// Have the agent go home.
    Logout(OneAgent),
    /// End whatever keeps an agent from the next call.
    Ready(OneAgent),
    /// Have the agent pause.
    Pause(PauseArgs),
    /// End the agent's pause.
    Resume(OneAgent),
    /// Give the agent more time for the after-call work that is on.
    ExtendWrapUp(OneAgent),
    /// End the after-call work that is on.
    EndWrapUp(OneAgent),
    /// File the agent's call that is on, or the last one.
    File(FileArgs),
    /// Have the agent serve a queue of theirs again.
    Join(QueueOfAgent),
    /// Have the agent serve a queue of theirs no more for now.
    Leave(QueueOfAgent),
    /// Have the agent's calls ring at one phone before all others.
    Phone(PhoneArgs),
    /// Have the phones of a supervisor ring, who listens to the talk of another agent.
    Listen(ListenToArgs),
    /// Have the phones of a colleague ring, who talks with the agent and the caller.
    BringIn(BringInArgs),
    /// Have who listens to two others be heard by none, one or both of them.
    Monitor(MonitorArgs),
    /// Have who listens to two others talk on with the caller, and let the other agent go.
    TakeOver(OneAgent),
}

#[derive(Debug, Args)]
pub(crate) struct ListenToArgs {
    /// The account of the supervisor.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    /// The account of the agent who talks.
    #[arg(value_name = "TO")]
    pub(crate) to: String,
    /// Who hears the supervisor.
    #[arg(value_name = "HOW", default_value = "listen")]
    pub(crate) how: Heard,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct BringInArgs {
    /// The account of the agent who talks.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    /// The account of the colleague.
    #[arg(value_name = "COLLEAGUE")]
    pub(crate) colleague: String,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MonitorArgs {
    /// The account of the agent who listens.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    /// Who hears the one who listens.
    #[arg(value_name = "HOW")]
    pub(crate) how: Heard,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

/// Who hears the one who listens.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Heard {
    /// Nobody.
    Listen,
    /// The agent alone.
    Whisper,
    /// Both.
    Barge,
}

impl Heard {
    /// The same in the API.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Listen => "listen",
            Self::Whisper => "whisper",
            Self::Barge => "barge",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct OneAgent {
    /// The agent's account.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PauseArgs {
    /// The agent's account.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    /// The pause's name in the dialplan.
    #[arg(value_name = "PAUSE")]
    pub(crate) pause: String,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FileArgs {
    /// The agent's account.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    /// The disposition's name in the dialplan.
    #[arg(value_name = "DISPOSITION")]
    pub(crate) disposition: String,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct QueueOfAgent {
    /// The agent's account.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    /// The queue's name in the dialplan.
    #[arg(value_name = "QUEUE")]
    pub(crate) queue: String,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PhoneArgs {
    /// The agent's account.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    /// The phone's number, as the agent is shown. Without one calls ring as the dialplan says.
    #[arg(value_name = "PHONE")]
    pub(crate) phone: Option<u8>,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct QueueArgs {
    #[command(subcommand)]
    pub(crate) what: QueueWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum QueueWhat {
    /// List the queues.
    List(DeskArgs),
    /// Show one queue and the calls that are in it.
    Show(OneQueue),
    /// Close the queue, whatever its hours say.
    Close(OneQueue),
    /// Open the queue, whatever its hours say.
    Open(OneQueue),
    /// Let the queue follow its hours again.
    Auto(OneQueue),
}

#[derive(Debug, Args)]
pub(crate) struct OneQueue {
    /// The queue's name in the dialplan.
    #[arg(value_name = "QUEUE")]
    pub(crate) queue: String,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
#[group(id = "about", required = true, multiple = false, args = ["call", "agent"])]
pub(crate) struct ExplainArgs {
    /// The call's number.
    #[arg(value_name = "CALL")]
    pub(crate) call: Option<u64>,
    /// Explain the agent of this account instead.
    #[arg(long, value_name = "AGENT")]
    pub(crate) agent: Option<String>,
    /// What the agent was doing then, such as 2026-11-22T08:00:00Z, and what had led there.
    #[arg(long, value_name = "TIME", requires = "agent")]
    pub(crate) at: Option<Timestamp>,
    /// Ask no server, but the ledger in this folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["socket", "http", "token_file"])]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) desk: DeskArgs,
}

#[derive(Debug, Args)]
pub(crate) struct TraceArgs {
    /// The call's number in the ledger.
    #[arg(value_name = "CALL")]
    pub(crate) call: u64,
    /// Where the server listens for HTTP.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) http: SocketAddr,
    /// Write the messages into this file, for Wireshark or sngrep.
    #[arg(long, value_name = "FILE")]
    pub(crate) pcap: Option<PathBuf>,
    /// Show people's numbers as they are.
    #[arg(long)]
    pub(crate) numbers: bool,
}
