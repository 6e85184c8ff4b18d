//! Holds every worker that is at work, so that one that takes too long can be ended, and all of them at once
//! when the daemon is told to stop. Knows processes by their number only and reads nothing of them.

use std::{
    process::Child,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

/// What holds the workers of a line. A clone holds the same ones.
#[derive(Clone, Debug, Default)]
pub struct Leash(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    held: Mutex<Held>,
    pulled: Condvar,
}

#[derive(Debug, Default)]
struct Held {
    pulled: bool,
    at_work: Vec<Pid>,
}

/// A worker at work. Dropped, it is held no more; to be dropped before the process is waited for, since until
/// then nobody else can bear its number.
#[must_use]
pub(super) struct Hold {
    leash: Leash,
    pid: Option<Pid>,
    /// Closes with this value, which calls off the watchdog.
    _alive: Sender<()>,
}

impl Leash {
    /// Ends all that are at work, and whatever is given work from now on.
    pub fn pull(&self) {
        let mut held = self.held();
        held.pulled = true;
        for pid in &held.at_work {
            kill(*pid);
        }
        self.0.pulled.notify_all();
    }

    /// Whether it was pulled.
    #[must_use]
    pub fn is_pulled(&self) -> bool {
        self.held().pulled
    }

    /// Holds a worker while it is at work, and ends it after a while.
    pub(super) fn hold(&self, child: &Child, patience: Duration) -> Hold {
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let (alive, ended) = channel();
        if let Some(pid) = pid {
            let mut held = self.held();
            held.at_work.push(pid);
            if held.pulled {
                kill(pid);
            }
            let leash = self.clone();
            let clock = thread::Builder::new().spawn(move || {
                if ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                    leash.end(pid);
                }
            });
            if clock.is_err() {
                tracing::warn!("no thread could be started: a worker is not ended when it hangs");
            }
        }
        Hold { leash: self.clone(), pid, _alive: alive }
    }

    /// Waits, unless it is pulled. Whether it was.
    pub(super) fn pause(&self, duration: Duration) -> bool {
        let waited = self.0.pulled.wait_timeout_while(self.held(), duration, |it| !it.pulled);
        waited.unwrap_or_else(PoisonError::into_inner).0.pulled
    }

    /// Ends one, if it is still held.
    fn end(&self, pid: Pid) {
        if self.held().at_work.contains(&pid) {
            kill(pid);
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.leash.held().at_work.retain(|it| Some(*it) != self.pid);
    }
}

fn kill(pid: Pid) {
    // It may have ended by itself.
    let _ended = kill_process(pid, Signal::KILL);
}
