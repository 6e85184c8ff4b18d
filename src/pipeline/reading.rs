//! Work for a study's workers, and what of it is not done yet.
//!
//! The line waits for results as long as they come in quickly. What takes longer goes on by itself, with its
//! worker, and is fetched when it is done: a text over which a worker hangs keeps back no other. Knows nothing
//! of what is read, and makes nothing durable.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel},
    },
    thread,
    time::Duration,
};

use super::Error;
use crate::{clock::Clock, id::JobId, worker::Worker};

/// How long the line waits for the next result, and for all of a round, before it goes on without.
const WAIT: Duration = Duration::from_secs(10);
const WAIT_FOR_ALL: Duration = Duration::from_secs(20);

/// Inputs that were given to some workers at once: each takes the next one until none is left.
#[derive(Debug)]
pub(super) struct Round<O> {
    news: Receiver<News<O>>,
    /// The items without a result, by their place in the round.
    out: BTreeMap<usize, JobId>,
    /// Whether the line has waited for it.
    late: bool,
    over: bool,
}

#[derive(Debug)]
enum News<O> {
    Done(usize, O),
    /// A worker that has nothing left to do.
    Home(Worker),
}

impl<O: Send + 'static> Round<O> {
    /// Starts.
    pub(super) fn start<I: Send + 'static>(
        workers: Vec<Worker>,
        inputs: Vec<(JobId, I)>,
        work: impl Fn(&mut Worker, I) -> O + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        // Room for all that can be said: no thread ever waits for the line.
        let (to, news) = sync_channel(inputs.len().saturating_add(workers.len()));
        let (out, inputs): (BTreeMap<_, _>, VecDeque<_>) =
            inputs.into_iter().enumerate().map(|(n, (job, it))| ((n, job), (n, it))).unzip();
        let (queue, work) = (Arc::new(Mutex::new(inputs)), Arc::new(work));
        for worker in workers {
            let (queue, work, to) = (Arc::clone(&queue), Arc::clone(&work), to.clone());
            thread::Builder::new()
                .spawn(move || take_turns(worker, &queue, &*work, &to))
                .map_err(|_| Error::Thread)?;
        }
        Ok(Self { news, out, late: false, over: false })
    }

    /// What is done by now, in the order of the inputs; workers go home. Waits, but only the first time.
    fn fetch(&mut self, home: &mut Vec<Worker>, clock: &dyn Clock) -> Result<Vec<O>, Error> {
        let until = clock.monotonic().saturating_add(WAIT_FOR_ALL);
        let mut done = BTreeMap::new();
        loop {
            let news = if self.late {
                self.news.try_recv().map_err(|error| match error {
                    TryRecvError::Empty => RecvTimeoutError::Timeout,
                    TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
                })
            } else {
                self.news.recv_timeout(WAIT.min(until.saturating_sub(clock.monotonic())))
            };
            match news {
                Ok(News::Done(n, it)) => {
                    self.out.remove(&n);
                    done.insert(n, it);
                }
                Ok(News::Home(worker)) => home.push(worker),
                Err(RecvTimeoutError::Timeout) => {
                    self.late = true;
                    break;
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.over = true;
                    break;
                }
            }
        }
        // A thread that ended without a word has met a defect of ours.
        if self.over && !self.out.is_empty() { Err(Error::Thread) } else { Ok(done.into_values().collect()) }
    }
}

/// Fetches what is done from all rounds, and forgets those that are over.
pub(super) fn fetch<O: Send + 'static>(
    rounds: &mut Vec<Round<O>>,
    home: &mut Vec<Worker>,
    clock: &dyn Clock,
) -> Result<Vec<O>, Error> {
    let mut done = Vec::new();
    for round in rounds.iter_mut() {
        done.extend(round.fetch(home, clock)?);
    }
    rounds.retain(|it| !it.over);
    Ok(done)
}

/// The items that some rounds have no result for.
pub(super) fn out<O>(rounds: &[Round<O>]) -> impl Iterator<Item = JobId> {
    rounds.iter().flat_map(|it| it.out.values().copied())
}

fn take_turns<I, O>(
    mut worker: Worker,
    queue: &Mutex<VecDeque<(usize, I)>>,
    work: &impl Fn(&mut Worker, I) -> O,
    to: &SyncSender<News<O>>,
) {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    while let Some((n, input)) = next() {
        // Nobody listens any more once other settings are in force: the files are still in `claimed/`.
        if to.send(News::Done(n, work(&mut worker, input))).is_err() {
            return;
        }
    }
    drop(to.send(News::Home(worker)));
}
