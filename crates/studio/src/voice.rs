//! A voice: a program that speaks, run without a shell, with limits of time and size.

use crate::master;
use prompts::{DecodeError, Pcm};
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// The most words of a command.
pub const COMMAND_MAX: usize = 64;

/// The most bytes of sound that are taken from a program: minutes, at any usual rate.
const SOUND_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How much of a program's complaint is shown.
const COMPLAINT_BYTES_MAX: u64 = 1_000;
/// How often it is looked whether a program has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

const TEXT: &str = "{text}";
const LANGUAGE: &str = "{language}";
const VOICE: &str = "{voice}";
const OUT: &str = "{out}";

/// Who speaks a language: a program and its arguments.
#[derive(Clone, Debug)]
pub struct Voice {
    program: String,
    arguments: Vec<String>,
    longest: Duration,
}

/// Why a command can speak nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VoiceError {
    /// No words at all.
    #[error(
        "names no program; write one and its arguments, such as [\"espeak-ng\", \"--stdout\", \"--\", \"{{text}}\"]"
    )]
    Empty,
    /// More than [`COMMAND_MAX`].
    #[error("has more than {COMMAND_MAX} words; put them into a script and name that")]
    TooLong,
    /// A word in braces that stands for nothing.
    #[error("{{{0}}} stands for nothing; there are {{text}}, {{voice}}, {{language}} and {{out}}")]
    Placeholder(String),
}

/// Why a text was not spoken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpeakError {
    /// The program is not there.
    #[error(
        "{0} speaks the prompts and is not installed; `apt-get install espeak-ng` brings the usual one, and `tts` names another"
    )]
    NotInstalled(String),
    /// The program could not be run.
    #[error("{0}: {1}")]
    NotRun(String, io::Error),
    /// It said that something is wrong.
    #[error("{program} ended with {status}{complaint}")]
    Refused {
        /// What was run.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// What it wrote about it.
        complaint: String,
    },
    /// It took too long, and was ended.
    #[error("{0} was not done after {1:?}; `tts_timeout_s` gives it longer")]
    TimedOut(String, Duration),
    /// It wrote more than anyone would listen to, and was ended.
    #[error("{0} wrote more than {SOUND_BYTES_MAX} bytes")]
    TooMuch(String),
    /// What it wrote is no sound.
    #[error("{0} wrote what is no sound: {1}")]
    NoSound(String, DecodeError),
    /// What it wrote is silence.
    #[error("{0} wrote silence")]
    Silent(String),
}

impl SpeakError {
    /// Whether it will be so with every text.
    #[must_use]
    pub const fn is_of_program(&self) -> bool {
        matches!(self, Self::NotInstalled(_) | Self::NotRun(..))
    }
}

impl Voice {
    /// A voice of a language.
    ///
    /// In the command `{language}` stands for the language's tag, `{voice}` for the name of the voice, `{text}` for what is
    /// to be said, and `{out}` for a file that the program writes. Without `{text}` it reads the text from its standard
    /// input, without `{out}` it writes the sound to its standard output.
    ///
    /// # Errors
    /// When the command can speak nothing.
    pub fn new(
        command: &[String],
        language: &str,
        name: &str,
        longest: Duration,
    ) -> Result<Self, VoiceError> {
        if command.len() > COMMAND_MAX {
            return Err(VoiceError::TooLong);
        }
        let (program, arguments) = command.split_first().ok_or(VoiceError::Empty)?;
        if program.is_empty() {
            return Err(VoiceError::Empty);
        }
        arguments.iter().try_for_each(|argument| check_placeholders(argument))?;
        let of_language =
            |argument: &String| filled(argument, &[(LANGUAGE, language), (VOICE, name)]);
        let arguments = arguments.iter().map(of_language).collect();
        Ok(Self { program: program.clone(), arguments, longest })
    }

    /// Has a text spoken, and masters it: the band of the telephone, the level of all prompts, a short silence on both
    /// sides.
    ///
    /// # Errors
    /// Why there is no sound.
    pub fn speak(&self, text: &str) -> Result<Pcm, SpeakError> {
        let program = || self.program.clone();
        let out = tempfile::Builder::new()
            .suffix(".wav")
            .tempfile()
            .map_err(|why| SpeakError::NotRun(program(), why))?;
        let sound = self.run(text, out.path())?;
        let spoken =
            prompts::decode(&sound, None).map_err(|why| SpeakError::NoSound(program(), why))?;
        master(&spoken).ok_or_else(|| SpeakError::Silent(program()))
    }

    /// What the program makes of a text: the content of a sound file.
    fn run(&self, text: &str, out: &Path) -> Result<Vec<u8>, SpeakError> {
        let path = out.to_string_lossy();
        let fill = |argument: &String| filled(argument, &[(TEXT, text), (OUT, &path)]);
        let mut command = Command::new(&self.program);
        command.args(self.arguments.iter().map(fill));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|why| self.not_started(why))?;
        if !self.mentions(TEXT) {
            give(&mut child, text);
        }
        drop(child.stdin.take());
        let sound = take(child.stdout.take(), SOUND_BYTES_MAX + 1);
        let complaint = take(child.stderr.take(), COMPLAINT_BYTES_MAX);
        let status = self.wait(&mut child)?;
        // Whoever has ended has closed both; what it left running has no say.
        let received =
            |from: &mpsc::Receiver<Vec<u8>>| from.recv_timeout(self.longest).unwrap_or_default();
        if !status.success() {
            let complaint = String::from_utf8_lossy(&received(&complaint)).trim().to_owned();
            let complaint = if complaint.is_empty() { complaint } else { format!(": {complaint}") };
            return Err(SpeakError::Refused { program: self.program.clone(), status, complaint });
        }
        let sound = if self.mentions(OUT) {
            read_bounded(out).map_err(|why| SpeakError::NotRun(self.program.clone(), why))?
        } else {
            received(&sound)
        };
        let len = u64::try_from(sound.len()).unwrap_or(u64::MAX);
        if len > SOUND_BYTES_MAX {
            return Err(SpeakError::TooMuch(self.program.clone()));
        }
        Ok(sound)
    }

    /// Waits for the end, and brings it about when it takes too long.
    fn wait(&self, child: &mut Child) -> Result<ExitStatus, SpeakError> {
        let not_run = |why| SpeakError::NotRun(self.program.clone(), why);
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait().map_err(not_run)? {
                return Ok(status);
            }
            if started.elapsed() >= self.longest {
                // It may just have ended by itself.
                let _ = child.kill();
                let _ = child.wait();
                return Err(SpeakError::TimedOut(self.program.clone(), self.longest));
            }
            thread::sleep(LOOK_EVERY);
        }
    }

    fn mentions(&self, placeholder: &str) -> bool {
        self.arguments.iter().any(|argument| argument.contains(placeholder))
    }

    fn not_started(&self, why: io::Error) -> SpeakError {
        if why.kind() == ErrorKind::NotFound {
            SpeakError::NotInstalled(self.program.clone())
        } else {
            SpeakError::NotRun(self.program.clone(), why)
        }
    }
}

/// The command, which says who speaks and how.
impl fmt::Display for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program)?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
    }
}

/// Whatever stands in braces, in letters alone, must be known.
fn check_placeholders(argument: &str) -> Result<(), VoiceError> {
    for (at, _) in argument.match_indices('{') {
        let rest = argument.get(at..).unwrap_or_default();
        let Some(end) = rest.find('}') else { continue };
        let (whole, name) = (rest.get(..=end), rest.get(1..end).unwrap_or_default());
        let letters = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphabetic());
        if letters && ![TEXT, LANGUAGE, VOICE, OUT].iter().any(|known| whole == Some(*known)) {
            return Err(VoiceError::Placeholder(name.to_owned()));
        }
    }
    Ok(())
}

/// Fills placeholders in. What is filled in is not looked at again: a text may have braces of its own.
fn filled(argument: &str, values: &[(&str, &str)]) -> String {
    let mut done = String::new();
    let mut rest = argument;
    let next = |rest: &str| {
        let found =
            values.iter().filter_map(|(name, value)| Some((rest.find(name)?, *name, *value)));
        found
            .min_by_key(|(at, _, _)| *at)
            .map(|(at, name, value)| (at, name.len(), value.to_owned()))
    };
    while let Some((at, len, value)) = next(rest) {
        done += rest.get(..at).unwrap_or_default();
        done += &value;
        rest = rest.get(at + len..).unwrap_or_default();
    }
    done + rest
}

/// Gives the text to a program that reads it. One that does not is none the worse for it.
fn give(child: &mut Child, text: &str) {
    let Some(mut stdin) = child.stdin.take() else { return };
    let text = format!("{text}\n");
    thread::spawn(move || {
        let _ = stdin.write_all(text.as_bytes());
    });
}

/// Takes what comes up to a limit, and lets the rest pass, so that the program can go on to its end.
fn take(from: Option<impl Read + Send + 'static>, bytes_max: u64) -> mpsc::Receiver<Vec<u8>> {
    let (taken, receiver) = mpsc::channel();
    thread::spawn(move || {
        let Some(mut from) = from else { return };
        let mut bytes = Vec::new();
        // Whatever came before a fault may do; the decoder will tell.
        let _ = from.by_ref().take(bytes_max).read_to_end(&mut bytes);
        let _ = io::copy(&mut from, &mut io::sink());
        // Nobody waits for it any more when the program took too long.
        let _ = taken.send(bytes);
    });
    receiver
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(SOUND_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
