//! The process that reads what people dropped, and the daemon's end of its pipe.
//!
//! Parsing and detection meet hostile bytes, so they run in a process of their own: the daemon's binary,
//! executed again with nothing but a pipe. Bytes go in, a text with its layout and findings comes back.
//! The daemon believes none of it: spans are checked by `Transcript::new`, `detect::accept` and `verify`, and what
//! leaves is searched again by the byte gate. The only place that starts processes.

mod frame;
mod service;

use std::{
    io::{BufReader, BufWriter},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    config::Language,
    detect::{Participants, Scan},
    fault::{Disposition, Fault},
    id::{Digest, JobId},
    parse::{self, Hint},
    roster::matcher::AliasTable,
    rules::PackSource,
    transcript::{Format, Layout, Piece, Raw, Role, Transcript},
};

pub use service::serve;

/// How long a worker may take to start, and over a text besides what its length asks for.
const PATIENCE: Duration = Duration::from_mins(2);

/// The slowest reading that is not taken for a hang.
const MIN_BYTES_PER_SECOND: usize = 64 * 1024;

/// What a worker is told once, when it starts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The rule packs, as read by the daemon.
    pub packs: Vec<PackSource>,
    /// The study's aliases.
    pub aliases: AliasTable,
    /// The languages that the study's packs cover.
    pub languages: Vec<Language>,
}

/// What is asked for each text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    job: JobId,
    hint: Hint,
    participants: Participants,
}

/// What comes back. The body of the frame is the pieces, packed, and then the text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    /// Parsed and searched.
    Found { format: Format, encoding: String, pieces: usize, scan: Scan },
    /// The parser refuses the bytes.
    Refused(parse::Error),
}

/// What the worker says when it starts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Greeting {
    /// The rules are compiled; this is their digest.
    Ready(Digest),
    /// They did not compile.
    Broken,
}

/// Why a worker has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The process could not be started.
    #[error("the worker process could not be started ({0})")]
    Start(std::io::ErrorKind),
    /// It did not accept the rules that the daemon had compiled before.
    #[error("the worker did not accept the rules")]
    Setup,
    /// It ended, or broke off, while it worked on an item; twice for the same one.
    #[error("the worker broke off while reading job {0}")]
    Broke(JobId),
    /// It answered with something that does not fit the text.
    #[error("the worker's answer for job {0} does not fit the text")]
    Answer(JobId),
    /// The parser refuses the bytes.
    #[error("the parser refuses job {0}")]
    Refused(JobId, #[source] parse::Error),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Start(_) => "WO-01",
            Self::Setup => "WO-02",
            Self::Broke(_) => "WO-03",
            Self::Answer(_) => "WO-04",
            Self::Refused(_, error) => error.code(),
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Start(_) | Self::Setup => Disposition::Halt,
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
            Self::Broke(_) => {
                "Save the file anew as plain text (UTF-8) and drop it again; report the job as a defect."
            }
            Self::Answer(_) => "Report the job as a defect; nothing of it was released.",
            Self::Refused(_, error) => error.remedy(),
        }
    }
}

/// A worker and the means to start it again.
#[derive(Debug)]
pub struct Worker {
    binary: PathBuf,
    process: Option<Process>,
    patience: Duration,
}

/// Ends a worker that takes too long. Dropped in time, it does nothing.
#[must_use]
struct Watchdog {
    /// Closes with this value, which calls the dog off.
    _alive: Sender<()>,
}

impl Watchdog {
    fn on(child: &Child, patience: Duration) -> Self {
        let (alive, ended) = channel();
        // Until the child is waited for, which happens after this is dropped, nobody else bears its number.
        let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
        thread::spawn(move || {
            if ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout)
                && let Some(pid) = pid
            {
                // It may have ended by itself.
                let _ended = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        });
        Self { _alive: alive }
    }
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
    pub const fn new(binary: PathBuf) -> Self {
        Self { binary, process: None, patience: PATIENCE }
    }

    /// Has some bytes parsed and searched.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Refused`] where the parser does, with [`Error::Broke`] if the process ended twice
    /// over the same bytes.
    pub fn read(
        &mut self,
        setup: &Setup,
        job: JobId,
        bytes: &[u8],
        hint: &Hint,
        participants: &Participants,
    ) -> Result<(Transcript<Raw>, Scan), Error> {
        let (text, layout, scan) = self.ask(setup, job, bytes, hint, participants)?;
        let raw = Transcript::new(job, text, layout).map_err(|_| Error::Answer(job))?;
        Ok((raw, scan))
    }

    /// Ends the process; the next question starts another, with whatever rules are then in force.
    pub fn stop(&mut self) {
        if let Some(Process { mut child, to, from }) = self.process.take() {
            // The worker ends by itself when its pipe does.
            drop((to, from));
            drop(child.wait());
        }
    }

    fn ask(
        &mut self,
        setup: &Setup,
        job: JobId,
        bytes: &[u8],
        hint: &Hint,
        participants: &Participants,
    ) -> Result<(String, Layout, Scan), Error> {
        let question = Question { job, hint: hint.clone(), participants: participants.clone() };
        let answer = match self.exchange(setup, &question, bytes)? {
            Some(answer) => answer,
            // The first death may have been the kernel's doing; the second is the file's.
            None => self.exchange(setup, &question, bytes)?.ok_or(Error::Broke(job))?,
        };
        match answer {
            (Answer::Found { format, encoding, pieces, scan }, mut body) => {
                let pieces = unpack(&body, pieces).ok_or(Error::Answer(job))?;
                body.drain(..pieces.len().saturating_mul(PACKED_PIECE_BYTES));
                let text = String::from_utf8(body).map_err(|_| Error::Answer(job))?;
                Ok((text, Layout { format, encoding, pieces }, scan))
            }
            (Answer::Refused(error), _) => Err(Error::Refused(job, error)),
        }
    }

    fn exchange(
        &mut self,
        setup: &Setup,
        question: &Question,
        bytes: &[u8],
    ) -> Result<Option<(Answer, Vec<u8>)>, Error> {
        let process = match &mut self.process {
            Some(process) => process,
            None => self.process.insert(Process::start(&self.binary, setup, self.patience)?),
        };
        let reading = u64::try_from(bytes.len() / MIN_BYTES_PER_SECOND).unwrap_or(u64::MAX);
        let watchdog =
            Watchdog::on(&process.child, self.patience.saturating_add(Duration::from_secs(reading)));
        let asked = frame::write(&mut process.to, question, bytes);
        let answer = asked.and_then(|()| frame::read(&mut process.from)).unwrap_or(None);
        drop(watchdog);
        if answer.is_none() {
            self.kill();
        }
        Ok(answer)
    }

    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.child.kill());
            drop(process.child.wait());
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Process {
    #[expect(clippy::disallowed_methods, reason = "this is where processes are started")]
    fn start(binary: &std::path::Path, setup: &Setup, patience: Duration) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::Start(error.kind());
        let mut child = Command::new(binary)
            .arg("worker")
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let watchdog = Watchdog::on(&child, patience);
        let missing = || Error::Start(std::io::ErrorKind::BrokenPipe);
        let mut to = BufWriter::new(child.stdin.take().ok_or_else(missing)?);
        let mut from = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        frame::write(&mut to, setup, &[]).map_err(failed)?;
        let greeting = frame::read(&mut from).map_err(failed);
        drop(watchdog);
        match greeting? {
            Some((Greeting::Ready(_), _)) => Ok(Self { child, to, from }),
            Some((Greeting::Broken, _)) | None => Err(Error::Setup),
        }
    }
}

/// How many bytes a piece takes on the pipe: start, end and turn as big-endian `u32`, and its role.
const PACKED_PIECE_BYTES: usize = 13;

fn pack(pieces: &[Piece]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(pieces.len().checked_mul(PACKED_PIECE_BYTES)?);
    for piece in pieces {
        bytes.extend(u32::try_from(piece.start).ok()?.to_be_bytes());
        bytes.extend(u32::try_from(piece.end).ok()?.to_be_bytes());
        bytes.extend(piece.turn.to_be_bytes());
        bytes.push(match piece.role {
            Role::Header => 0,
            Role::Label => 1,
            Role::Timing => 2,
            Role::Speech => 3,
            Role::Dropped => 4,
        });
    }
    Some(bytes)
}

fn unpack(body: &[u8], count: usize) -> Option<Vec<Piece>> {
    let packed = body.get(..count.checked_mul(PACKED_PIECE_BYTES)?)?;
    packed.chunks_exact(PACKED_PIECE_BYTES).map(unpack_one).collect()
}

fn unpack_one(bytes: &[u8]) -> Option<Piece> {
    let number = |from: usize| {
        let bytes = bytes.get(from..from.checked_add(4)?)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    let role = match bytes.get(12)? {
        0 => Role::Header,
        1 => Role::Label,
        2 => Role::Timing,
        3 => Role::Speech,
        4 => Role::Dropped,
        _ => return None,
    };
    Some(Piece {
        start: usize::try_from(number(0)?).ok()?,
        end: usize::try_from(number(4)?).ok()?,
        role,
        turn: number(8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_as_they_went() {
        let roles = [Role::Header, Role::Label, Role::Timing, Role::Speech, Role::Dropped];
        let pieces: Vec<_> = (0..5)
            .zip(0..)
            .map(|(n, turn): (usize, u32)| Piece {
                start: n * 70_000,
                end: n * 70_000 + 9,
                role: roles[n],
                turn,
            })
            .collect();
        let packed = pack(&pieces).unwrap();
        assert_eq!(unpack(&packed, pieces.len()), Some(pieces.clone()));
        assert_eq!(unpack(&packed[1..], pieces.len()), None, "cut");
        let mut strange = packed;
        strange[12] = 5;
        assert_eq!(unpack(&strange, pieces.len()), None, "no such role");
    }

    #[test]
    fn a_worker_that_hangs_is_ended() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("hangs");
        std::fs::write(&program, "#!/bin/sh\nexec sleep 600\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let mut worker = Worker::new(program);
        worker.patience = Duration::from_millis(200);
        let setup = Setup { packs: Vec::new(), aliases: AliasTable::default(), languages: Vec::new() };
        let hint = Hint { extension: "txt".to_owned(), kind: crate::item::ItemKind::Transcript };
        let answer =
            worker.read(&setup, JobId::from_bytes([1; 16]), b"I: hello", &hint, &Participants::default());
        assert!(matches!(answer, Err(Error::Start(_) | Error::Setup)), "{answer:?}");
    }

    #[test]
    fn a_program_that_is_no_worker_is_not_believed() {
        for program in ["/bin/true", "/bin/cat", "/nonexistent"] {
            let mut worker = Worker::new(program.into());
            let setup = Setup { packs: Vec::new(), aliases: AliasTable::default(), languages: Vec::new() };
            let hint = Hint { extension: "txt".to_owned(), kind: crate::item::ItemKind::Transcript };
            let job = JobId::from_bytes([1; 16]);
            let answer = worker.read(&setup, job, b"I: hello", &hint, &Participants::default());
            assert!(matches!(answer, Err(Error::Start(_) | Error::Setup)), "{program}: {answer:?}");
        }
    }
}
