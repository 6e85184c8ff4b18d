//! From the intake folder to the line: looks, says what is never taken, claims, and feeds batches.

use super::{Daemon, Error, please_fix, station_transcript_limit};
use crate::{
    fault::{Disposition, Fault},
    intake::{self, Claimed, DropPath, Observation, Seen, claim, receipt, watch::Watching},
    pipeline::{MAX_BATCH_BYTES, MAX_BATCH_ITEMS},
};

impl Daemon {
    pub(super) fn scan(&mut self, folder: Option<&DropPath>) -> Result<(), Error> {
        let (now, wall) = (self.clock.monotonic(), self.clock.now());
        let mut folders = Vec::new();
        let mut refused = Vec::new();
        let mut receipts = Vec::new();
        let mut whole = true;
        if folder.is_none() {
            self.tracker.begin_scan();
            self.last_scan = Some(now);
        }
        let (tracker, left, told) = (&mut self.tracker, &self.left, &mut self.refused);
        let mut visit = |seen| match seen {
            Seen::File(it) if left.get(&it.path) == Some(&it.stamp) => {}
            Seen::File(it) => {
                told.remove(&it.path);
                tracker.observe(it, now, wall);
            }
            Seen::Folder(it) => folders.push(it),
            Seen::Refused(path, why) => refused.push((path, why)),
            Seen::Receipt(path, written) => receipts.push((path, written)),
            Seen::Lock(path) => tracker.lock(path),
            Seen::Unreadable(_) => whole = false,
        };
        match folder {
            None => self.line.intake().scan(&mut visit)?,
            Some(folder) => match self.line.intake().scan_folder(folder, &mut visit) {
                Err(intake::Error::Vanished) => {}
                other => other?,
            },
        }
        if folder.is_none() && whole {
            self.tracker.end_scan();
        }
        if !whole {
            tracing::warn!("a folder of the intake could not be read");
        }
        if let Some(watch) = &mut self.watch {
            for folder in folders {
                if watch.folder(&folder) == Watching::Poll {
                    self.polling = true;
                }
            }
        }
        self.refuse(refused);
        let keep = self.line.station().timing.receipt_keep;
        for (path, written) in receipts {
            if let Err(error) = receipt::sweep(self.line.intake(), &path, written, wall, keep) {
                tracing::warn!(code = error.code(), "an old receipt could not be removed");
            }
        }
        Ok(())
    }

    /// Tells once about files that are never taken: links, pipes, files too deep.
    pub(super) fn refuse(&mut self, refused: Vec<(DropPath, intake::Refusal)>) {
        let now = self.clock.now();
        let mut receipts = Vec::new();
        for (path, why) in refused {
            if self.refused.insert(path.clone()) {
                receipts.push((path, please_fix(intake::Error::from(why).code(), now)));
            }
        }
        self.tell(&receipts);
    }

    pub(super) fn claim(&mut self, ready: &[Observation]) -> Result<Vec<Claimed>, Error> {
        let directory = self.line.station().directories.claimed.clone();
        let results = match claim(self.line.intake(), &directory, ready) {
            Ok(results) => results,
            Err(error) if error.disposition() == Disposition::Retry => {
                tracing::warn!(code = error.code(), "nothing could be taken now");
                self.again = true;
                return Ok(Vec::new());
            }
            Err(error) => return Err(error.into()),
        };
        let now = self.clock.now();
        let mut claimed = Vec::new();
        let mut told = Vec::new();
        for (seen, result) in ready.iter().zip(results) {
            self.tracker.forget(&seen.path);
            self.unplaced.remove(&seen.path);
            match result {
                Ok(it) => claimed.push(it),
                // Somebody wrote to it, took it away or has it open: the next scan sees it as it is then.
                Err(intake::Error::Changed | intake::Error::Vanished | intake::Error::Busy) => {}
                Err(error) => {
                    told.push((seen.path.clone(), please_fix(error.code(), now)));
                    self.left.insert(seen.path.clone(), seen.stamp);
                }
            }
        }
        self.tell(&told);
        Ok(claimed)
    }

    /// Sends claimed files down the line. Whether there were any.
    pub(super) fn feed(&mut self, claimed: Vec<Claimed>) -> Result<bool, Error> {
        let mut claimed = claimed;
        let some = !claimed.is_empty();
        while !claimed.is_empty() {
            let mut bytes = 0_u64;
            let fits = claimed
                .iter()
                .take(MAX_BATCH_ITEMS)
                .take_while(|it| {
                    bytes = bytes.saturating_add(it.size().min(station_transcript_limit(&self.line)));
                    bytes <= MAX_BATCH_BYTES
                })
                .count();
            let rest = claimed.split_off(fits.max(1));
            match self.guard(|it| it.line.batch(claimed))? {
                Some(outcomes) => self.summary.outcomes.extend(outcomes),
                None => return Ok(some),
            }
            claimed = rest;
        }
        self.again |= self.line.has_postponed();
        Ok(some)
    }
}
