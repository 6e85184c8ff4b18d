//! Decides when a drop is complete. Pure: observations and the time come in, ready drops come out.
//!
//! A drop is ready when its size, times and inode were seen unchanged over a while that depends on what
//! it is, counted on a clock that never jumps. An event that says "closed" or "renamed in" shortens the
//! while; any change seen afterwards starts it anew.

use std::{collections::BTreeMap, time::Duration};

use super::{
    name,
    scan::{DropPath, Observation},
};
use crate::{clock::Timestamp, config::Timing};

/// Files larger than this wait like recordings.
pub const LARGE_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// How long a file that was called closed must stand still; scanners open and close many times.
const CLOSED_SETTLE: Duration = Duration::from_secs(1);

/// The drops that are not yet ready.
#[derive(Debug)]
pub struct Tracker {
    settle: Duration,
    media_settle: Duration,
    drops: BTreeMap<DropPath, Drop>,
    locked: Vec<DropPath>,
    scan: u64,
}

#[derive(Debug)]
struct Drop {
    last: Observation,
    /// When it was first seen as it is now.
    since: Duration,
    /// When it was last seen so.
    seen: Duration,
    /// Whether it was called closed since it is as it is now.
    closed: bool,
    /// Whether it had stood still for long by the wall clock when it was first seen so.
    old: bool,
    scan: u64,
}

impl Tracker {
    /// One that knows of nothing.
    #[must_use]
    pub const fn new(timing: &Timing) -> Self {
        Self {
            settle: timing.settle,
            media_settle: timing.media_settle,
            drops: BTreeMap::new(),
            locked: Vec::new(),
            scan: 0,
        }
    }

    /// How many drops are waited for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.drops.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.drops.is_empty()
    }

    /// A whole scan begins.
    pub fn begin_scan(&mut self) {
        self.scan += 1;
        self.locked.clear();
    }

    /// A whole scan has ended: what it did not see is gone. Not to be called after a scan that failed or
    /// met a folder that it could not read.
    pub fn end_scan(&mut self) {
        let scan = self.scan;
        self.drops.retain(|_, it| it.scan == scan);
    }

    /// A drop was seen. `now` never goes back; `wall` may be anything.
    pub fn observe(&mut self, seen: Observation, now: Duration, wall: Timestamp) {
        let scan = self.scan;
        if let Some(drop) = self.drops.get_mut(&seen.path)
            && drop.last.stamp == seen.stamp
        {
            drop.seen = now;
            drop.scan = scan;
            return;
        }
        let age = i128::from(wall.as_millis()) * 1_000_000 - seen.stamp.changed;
        let long = i128::try_from(self.media_settle.as_nanos()).unwrap_or(i128::MAX);
        let drop = Drop { since: now, seen: now, closed: false, old: age > long, scan, last: seen };
        self.drops.insert(drop.last.path.clone(), drop);
    }

    /// An event called a drop closed or renamed in. To be followed by an observation.
    pub fn closed(&mut self, path: &DropPath) {
        if let Some(drop) = self.drops.get_mut(path) {
            drop.closed = true;
        }
    }

    /// Somebody has the file open whose name is, or ends in, this one's.
    pub fn lock(&mut self, path: DropPath) {
        self.locked.push(path);
    }

    /// A drop was claimed, or is otherwise none of ours any more.
    pub fn forget(&mut self, path: &DropPath) {
        self.drops.remove(path);
    }

    /// The drops that have stood still for long enough, fair over the studies. They stay until forgotten.
    #[must_use]
    pub fn ready(&self, most: usize) -> Vec<Observation> {
        let mut studies: BTreeMap<&[u8], Vec<&Drop>> = BTreeMap::new();
        for (path, drop) in &self.drops {
            if self.is_ready(path, drop) {
                studies.entry(path.components().next().unwrap_or_default()).or_default().push(drop);
            }
        }
        let mut queues: Vec<_> = studies.into_values().map(Vec::into_iter).collect();
        let mut ready = Vec::new();
        while !queues.is_empty() && ready.len() < most {
            queues.retain_mut(|queue| match queue.next() {
                Some(drop) if ready.len() < most => {
                    ready.push(drop.last.clone());
                    true
                }
                Some(_) | None => false,
            });
        }
        ready
    }

    fn is_ready(&self, path: &DropPath, drop: &Drop) -> bool {
        let slow = drop.last.stamp.size == 0 || drop.last.stamp.size > LARGE_FILE_BYTES || path.is_media();
        let wait = if drop.closed && drop.last.stamp.size > 0 {
            CLOSED_SETTLE.min(self.settle)
        } else if slow && !drop.old {
            self.media_settle.max(self.settle)
        } else {
            self.settle
        };
        let locked = self
            .locked
            .iter()
            .any(|it| it.folders() == path.folders() && name::locks(it.file_name(), path.file_name()));
        !locked && drop.seen.saturating_sub(drop.since) >= wait
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::scan::Stamp, *};

    const TIMING: Timing = Timing {
        settle: Duration::from_secs(3),
        media_settle: Duration::from_mins(10),
        rescan: Duration::from_secs(30),
        sidecar_grace: Duration::from_hours(1),
        receipt_keep: Duration::from_hours(1),
    };
    /// 2026 in milliseconds.
    const WALL: Timestamp = Timestamp::from_millis(1_770_000_000_000);

    fn seen(path: &str, size: u64, changed_seconds: u64) -> Observation {
        let changed = i128::from(changed_seconds) * 1_000_000_000;
        let stamp = Stamp { size, modified: changed, changed, device: 1, inode: 1 };
        Observation { path: DropPath::new(path.into()), stamp, uid: 0, conflict: false }
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Seen first at 0 and unchanged at the given second: ready?
    fn check(path: &str, size: u64, closed: bool, second: u64, want: bool) {
        let mut tracker = Tracker::new(&TIMING);
        let fresh = WALL.as_millis() / 1000;
        tracker.observe(seen(path, size, fresh), at(0), WALL);
        assert!(tracker.ready(9).is_empty(), "never at first sight: {path}");
        if closed {
            tracker.closed(&DropPath::new(path.into()));
        }
        tracker.observe(seen(path, size, fresh), at(second), WALL);
        assert_eq!(!tracker.ready(9).is_empty(), want, "{path} {size} {closed} {second}");
    }

    #[test]
    fn what_is_waited_for_depends_on_what_it_is() {
        for (path, size, closed, second, want) in [
            ("S/a.txt", 1, false, 2, false),
            ("S/a.txt", 1, false, 3, true),
            ("S/a.txt", 1, true, 1, true),
            ("S/a.mp3", 1, false, 599, false),
            ("S/a.mp3", 1, false, 600, true),
            ("S/a.mp3", 1, true, 1, true),
            ("S/a.txt", LARGE_FILE_BYTES, false, 3, true),
            ("S/a.txt", LARGE_FILE_BYTES + 1, false, 3, false),
            ("S/a.txt", 0, false, 3, false),
            ("S/a.txt", 0, true, 3, false),
            ("S/a.txt", 0, false, 600, true),
        ] {
            check(path, size, closed, second, want);
        }
    }

    #[test]
    fn a_recording_that_is_long_there_waits_only_to_be_seen_twice() {
        let mut tracker = Tracker::new(&TIMING);
        let old = WALL.as_millis() / 1000 - 601;
        tracker.observe(seen("S/a.mp3", 1, old), at(0), WALL);
        assert!(tracker.ready(9).is_empty());
        tracker.observe(seen("S/a.mp3", 1, old), at(3), WALL);
        assert_eq!(tracker.ready(9).len(), 1);
    }

    #[test]
    fn an_open_document_is_waited_for() {
        let mut tracker = Tracker::new(&TIMING);
        for second in [0, 10] {
            tracker.begin_scan();
            tracker.observe(seen("S/interview.docx", 1, 1), at(second), WALL);
            tracker.lock(DropPath::new("S/terview.docx".into()));
            tracker.end_scan();
        }
        assert!(tracker.ready(9).is_empty());
        tracker.begin_scan();
        tracker.observe(seen("S/interview.docx", 1, 1), at(11), WALL);
        tracker.end_scan();
        assert_eq!(tracker.ready(9).len(), 1);
    }

    #[test]
    fn studies_take_turns_and_what_left_is_forgotten() {
        let mut tracker = Tracker::new(&TIMING);
        for second in [0, 3] {
            tracker.begin_scan();
            for path in ["A/1.txt", "A/2.txt", "A/3.txt", "B/1.txt"] {
                tracker.observe(seen(path, 1, 1), at(second), WALL);
            }
            tracker.end_scan();
        }
        let ready = tracker.ready(2);
        assert_eq!(ready.iter().filter(|it| it.path.bytes().starts_with(b"B")).count(), 1);
        tracker.begin_scan();
        tracker.end_scan();
        assert!(tracker.is_empty());
    }

    proptest! {
        #[test]
        fn a_growing_drop_is_never_ready(steps in prop::collection::vec((0_u64..4000, any::<bool>(), any::<bool>()), 1..60)) {
            let mut tracker = Tracker::new(&TIMING);
            let (mut now, mut size, mut changed_at) = (0, 1, 0);
            for (wait, grows, closed) in steps {
                now += wait;
                if grows {
                    size += 1;
                    changed_at = now;
                }
                tracker.observe(seen("S/a.txt", size, size), Duration::from_millis(now), WALL);
                if closed {
                    tracker.closed(&DropPath::new("S/a.txt".into()));
                }
                // It has stood still for a second at least, since it was last seen to grow.
                if !tracker.ready(1).is_empty() {
                    prop_assert!(!grows && now - changed_at >= 1000);
                }
            }
        }
    }
}
