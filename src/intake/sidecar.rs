//! What a register line or a sidecar says of where a file belongs. A fieldworker's claim: it knows
//! group, role, session and activity, and can't speak of consent, gate or release.

use std::{collections::BTreeSet, fs::File, io::Read};

use rustix::fs::OFlags;
use unicode_normalization::UnicodeNormalization;

use super::{
    Error,
    name::SIDECARS,
    scan::{DropPath, IntakeRoot},
};
use crate::{
    config::{Fields, REGISTER_FILE},
    id::StudyId,
    item::Activity,
    secret::Sensitive,
};

/// The most bytes of a sidecar that are read.
pub const MAX_SIDECAR_BYTES: u64 = 16 * 1024;
/// The most bytes of a register that are read.
pub const MAX_REGISTER_BYTES: u64 = 4 * 1024 * 1024;

/// A study's `register.csv`: file, group, role, wave, activity.
#[derive(Debug, Default)]
pub struct Register {
    lines: Vec<(Sensitive<String>, Fields)>,
}

impl Register {
    /// Reads a study's register; an empty one if there is none.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Table`] on a line that can't be understood.
    pub fn load(root: &IntakeRoot, study: &StudyId) -> Result<Self, Error> {
        let path = DropPath::new(study.as_str().into()).join(REGISTER_FILE.as_bytes());
        match read(root, &path, MAX_REGISTER_BYTES)? {
            Some(bytes) => Self::parse(&bytes),
            None => Ok(Self::default()),
        }
    }

    /// Reads a register's bytes.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Table`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let head = Error::Table { line: 1 };
        let Ok(headers) = reader.headers().cloned() else { return Err(head) };
        if !headers.iter().map(str::to_ascii_lowercase).eq(["file", "group", "role", "wave", "activity"]) {
            return Err(head);
        }
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record
                .map_err(|error| Error::Table { line: error.position().map_or(1, csv::Position::line) })?;
            let line = record.position().map_or(1, csv::Position::line);
            let mut cells = record.iter();
            let Some(file) = cells.next().filter(|it| !it.is_empty()) else {
                return Err(Error::Table { line });
            };
            let mut fields = Fields::default();
            for (key, value) in ["group", "role", "wave", "activity"].into_iter().zip(cells) {
                if !value.is_empty() {
                    set(&mut fields, key, value).ok_or(Error::Table { line })?;
                }
            }
            lines.push((Sensitive::new(normal(file)), fields));
        }
        // EXPOSE: compared, not shown.
        lines.sort_by(|one, other| one.0.expose().cmp(other.0.expose()));
        Ok(Self { lines })
    }

    /// What it says of a file. The same name twice says what both agree on; a contradiction is an error.
    pub(super) fn of(&self, name: &[u8]) -> Result<Fields, Error> {
        let Ok(name) = str::from_utf8(name) else { return Ok(Fields::default()) };
        let name = normal(name);
        // EXPOSE: compared, not shown.
        let first = self.lines.partition_point(|it| it.0.expose() < &name);
        let mut fields = Fields::default();
        for (file, said) in self.lines.get(first..).unwrap_or_default() {
            // EXPOSE: compared, not shown.
            if file.expose() != &name {
                break;
            }
            fields = merge(fields, said)?;
        }
        Ok(fields)
    }
}

/// Reads the sidecar of a drop, if there is one.
///
/// # Errors
///
/// Fails with [`Error::Table`] if it can't be understood or says what it may not.
pub fn of(root: &IntakeRoot, drop: &DropPath) -> Result<Option<Fields>, Error> {
    for end in SIDECARS {
        let name = [drop.file_name(), end.as_bytes()].concat();
        // No file has so long a name.
        if name.len() > super::receipt::MAX_NAME_BYTES {
            continue;
        }
        if let Some(bytes) = read(root, &drop.sibling(&name), MAX_SIDECAR_BYTES)? {
            return parse(&bytes).map(Some);
        }
    }
    Ok(None)
}

/// Reads a sidecar's bytes: lines of `key = "value"` or `key: value`.
///
/// # Errors
///
/// Fails with [`Error::Table`].
pub fn parse(bytes: &[u8]) -> Result<Fields, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = str::from_utf8(bytes).map_err(|_| Error::Table { line: 1 })?;
    let mut seen = BTreeSet::new();
    let mut fields = Fields::default();
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.split('#').next().unwrap_or_default().trim();
        if text.is_empty() || text == "---" {
            continue;
        }
        let wrong = || Error::Table { line };
        let (key, value) = text.split_once(['=', ':']).ok_or_else(wrong)?;
        let key = key.trim().to_ascii_lowercase();
        let value = value.trim().trim_matches(['"', '\'']);
        set(&mut fields, &key, value).ok_or_else(wrong)?;
        if !seen.insert(key) {
            return Err(wrong());
        }
    }
    Ok(fields)
}

/// Joins what two places say; they may not contradict each other.
pub(super) fn merge(one: Fields, other: &Fields) -> Result<Fields, Error> {
    fn both<T: Clone + PartialEq>(one: Option<T>, other: Option<&T>) -> Result<Option<T>, Error> {
        match (one, other) {
            (Some(one), Some(other)) if one != *other => Err(Error::Contradiction),
            (Some(one), _) => Ok(Some(one)),
            (None, other) => Ok(other.cloned()),
        }
    }
    Ok(Fields {
        group: both(one.group, other.group.as_ref())?,
        role: both(one.role, other.role.as_ref())?,
        wave: both(one.wave, other.wave.as_ref())?,
        activity: both(one.activity, other.activity.as_ref())?,
    })
}

fn set(fields: &mut Fields, key: &str, value: &str) -> Option<()> {
    let upper = value.to_ascii_uppercase();
    match key {
        "group" => fields.group = Some(upper.parse().ok()?),
        "role" => fields.role = Some(upper.parse().ok()?),
        "wave" => fields.wave = Some(upper.parse().ok()?),
        "activity" => fields.activity = Some(Activity::from_folder(value)?),
        _ => return None,
    }
    Some(())
}

/// macOS writes file names decomposed.
fn normal(name: &str) -> String {
    name.nfc().collect()
}

fn read(root: &IntakeRoot, path: &DropPath, limit: u64) -> Result<Option<Vec<u8>>, Error> {
    let fd = match root.open_beneath(path, OFlags::RDONLY) {
        Ok(fd) => fd,
        Err(Error::Vanished) => return Ok(None),
        Err(error) => return Err(error),
    };
    read_bounded(File::from(fd), limit).map(Some)
}

/// The whole of a plain file, if it is not too long.
pub(super) fn read_bounded(file: File, limit: u64) -> Result<Vec<u8>, Error> {
    if !file.metadata()?.is_file() {
        return Err(Error::Special);
    }
    let mut bytes = Vec::new();
    let read = file.take(limit + 1).read_to_end(&mut bytes)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > limit {
        return Err(Error::TooLarge { bytes: limit + 1, limit });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sidecar_says_where_and_nothing_else() {
        let fields =
            parse("# ours\ngroup = \"d03\"\nrole: PIR\nwave: 'W2'\n\nactivity = interview\n".as_bytes())
                .unwrap();
        assert_eq!(fields.group, "D03".parse().ok());
        assert_eq!(fields.activity, Some(Activity::Interview));
        for (bad, line) in [
            ("consent = true", 1),
            ("group: D03\ngate: automatic", 2),
            ("release = yes", 1),
            ("group", 1),
            ("group: D03\ngroup: D04", 2),
            ("activity: chat", 1),
        ] {
            assert!(matches!(parse(bad.as_bytes()), Err(Error::Table { line: at }) if at == line), "{bad}");
        }
        assert!(parse(b"\xff").is_err());
    }

    #[test]
    fn a_register_speaks_of_composed_and_decomposed_names_alike() {
        let register =
            Register::parse("file,group,role,wave,activity\nCafé.txt,D01,PSW,W1,interview\n".as_bytes())
                .unwrap();
        assert_eq!(register.of("Cafe\u{301}.txt".as_bytes()).unwrap().group, "D01".parse().ok());
        assert_eq!(register.of(b"other.txt").unwrap(), Fields::default());
        assert_eq!(register.of(b"\xff").unwrap(), Fields::default());
    }

    #[test]
    fn a_register_that_is_wrong_says_the_line() {
        for (bad, line) in [
            ("name,group,role,wave,activity\n", 1),
            ("file,group,role,wave,activity\na,D01,PSW,W1\n", 2),
            ("file,group,role,wave,activity\na,D01,PSW,W1,interview\nb,D 1,PSW,W1,interview\n", 3),
        ] {
            let error = Register::parse(bad.as_bytes()).unwrap_err();
            assert!(matches!(error, Error::Table { line: at } if at == line), "{bad}: {error}");
        }
        let twice = "file,group,role,wave,activity\na,D01,PSW,W1,interview\na,D02,PSW,W1,interview\n";
        assert!(matches!(Register::parse(twice.as_bytes()).unwrap().of(b"a"), Err(Error::Contradiction)));
    }
}
