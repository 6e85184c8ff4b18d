//! From the intake folder to the line: looks, says what is never taken, claims, and feeds batches.

use super::{Daemon, Error};
use crate::{
    clock::Timestamp,
    fault::{Disposition, Fault},
    intake::{self, Claimed, DropPath, Observation, Seen, claim, mount, receipt, watch::Watching},
    pipeline::{Line, MAX_BATCH_BYTES, MAX_BATCH_ITEMS},
    transcript::LeftOut,
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

    pub(super) fn tell(&self, receipts: &[(DropPath, receipt::Receipt)]) {
        if !receipts.is_empty()
            && let Err(error) = receipt::put(self.line.intake(), receipts)
        {
            tracing::warn!(code = error.code(), "a receipt could not be written");
        }
    }

    /// What can be taken now: stands still, belongs somewhere or has waited long enough for its sidecar, and
    /// the disk has room.
    pub(super) fn ready(&mut self) -> Result<Vec<Observation>, Error> {
        let station = self.line.station();
        let (grace, keep_free) = (station.timing.sidecar_grace, station.limits.free_bytes);
        let largest = station.limits.recording_bytes;
        let ready = self.tracker.ready(MAX_BATCH_ITEMS);
        self.no_room = None;
        if ready.is_empty() {
            return Ok(ready);
        }
        let free = mount::free_bytes(&station.directories.root)?;
        if free < keep_free {
            self.no_room = Some(free);
            tracing::error!("the disk is nearly full: nothing is taken until there is room");
            return Ok(Vec::new());
        }
        let now = self.clock.monotonic();
        let wall = self.clock.now();
        let mut taken = Vec::new();
        let mut told = Vec::new();
        let mut bytes = 0_u64;
        for it in ready {
            // Nothing could seal it: it stays where it is.
            if it.stamp.size > largest {
                let code = intake::Error::TooLarge { bytes: it.stamp.size, limit: largest }.code();
                told.push((it.path.clone(), please_fix(code, wall)));
                self.tracker.forget(&it.path);
                self.left.insert(it.path, it.stamp);
                continue;
            }
            match self.line.place_of(&it.path) {
                // Left where it is: it belongs to nobody's study, or must not be taken any more.
                Err(error @ (intake::Error::Withdrawn | intake::Error::NoStudy)) => {
                    told.push((it.path.clone(), please_fix(error.code(), wall)));
                    self.tracker.forget(&it.path);
                    self.left.insert(it.path, it.stamp);
                    continue;
                }
                Err(intake::Error::Unplaced) => {
                    let since = *self.unplaced.entry(it.path.clone()).or_insert(now);
                    if now.saturating_sub(since) < grace {
                        continue;
                    }
                }
                Ok(_) | Err(_) => {}
            }
            bytes = bytes.saturating_add(it.stamp.size.min(station_transcript_limit(&self.line)));
            if bytes > MAX_BATCH_BYTES && !taken.is_empty() {
                break;
            }
            taken.push(it);
        }
        self.tell(&told);
        Ok(taken)
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

    /// Takes what workers have read since, and gives them what waits for them. Whether there was any.
    pub(super) fn fetch(&mut self) -> Result<bool, Error> {
        let outcomes = self.guard(|it| it.line.fetch())?.unwrap_or_default();
        let some = !outcomes.is_empty();
        self.summary.outcomes.extend(outcomes);
        self.again |= self.line.has_postponed();
        let waiting = std::mem::take(&mut self.waiting);
        let (ready, waiting) = waiting.into_iter().partition(|it| self.line.has_time_for(it.path()));
        self.waiting = waiting;
        Ok(self.send(ready, true)? || some)
    }

    /// Sends claimed files down the line. Those for which no worker has time wait, and their owners are told
    /// that they were received. Whether there were any.
    pub(super) fn feed(&mut self, claimed: Vec<Claimed>) -> Result<bool, Error> {
        let claimed = self.with_time(claimed, false);
        self.send(claimed, false)
    }

    fn send(&mut self, mut claimed: Vec<Claimed>, told: bool) -> Result<bool, Error> {
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
            claimed = self.with_time(rest, told);
        }
        self.again |= self.line.has_postponed();
        Ok(some)
    }

    /// Those for which a worker has time; the others wait.
    fn with_time(&mut self, claimed: Vec<Claimed>, told: bool) -> Vec<Claimed> {
        let (now, wait): (Vec<_>, Vec<_>) =
            claimed.into_iter().partition(|it| self.line.has_time_for(it.path()));
        if !told {
            let at = self.clock.now();
            let received = |it: &Claimed| {
                let (state, reasons) = (receipt::State::Received, Vec::new());
                (
                    it.path().clone(),
                    receipt::Receipt { state, may_delete: false, reasons, left_out: LeftOut::default(), at },
                )
            };
            self.tell(&wait.iter().map(received).collect::<Vec<_>>());
        }
        self.waiting.extend(wait);
        now
    }
}

fn please_fix(code: &str, at: Timestamp) -> receipt::Receipt {
    receipt::Receipt {
        state: receipt::State::PleaseFix,
        may_delete: false,
        reasons: vec![code.to_owned()],
        left_out: LeftOut::default(),
        at,
    }
}

fn station_transcript_limit(line: &Line) -> u64 {
    line.station().limits.transcript_bytes
}
