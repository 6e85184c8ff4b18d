//! The list of what is released, as analysts read it: `index.csv`, and `SHA256SUMS` for programs.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use super::{Destination, Error, Prepared};
use crate::{
    clock::Timestamp,
    config::Columns,
    durable,
    id::{Digest, GroupId, JobId, RoleId, StudyId, Wave},
    item::{Activity, Language, Profile},
    parse::{self, Hint},
    transcript::{Format, Raw, Transcript},
};

/// The file.
pub(super) const INDEX: &str = "index.csv";

/// One release.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The file's name.
    pub name: String,
    /// The study.
    pub study: StudyId,
    /// The group; withheld outside the team.
    pub group: Option<GroupId>,
    /// What the participant is, or `JOINT`.
    pub role: RoleId,
    /// The session; withheld from insiders.
    pub wave: Option<Wave>,
    /// What was going on.
    pub activity: Activity,
    /// In which language, where the session is out in several.
    #[serde(default)]
    pub language: Option<Language>,
    /// Which version.
    pub version: u32,
    /// In which format.
    pub format: Format,
    /// How many turns.
    pub turns: u32,
    /// How many bytes.
    pub bytes: u64,
    /// The SHA-256 of the released file.
    pub sha256: Digest,
    /// When it was released, RFC 3339 in UTC; for insiders the day alone.
    pub released_at: String,
    /// Where its release stands in the log.
    pub log_index: u64,
}

impl Row {
    pub(super) fn new(prepared: &Prepared, at: Timestamp, leaf: u64) -> Self {
        let Destination { place, profile, version, .. } = &prepared.destination;
        let (group, wave) = (place.group.clone(), place.wave.clone());
        Self {
            name: prepared.file_name(),
            study: place.study.clone(),
            group: (*profile == Profile::Team).then_some(group),
            role: place.role.clone(),
            wave: (*profile != Profile::InsiderSafe).then_some(wave),
            activity: place.activity,
            language: place.language,
            version: *version,
            format: prepared.format,
            turns: prepared.turns,
            bytes: prepared.bytes,
            sha256: prepared.released,
            released_at: match profile {
                Profile::Team | Profile::External => at.to_string(),
                Profile::InsiderSafe => at.date().to_string(),
            },
            log_index: leaf,
        }
    }

    /// The copy of this row, parsed.
    ///
    /// # Errors
    ///
    /// Fails if these bytes are none that we released.
    pub fn parse(&self, copy: &[u8]) -> Result<Transcript<Raw>, parse::Error> {
        let hint = Hint {
            columns: Columns::of_a_copy(),
            is_out: true,
            ..Hint::of(self.format.extension().to_owned(), self.activity.kind())
        };
        parse::parse(JobId::from_bytes([0; 16]), copy, &hint)
    }
}

/// The rows of a release directory by name; none if it has no list yet.
pub(super) fn read(dir: &Path) -> Result<BTreeMap<String, Row>, Error> {
    let bytes = match fs::read(dir.join(INDEX)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(durable::Error::from(error).into()),
    };
    let mut rows = BTreeMap::new();
    for (row, line) in csv::Reader::from_reader(bytes.as_slice()).into_deserialize::<Row>().zip(2..) {
        let row = row.map_err(|_| Error::Index(line))?;
        rows.insert(row.name.clone(), row);
    }
    Ok(rows)
}

/// The list as CSV.
pub(super) fn write(rows: &BTreeMap<String, Row>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows.values() {
        writer.serialize(row).map_err(|_| Error::Manifest)?;
    }
    writer.into_inner().map_err(|_| Error::Manifest)
}

/// The list for `sha256sum -c _proof/SHA256SUMS`, run in the release directory.
pub(super) fn sums(rows: &BTreeMap<String, Row>) -> String {
    let lines: Vec<_> = rows.values().map(|it| format!("{}  {}\n", it.sha256, it.name)).collect();
    lines.concat()
}
