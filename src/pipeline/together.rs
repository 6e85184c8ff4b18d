//! The same work for many items on all processors at once. Knows nothing of the work.

use std::{
    collections::{BTreeMap, VecDeque},
    num::NonZero,
    sync::{Mutex, PoisonError},
    thread,
};

use super::Error;

/// More threads than that find the disk busy.
const MAX_THREADS: usize = 4;

/// The results, in the order of the inputs.
pub(super) fn map<I: Send, O: Send>(inputs: Vec<I>, work: impl Fn(I) -> O + Sync) -> Result<Vec<O>, Error> {
    let total = inputs.len();
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS).min(total);
    if threads < 2 {
        return Ok(inputs.into_iter().map(work).collect());
    }
    let queue: Mutex<VecDeque<(usize, I)>> = Mutex::new(inputs.into_iter().enumerate().collect());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let share = || std::iter::from_fn(next).map(|(n, it)| (n, work(it))).collect::<Vec<_>>();
    let outputs: BTreeMap<usize, O> = thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, share).map_err(|_| Error::Thread);
        let threads = (0..threads).map(start).collect::<Result<Vec<_>, _>>()?;
        let outputs = threads.into_iter().map(|it| it.join().map_err(|_| Error::Thread));
        Ok::<_, Error>(outputs.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    })?;
    if outputs.len() == total { Ok(outputs.into_values().collect()) } else { Err(Error::Thread) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_inputs() {
        for count in [0, 1, 2, 100] {
            let doubled = map((0..count).collect(), |it: i32| it * 2).unwrap();
            assert_eq!(doubled, (0..count).map(|it| it * 2).collect::<Vec<_>>());
        }
    }
}
