//! Puts prepared copies where analysts read them, a batch at a time, so that doing it twice is doing it
//! once. Never changes or replaces a released file.

use std::{
    collections::BTreeMap,
    fs::{self, Permissions},
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::{
    Error, Prepared,
    index::{self, INDEX, Row},
    outbox,
};
use crate::{
    audit::{Log, Receipt},
    durable::{self, Draft, Written},
    id::{Digest, JobId, StudyId},
    item::Profile,
};

/// Where proofs lie in a release directory.
const PROOF: &str = "_proof";
const SUMS: &str = "SHA256SUMS";

/// Readable by the group: the analysts.
const FILE_MODE: u32 = 0o640;
const DIR_MODE: u32 = 0o750;

/// A copy that is out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Published {
    /// The item.
    pub job: JobId,
    /// Its row in the list.
    pub row: Row,
    /// The file.
    pub path: PathBuf,
}

/// A file in the making and the name that it will bear.
struct Pending {
    written: Written,
    name: PathBuf,
    /// What must be there if the name is taken.
    like: Like,
}

enum Like {
    /// A file of this digest.
    Same(Digest),
    /// Anything: it is rewritten. Lists, and proofs, whose checkpoint may be a newer one.
    Any,
}

/// Puts a batch into `release/<study>/<profile>/`, with its proofs in `_proof/`. Versions that are
/// superseded go to `away` first. After a crash the same call goes on where it stopped.
///
/// # Errors
///
/// Fails with [`Error::OtherReceipt`] if a receipt is not for the entry of its release, with
/// [`Error::OtherVersion`] if another version is still out, with [`Error::OtherBytes`] if the outbox was
/// changed since. Nothing of the batch is out then.
pub fn publish(
    release: &Path,
    away: &Path,
    log: &Log,
    batch: Vec<(Prepared, Receipt)>,
) -> Result<Vec<Published>, Error> {
    let mut groups: BTreeMap<PathBuf, Vec<(Prepared, Receipt)>> = BTreeMap::new();
    for (prepared, receipt) in batch {
        if *receipt.entry().op() != prepared.op() {
            return Err(Error::OtherReceipt);
        }
        let dir = directory(release, &prepared.destination.place.study, prepared.destination.profile);
        groups.entry(dir).or_default().push((prepared, receipt));
    }
    let mut pending = Vec::new();
    let mut published = Vec::new();
    for (dir, group) in groups {
        make_dirs(release, &dir)?;
        let mut rows = index::read(&dir)?;
        for (prepared, receipt) in group {
            clear_the_way(&dir, away, &prepared, &mut rows)?;
            let row = Row::new(&prepared, receipt.entry().at(), receipt.leaf());
            write_one(&dir, log, &prepared, &receipt, &mut pending)?;
            published.push(Published { job: prepared.job, path: dir.join(&row.name), row: row.clone() });
            rows.insert(row.name.clone(), row);
        }
        write_lists(&dir, &rows, &mut pending)?;
    }
    finish(release, pending)?;
    Ok(published)
}

/// Takes a released file back, to a directory that analysts can't read, and out of the list. Its proofs
/// stay. It is no error if it is gone already.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn withdraw(
    release: &Path,
    away: &Path,
    study: &StudyId,
    profile: Profile,
    name: &str,
) -> Result<(), Error> {
    let dir = directory(release, study, profile);
    let mut rows = index::read(&dir)?;
    if rows.remove(name).is_none() {
        return Ok(());
    }
    move_away(&dir, away, name)?;
    let mut pending = Vec::new();
    write_lists(&dir, &rows, &mut pending)?;
    finish(release, pending)
}

/// A released copy as it lies there; none if it is out no more.
///
/// # Errors
///
/// Fails if it can't be read.
pub fn copy(release: &Path, study: &StudyId, profile: Profile, name: &str) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(directory(release, study, profile).join(name)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(durable::Error::from(error).into()),
    }
}

/// Released copies against their list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Compared {
    /// How many are as the list says.
    pub whole: usize,
    /// Names of those that hold other bytes.
    pub changed: Vec<String>,
    /// Names of those that are not there.
    pub missing: Vec<String>,
}

/// Reads every released copy of a study.
///
/// # Errors
///
/// Fails if the list or a copy can't be read.
pub fn compare(release: &Path, study: &StudyId, profile: Profile) -> Result<Compared, Error> {
    compare_in(&directory(release, study, profile))
}

/// The same of the directory that has the copies, wherever it was carried to.
///
/// # Errors
///
/// As [`compare`].
pub fn compare_in(dir: &Path) -> Result<Compared, Error> {
    let mut compared = Compared::default();
    for (name, row) in index::read(dir)? {
        let path = dir.join(&name);
        match outbox::read_exact(&path, row.sha256) {
            Ok(_) => compared.whole = compared.whole.saturating_add(1),
            Err(Error::OtherBytes) if path.is_file() => compared.changed.push(name),
            Err(Error::OtherBytes) => compared.missing.push(name),
            Err(error) => return Err(error),
        }
    }
    Ok(compared)
}

/// The released copies of a study with their bytes, in order of their names.
///
/// # Errors
///
/// Fails with [`Error::OtherBytes`] if one was changed or is missing, and if the list can't be read.
pub fn copies(release: &Path, study: &StudyId, profile: Profile) -> Result<Vec<(Row, Vec<u8>)>, Error> {
    copies_in(&directory(release, study, profile))
}

/// The same of the directory that has the copies, wherever it was carried to.
///
/// # Errors
///
/// As [`copies`].
pub fn copies_in(dir: &Path) -> Result<Vec<(Row, Vec<u8>)>, Error> {
    let rows = index::read(dir)?.into_values();
    rows.map(|row| Ok((row.clone(), outbox::read_exact(&dir.join(&row.name), row.sha256)?))).collect()
}

fn directory(release: &Path, study: &StudyId, profile: Profile) -> PathBuf {
    release.join(study.as_str()).join(profile.name())
}

fn make_dirs(release: &Path, dir: &Path) -> Result<(), Error> {
    let proof = dir.join(PROOF);
    durable::make_dir(&proof)?;
    for made in proof.ancestors().take_while(|it| *it != release) {
        fs::set_permissions(made, Permissions::from_mode(DIR_MODE)).map_err(durable::Error::from)?;
    }
    Ok(())
}

/// Refuses while another version of the item is out; moves away the one that is superseded.
fn clear_the_way(
    dir: &Path,
    away: &Path,
    prepared: &Prepared,
    rows: &mut BTreeMap<String, Row>,
) -> Result<(), Error> {
    // Nothing is written beside a copy that is another's.
    if rows.get(&prepared.file_name()).is_some_and(|it| it.sha256 != prepared.released) {
        return Err(Error::NameTaken);
    }
    let prefix = format!("{}_v", prepared.destination.stem());
    let superseded = prepared.destination.supersedes.map(|it| (it.version, it.leaf));
    let others: Vec<_> = rows
        .iter()
        .filter(|(name, row)| {
            let is_version = name.starts_with(&prefix) && row.version != prepared.destination.version;
            // It may have had another name then: its people were others on the roster.
            is_version || Some((row.version, row.log_index)) == superseded
        })
        .map(|(name, row)| (name.clone(), row.version, row.log_index))
        .collect();
    if others.iter().any(|(_, version, leaf)| Some((*version, *leaf)) != superseded) {
        return Err(Error::OtherVersion);
    }
    for (name, ..) in others {
        move_away(dir, away, &name)?;
        rows.remove(&name);
    }
    Ok(())
}

fn move_away(dir: &Path, away: &Path, name: &str) -> Result<(), Error> {
    durable::make_dir(away)?;
    match durable::rename_new(&dir.join(name), &away.join(name)) {
        Ok(()) | Err(durable::Error::Missing) => Ok(()),
        // Moved before a crash, and put back by nobody but us: the copy that analysts could read goes.
        Err(durable::Error::Exists) => Ok(durable::unlink(&dir.join(name))?),
        Err(error) => Err(error.into()),
    }
}

fn write_one(
    dir: &Path,
    log: &Log,
    prepared: &Prepared,
    receipt: &Receipt,
    pending: &mut Vec<Pending>,
) -> Result<(), Error> {
    let name = prepared.file_name();
    let bytes = outbox::read_exact(&prepared.source, prepared.released)?;
    let entry = receipt.entry().to_bytes().ok_or(Error::Manifest)?;
    let proof = log.prove(receipt.leaf())?;
    let beside = |ending: &str| dir.join(PROOF).join(format!("{name}.{ending}"));
    // What a stop left of an earlier try is replaced: only the copy itself must never change.
    draft(pending, beside("manifest.json"), &prepared.manifest, Like::Any)?;
    draft(pending, beside("leaf.json"), &entry, Like::Any)?;
    draft(pending, beside("tlog-proof"), proof.as_bytes(), Like::Any)?;
    // The copy itself comes last: whoever sees it finds its proofs.
    draft(pending, dir.join(&name), &bytes, Like::Same(prepared.released))
}

fn write_lists(dir: &Path, rows: &BTreeMap<String, Row>, pending: &mut Vec<Pending>) -> Result<(), Error> {
    draft(pending, dir.join(PROOF).join(SUMS), index::sums(rows).as_bytes(), Like::Any)?;
    draft(pending, dir.join(INDEX), &index::write(rows)?, Like::Any)
}

fn draft(pending: &mut Vec<Pending>, name: PathBuf, bytes: &[u8], like: Like) -> Result<(), Error> {
    let mut draft = Draft::create(name.parent().ok_or(durable::Error::Missing)?)?;
    draft.set_mode(FILE_MODE)?;
    draft.write_all(bytes).map_err(durable::Error::from)?;
    pending.push(Pending { written: draft.finish()?, name, like });
    Ok(())
}

/// One sync for the bytes, then all names, then one sync for the names.
fn finish(release: &Path, pending: Vec<Pending>) -> Result<(), Error> {
    let synced = durable::sync(release)?;
    for Pending { written, name, like } in pending {
        match like {
            Like::Any => written.commit_over(&synced, &name)?,
            Like::Same(digest) => match written.commit(&synced, &name) {
                Err(durable::Error::Exists) if outbox::read_exact(&name, digest).is_ok() => {}
                Err(durable::Error::Exists) => return Err(Error::NameTaken),
                other => other?,
            },
        }
    }
    let _synced = durable::sync(release)?;
    Ok(())
}
