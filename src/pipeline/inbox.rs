//! The folder that stewards hand decisions back to: what lies there is read, and used, left for later, or set
//! aside with a note that says why. Others write to it, slowly and over bad networks.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Read,
    path::Path,
    time::Duration,
};

use rustix::fs::{CWD, FileType, Mode, fstat, openat};

use super::{Error, Line};
use crate::{
    durable,
    fault::{Disposition, Fault},
    intake::scan::{FOREIGN, Stamp},
    review,
};

/// How a decision's file ends.
const ENDING: &str = ".decision.age";
/// Where decisions go that can't be used.
const REFUSED: &str = "refused";

/// A file that could not be opened as a decision, as it was when that was found.
#[derive(Debug)]
pub(super) struct Unopened {
    stamp: Stamp,
    since: Duration,
}

impl Line {
    /// Takes in every decision that lies in `review/in`. Returns how many were used.
    ///
    /// # Errors
    ///
    /// Fails where the station itself does; a decision that can't be used is no error.
    pub fn decisions(&mut self) -> Result<usize, Error> {
        let dir = self.station.directories.review_in.clone();
        let (mut used, mut paused) = (0, None);
        self.catch_up()?;
        let names = names(&dir)?;
        self.unopened.retain(|it, _| names.contains(it));
        for name in names {
            let done = match self.take_in(&dir, &name) {
                Ok(Some(())) => {
                    used += 1;
                    durable::unlink(&dir.join(&name)).map_err(Error::from)
                }
                Ok(None) => continue,
                // A full disk says nothing about a decision: it stays where it is.
                Err(error) if error.disposition() == Disposition::Retry => {
                    paused.get_or_insert(error);
                    continue;
                }
                Err(Error::Review(error)) if error.disposition() != Disposition::Halt => {
                    tracing::warn!(code = error.code(), "a decision was refused");
                    refuse(&dir, &name, &error)
                }
                Err(error) => return Err(error),
            };
            // It is refused as a replay if it is met again.
            if let Err(error) = done {
                tracing::warn!(code = error.code(), "a decision's file could not be removed");
            }
        }
        if used > 0 {
            self.go_on()?;
        }
        paused.map_or(Ok(used), Err)
    }

    /// Whether a decision can't be opened yet: its copy may not be complete.
    #[must_use]
    pub fn has_unopened(&self) -> bool {
        !self.unopened.is_empty()
    }

    /// Uses one decision; `None` if it is to be looked at again.
    fn take_in(&mut self, dir: &Path, name: &str) -> Result<Option<()>, Error> {
        let Some((bytes, stamp)) = read_bounded(&dir.join(name))? else { return Ok(None) };
        match self.open_decision(&bytes) {
            Ok((decision, job)) => {
                self.unopened.remove(name);
                self.decide(decision, job).map(Some)
            }
            Err(review::Error::Malformed | review::Error::Keys(_)) => self.wait_for_rest(name, stamp),
            Err(error) => Err(error.into()),
        }
    }

    /// What can't be opened may still be copied: it is refused once it has stood still for as long as a recording
    /// has to before it is taken.
    fn wait_for_rest(&mut self, name: &str, stamp: Stamp) -> Result<Option<()>, Error> {
        let now = self.clock.monotonic();
        let known = self.unopened.entry(name.to_owned()).or_insert(Unopened { stamp, since: now });
        if known.stamp != stamp {
            *known = Unopened { stamp, since: now };
        }
        if now.saturating_sub(known.since) < self.station.timing.media_settle {
            return Ok(None);
        }
        self.unopened.remove(name);
        Err(review::Error::Unopened.into())
    }
}

/// A decision's bytes, if it is a file that can be read and there are not too many of them.
fn read_bounded(path: &Path) -> Result<Option<(Vec<u8>, Stamp)>, review::Error> {
    let Ok(file) = openat(CWD, path, FOREIGN, Mode::empty()).map(File::from) else { return Ok(None) };
    let Ok(stat) = fstat(&file) else { return Ok(None) };
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    let limit = u64::try_from(review::MAX_BUNDLE_BYTES).unwrap_or(u64::MAX);
    if file.take(limit.saturating_add(1)).read_to_end(&mut bytes).is_err() {
        return Ok(None);
    }
    if bytes.len() > review::MAX_BUNDLE_BYTES {
        return Err(review::Error::TooLarge);
    }
    Ok(Some((bytes, Stamp::of(&stat))))
}

fn names(dir: &Path) -> Result<BTreeSet<String>, Error> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(dir).map_err(durable::Error::from)? {
        let name = entry.map_err(durable::Error::from)?.file_name();
        if let Some(name) = name.to_str().filter(|it| it.ends_with(ENDING) && !it.starts_with('.')) {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}

/// Keeps a decision that can't be used, with a note beside it. Of two under one name the later is kept.
fn refuse(dir: &Path, name: &str, error: &review::Error) -> Result<(), Error> {
    let refused = dir.join(REFUSED);
    durable::make_dir(&refused)?;
    let note = format!("{}: {error}.\n{}\n", error.code(), error.remedy());
    durable::write_over(&refused, &format!("{name}.txt"), note.as_bytes())?;
    durable::unlink(&refused.join(name))?;
    Ok(durable::rename_new(&dir.join(name), &refused.join(name))?)
}
