//! The process that reads what people dropped, and the daemon's end of its pipe.
//!
//! Parsing and detection meet hostile bytes, so they run in a process of their own: the daemon's binary,
//! executed again with nothing but a pipe. Bytes go in, a text with its layout and findings comes back.
//! The daemon believes none of it: spans are checked by `Transcript::new`, `detect::accept` and `verify`, and what
//! leaves is searched again by the byte gate. The only place that starts processes.

mod frame;
mod leash;
mod packed;
mod service;

use std::{
    io::{BufReader, BufWriter},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    config::{Bars, Language},
    detect::{ModelError, Participants, Scan},
    fault::{Disposition, Fault},
    id::{Digest, JobId},
    parse::{self, Hint},
    plugin::{Announced, Chosen},
    roster::matcher::AliasTable,
    rules::PackSource,
    secret::Sensitive,
    transcript::{Format, Layout, LeftOut, Piece, Raw, Transcript},
};

use self::packed::{PACKED_PIECE_BYTES, unpack};
pub use self::{leash::Leash, service::serve};

/// How long a worker may take to start, and over a text besides what its length asks for.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often a worker is started before the daemon gives up, and how long it waits after the first time; after
/// each further one four times as long.
const STARTS: u32 = 3;
const BACK_OFF: Duration = Duration::from_secs(1);

/// The slowest reading that is not taken for a hang: with rules and lists alone, with the statistical name finder that
/// is part of the program, and with one of a study's own, which may be a large network.
const MIN_BYTES_PER_SECOND: usize = 64 * 1024;
const MIN_BYTES_HEARD_PER_SECOND: usize = 2 * 1024;
const MIN_BYTES_HEARD_BY_OWN_PER_SECOND: usize = 256;

/// What a worker is told once, when it starts.
#[derive(Debug)]
pub struct Setup {
    /// The rule packs, as read by the daemon.
    pub packs: Vec<PackSource>,
    /// The study's aliases.
    pub aliases: AliasTable,
    /// The languages that the study's packs cover.
    pub languages: Vec<Language>,
    /// How sure evidence must be.
    pub bars: Bars,
    /// How names are found that no rule and no list knows. What the daemon read of it goes through the pipe, too.
    pub finder: Chosen,
}

/// The same on the pipe. The files of a model of the study's own are the body of its frame.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told<P = Vec<PackSource>, A = AliasTable, L = Vec<Language>> {
    packs: P,
    aliases: A,
    languages: L,
    bars: Bars,
    finder: Announced,
}

/// What is asked for each text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    job: JobId,
    hint: Hint,
    participants: Participants,
    /// Whether it is a text that we wrote. The statistical name finder has never seen our codes, and what it says
    /// of the words around them would hold every item.
    again: bool,
}

/// What comes back. The body of the frame is the pieces, packed, and then the text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    /// Parsed and searched.
    Found { format: Format, encoding: String, pieces: usize, text: Text, left_out: LeftOut, scan: Scan },
    /// The parser refuses the bytes.
    Refused(parse::Error),
}

/// Where the text that was searched is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Text {
    /// It is the bytes that were asked about; the answer holds the pieces alone.
    Asked,
    /// It stands after the pieces.
    Follows,
}

/// What the worker says when it starts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Greeting {
    /// The rules are compiled; this is their digest.
    Ready(Digest),
    /// They did not compile.
    Broken,
    /// The statistical name finder can't be used.
    NoModel(ModelError),
    /// Its files are not those that their pins name.
    ChangedModel,
}

/// Why a worker has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The process could not be started.
    #[error("the worker process could not be started ({0})")]
    Start(std::io::ErrorKind),
    /// It did not accept the rules that the daemon had compiled before, or a model that the daemon had compared with
    /// its pins.
    #[error("the worker did not accept the rules, or the files of the model")]
    Setup,
    /// It can't use the statistical name finder.
    #[error(transparent)]
    Model(ModelError),
    /// It ended, or broke off, while it worked on an item; twice for the same one.
    #[error("the worker broke off while reading job {0}")]
    Broke(JobId),
    /// It answered with something that does not fit the text.
    #[error("the worker's answer for job {0} does not fit the text")]
    Answer(JobId),
    /// It ended, or said nothing for long, before it was ready; as often as it was started.
    #[error("the worker process ended or kept silent before it was ready, {STARTS} times")]
    Silent,
    /// The daemon was told to stop while it worked.
    #[error("the daemon was told to stop before a text was read")]
    Stopped,
    /// The parser refuses the bytes.
    #[error("the parser refuses job {0}")]
    Refused(JobId, #[source] parse::Error),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Start(_) => "WO-01",
            Self::Setup => "WO-02",
            Self::Model(error) => error.code(),
            Self::Broke(_) => "WO-03",
            Self::Answer(_) => "WO-04",
            Self::Silent => "WO-05",
            Self::Stopped => "WO-06",
            Self::Refused(_, error) => error.code(),
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Start(_) | Self::Setup | Self::Silent => Disposition::Halt,
            Self::Model(error) => error.disposition(),
            Self::Stopped => Disposition::Retry,
            Self::Broke(_) | Self::Answer(_) => Disposition::Quarantine,
            Self::Refused(_, error) => error.disposition(),
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Start(_) => {
                "Check that the daemon may execute its own binary, and its limits of processes and memory."
            }
            Self::Setup => "Report this as a defect: the daemon had compiled the same rules.",
            Self::Model(error) => error.remedy(),
            Self::Broke(_) => {
                "Save the file anew as plain text (UTF-8) and drop it again; report the job as a defect."
            }
            Self::Answer(_) => "Report the job as a defect; nothing of it was released.",
            Self::Silent => {
                "Run `vouchsafe doctor`, give the daemon's user more memory and processes, then start the daemon again."
            }
            Self::Stopped => "Nothing to do: the item is read again at the next start.",
            Self::Refused(_, error) => error.remedy(),
        }
    }
}

/// A worker and the means to start it again.
#[derive(Debug)]
pub struct Worker {
    binary: PathBuf,
    leash: Leash,
    process: Option<Process>,
    patience: Duration,
    back_off: Duration,
}

#[derive(Debug)]
struct Process {
    child: Child,
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Worker {
    /// A worker that will run `binary` with the one argument `worker`. Starts with the first question.
    #[must_use]
    pub const fn new(binary: PathBuf, leash: Leash) -> Self {
        Self { binary, leash, process: None, patience: PATIENCE, back_off: BACK_OFF }
    }

    /// Has some bytes parsed and searched. They come back where they are not those of the text.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Refused`] where the parser does, with [`Error::Broke`] if the process ended twice
    /// over the same bytes, with [`Error::Stopped`] once the leash is pulled.
    pub fn read(
        &mut self,
        setup: &Setup,
        job: JobId,
        bytes: Sensitive<Vec<u8>>,
        hint: &Hint,
        participants: &Participants,
    ) -> Result<Reading, Error> {
        // EXPOSE: to the worker's pipe.
        let question = Question { job, hint: hint.clone(), participants: participants.clone(), again: false };
        let found = self.ask(setup, &question, bytes.expose())?;
        let read = match found.text {
            None => {
                let text = bytes.into_text().ok();
                text.and_then(|it| Transcript::of(job, it, found.layout).ok()).map(|it| (it, None))
            }
            Some(text) => Transcript::of(job, text, found.layout).ok().map(|it| (it, Some(bytes))),
        };
        let (raw, bytes) = self.believed(job, read)?;
        Ok(Reading { raw: raw.without(found.left_out), scan: found.scan, bytes })
    }

    /// Has a text that we wrote parsed and searched, as the file that it becomes. `None` if that does not read as the
    /// text.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn read_again(
        &mut self,
        setup: &Setup,
        job: JobId,
        (text, file): (&str, &[u8]),
        hint: &Hint,
        participants: &Participants,
    ) -> Result<Option<(Layout, Scan)>, Error> {
        let question = Question { job, hint: hint.clone(), participants: participants.clone(), again: true };
        let Found { layout, text: other, left_out, scan } = self.ask(setup, &question, file)?;
        // EXPOSE: compared.
        let same = other.as_ref().map_or(file == text.as_bytes(), |it| it.expose() == text);
        // What we write holds nothing that isn't read.
        if !same || !left_out.is_empty() {
            return Ok(None);
        }
        let fits = layout.check(text).is_ok().then_some(layout);
        Ok(Some((self.believed(job, fits)?, scan)))
    }

    /// Ends a worker whose answer does not fit.
    fn believed<T>(&mut self, job: JobId, answer: Option<T>) -> Result<T, Error> {
        if answer.is_none() {
            // Broken, or taken over by this very file: it reads no other.
            self.stop();
        }
        answer.ok_or(Error::Answer(job))
    }

    fn ask(&mut self, setup: &Setup, question: &Question, bytes: &[u8]) -> Result<Found, Error> {
        let job = question.job;
        let answer = match self.exchange(setup, question, bytes)? {
            Some(answer) => answer,
            // The first death may have been the kernel's doing; the second is the file's.
            None => self.exchange(setup, question, bytes)?.ok_or(Error::Broke(job))?,
        };
        match answer {
            (Answer::Refused(error), _) => Err(Error::Refused(job, error)),
            (Answer::Found { format, encoding, pieces, text, left_out, scan }, body) => {
                let found = unpacked(body, pieces, text).map(|(pieces, text)| Found {
                    layout: Layout { format, encoding, pieces },
                    text,
                    left_out,
                    scan,
                });
                self.believed(job, found)
            }
        }
    }

    /// Ends the process; the next question starts another, with whatever rules are then in force.
    pub fn stop(&mut self) {
        if let Some(Process { child, .. }) = self.process.take() {
            end(child);
        }
    }

    /// Asks once. `None` if there is no answer, after which the process is gone.
    fn exchange(
        &mut self,
        setup: &Setup,
        question: &Question,
        bytes: &[u8],
    ) -> Result<Option<(Answer, Vec<u8>)>, Error> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.start(setup)?,
        };
        let rate = match &setup.finder {
            Chosen::Embedded if !question.again => MIN_BYTES_HEARD_PER_SECOND,
            Chosen::Own(_) if !question.again => MIN_BYTES_HEARD_BY_OWN_PER_SECOND,
            Chosen::Embedded | Chosen::Own(_) | Chosen::Off => MIN_BYTES_PER_SECOND,
        };
        let reading = u64::try_from(bytes.len() / rate).unwrap_or(u64::MAX);
        let patience = self.patience.saturating_add(Duration::from_secs(reading));
        let hold = self.leash.hold(&process.child, patience);
        let asked = frame::write(&mut process.to, question, bytes);
        let answer = asked.and_then(|()| frame::read(&mut process.from)).unwrap_or(None);
        drop(hold);
        if answer.is_some() {
            self.process = Some(process);
        } else {
            end(process.child);
            if self.leash.is_pulled() {
                return Err(Error::Stopped);
            }
        }
        Ok(answer)
    }

    /// Starts a process, and again if that fails: a machine under load is not a broken one.
    fn start(&self, setup: &Setup) -> Result<Process, Error> {
        let mut wait = self.back_off;
        for _ in 1..STARTS {
            let started = Process::start(&self.binary, setup, &self.leash, self.patience);
            match started {
                Err(error @ (Error::Start(_) | Error::Silent)) => {
                    if self.leash.is_pulled() {
                        return Err(Error::Stopped);
                    }
                    tracing::warn!(code = error.code(), "a worker did not start; it is tried again");
                    if self.leash.pause(wait) {
                        return Err(Error::Stopped);
                    }
                    wait = wait.saturating_mul(4);
                }
                other => return other,
            }
        }
        let last = Process::start(&self.binary, setup, &self.leash, self.patience);
        if last.is_err() && self.leash.is_pulled() { Err(Error::Stopped) } else { last }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Process {
    #[expect(clippy::disallowed_methods, reason = "this is where processes are started")]
    fn start(
        binary: &std::path::Path,
        setup: &Setup,
        leash: &Leash,
        patience: Duration,
    ) -> Result<Self, Error> {
        let mut child = Command::new(binary)
            .arg("worker")
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Error::Start(error.kind()))?;
        let hold = leash.hold(&child, patience);
        let (to, from) = (child.stdin.take(), child.stdout.take());
        let greeted = to.zip(from).and_then(|(to, from)| greet(to, from, setup));
        drop(hold);
        match greeted {
            Some((Greeting::Ready(_), to, from)) => Ok(Self { child, to, from }),
            Some((Greeting::Broken | Greeting::ChangedModel, ..)) => {
                end(child);
                Err(Error::Setup)
            }
            Some((Greeting::NoModel(error), ..)) => {
                end(child);
                Err(Error::Model(error))
            }
            None => {
                end(child);
                Err(Error::Silent)
            }
        }
    }
}

/// Tells a new process the rules; what it says to them, if anything.
fn greet(
    to: ChildStdin,
    from: ChildStdout,
    setup: &Setup,
) -> Option<(Greeting, BufWriter<ChildStdin>, BufReader<ChildStdout>)> {
    let (mut to, mut from) = (BufWriter::new(to), BufReader::new(from));
    let (finder, files) = setup.finder.announced();
    let told = Told {
        packs: &setup.packs,
        aliases: &setup.aliases,
        languages: &setup.languages,
        bars: setup.bars,
        finder,
    };
    frame::write_parts(&mut to, &told, &files).ok()?;
    let (greeting, _) = frame::read(&mut from).ok()??;
    Some((greeting, to, from))
}

/// Ends a process that holds nothing and will not be asked again, also one that no longer listens.
fn end(mut child: Child) {
    drop(child.kill());
    drop(child.wait());
}

/// What a worker read and found.
#[derive(Debug)]
pub struct Reading {
    /// The text.
    pub raw: Transcript<Raw>,
    /// What was found in it.
    pub scan: Scan,
    /// The bytes that were read, where they are not those of the text.
    pub bytes: Option<Sensitive<Vec<u8>>>,
}

/// The same, before anybody believes it.
struct Found {
    layout: Layout,
    /// The text that was searched, if it is not the bytes that were asked about.
    text: Option<Sensitive<String>>,
    left_out: LeftOut,
    scan: Scan,
}

/// What was found, if it fits together.
fn unpacked(mut body: Vec<u8>, count: usize, text: Text) -> Option<(Vec<Piece>, Option<Sensitive<String>>)> {
    let pieces = unpack(&body, count)?;
    body.drain(..count.checked_mul(PACKED_PIECE_BYTES)?);
    match text {
        Text::Asked => body.is_empty().then_some((pieces, None)),
        Text::Follows => Some((pieces, Some(Sensitive::new(body).into_text().ok()?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that stands in for the worker.
    fn program(dir: &std::path::Path, lines: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let program = dir.join("program");
        std::fs::write(&program, format!("#!/bin/sh\necho x >> {}/starts\n{lines}\n", dir.display()))
            .unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        program
    }

    fn starts(dir: &std::path::Path) -> usize {
        std::fs::read_to_string(dir.join("starts")).unwrap_or_default().lines().count()
    }

    fn ask(program: PathBuf, patience: Duration, leash: &Leash) -> Result<Reading, Error> {
        let mut worker = Worker::new(program, leash.clone());
        (worker.patience, worker.back_off) = (patience, Duration::from_millis(10));
        let setup = Setup {
            packs: Vec::new(),
            aliases: AliasTable::default(),
            languages: Vec::new(),
            bars: Bars::default(),
            finder: Chosen::Off,
        };
        let hint = Hint::of("txt".to_owned(), crate::item::ItemKind::Transcript);
        let bytes = Sensitive::new(b"I: hello".to_vec());
        worker.read(&setup, JobId::from_bytes([1; 16]), bytes, &hint, &Participants::default())
    }

    #[test]
    fn a_worker_that_never_greets_is_started_again_and_then_given_up() {
        let dir = tempfile::tempdir().unwrap();
        for lines in ["exec sleep 600", "exit 0", "echo what; exec sleep 600"] {
            let answer = ask(program(dir.path(), lines), Duration::from_millis(200), &Leash::default());
            assert!(matches!(answer, Err(Error::Silent)), "{lines}: {answer:?}");
        }
        assert_eq!(starts(dir.path()), 9, "three times each");
    }

    #[test]
    fn a_pulled_leash_ends_what_is_at_work_and_starts_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let hangs = program(dir.path(), "exec sleep 600");
        let leash = Leash::default();
        let pull = leash.clone();
        let puller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            pull.pull();
        });
        let answer = ask(hangs.clone(), Duration::from_mins(10), &leash);
        assert!(matches!(answer, Err(Error::Stopped)), "{answer:?}");
        puller.join().unwrap();
        assert!(matches!(ask(hangs, Duration::from_mins(10), &leash), Err(Error::Stopped)));
        assert!(starts(dir.path()) <= 2, "once each at most");
    }

    #[test]
    fn a_program_that_is_no_worker_is_not_believed() {
        for program in ["/bin/true", "/bin/cat", "/nonexistent"] {
            let answer = ask(program.into(), Duration::from_secs(20), &Leash::default());
            assert!(matches!(answer, Err(Error::Start(_) | Error::Silent)), "{program}: {answer:?}");
        }
    }
}
