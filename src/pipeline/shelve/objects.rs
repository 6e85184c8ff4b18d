//! What the objects of one item need, and writing those that lie in memory. Asks nothing of the line, so that
//! many are written at once.

use std::path::Path;

use serde::Serialize;

use super::super::{
    Error, json,
    judge::{Clear, Fate, Hold},
};
use crate::{
    catalog::Facts,
    id::{Digest, StudyId},
    intake::Claimed,
    item::Profile,
    release::{self, StagedDraft},
    review::Source,
    seal::{self, Pending, RawParts, Spec, Store},
    secret::Sensitive,
    transform::CodeTable,
    verify::Deidentified,
};

/// The `report` member of a raw object: what was found, by offsets, and what took its place.
#[derive(Serialize)]
struct Report<'a> {
    rules: Option<Digest>,
    roster: Option<Digest>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<Digest>,
    scan: Option<&'a crate::detect::Scan>,
    codes: Option<&'a CodeTable>,
}

/// An item of which all is known that its objects need.
pub(super) struct Planned {
    pub(super) claimed: Claimed,
    pub(super) study: StudyId,
    pub(super) facts: Facts,
    pub(super) meta: Sensitive<Vec<u8>>,
    /// Of the raw object, and of the de-identified one after it.
    pub(super) specs: Vec<Spec>,
    pub(super) fate: Fate,
}

/// An item whose objects are written, if they can be without the line.
pub(super) struct Laid {
    pub(super) claimed: Claimed,
    pub(super) study: StudyId,
    pub(super) facts: Facts,
    pub(super) meta: Sensitive<Vec<u8>>,
    pub(super) specs: Vec<Spec>,
    pub(super) written: Objects,
}

pub(super) enum Objects {
    Clear(Box<(Pending<seal::Original>, Pending<Deidentified>, StagedDraft, Clear)>),
    Hold(Box<(Pending<seal::Original>, Hold)>),
    Keep(Box<Pending<seal::Original>>),
    Stream,
    Quarantine,
}

/// An item whose objects could not be written, and why.
pub(super) struct Unlaid {
    pub(super) claimed: Claimed,
    pub(super) study: StudyId,
    pub(super) facts: Facts,
    pub(super) error: Error,
}

impl Planned {
    /// Seals what lies in memory.
    pub(super) fn write(self, store: &Store, outbox: &Path) -> Result<Laid, Box<Unlaid>> {
        let Self { claimed, study, facts, meta, specs, fate } = self;
        match Objects::write(fate, (&claimed, &facts, &meta, &specs), store, outbox) {
            Ok(written) => Ok(Laid { claimed, study, facts, meta, specs, written }),
            Err(error) => Err(Box::new(Unlaid { claimed, study, facts, error })),
        }
    }
}

impl Objects {
    fn write(
        fate: Fate,
        of: (&Claimed, &Facts, &Sensitive<Vec<u8>>, &[Spec]),
        store: &Store,
        outbox: &Path,
    ) -> Result<Self, Error> {
        let (claimed, facts, meta, specs) = of;
        let extension = claimed.path().extension().unwrap_or_default();
        let raw = |bytes: &[u8], report: &[u8]| {
            let spec = specs.first().ok_or(Error::Report)?;
            // EXPOSE: into the object.
            Ok::<_, Error>(
                store.raw(spec, RawParts { extension: &extension, bytes, report, meta: meta.expose() })?,
            )
        };
        let report = |source: &Source, codes: &CodeTable| {
            json(&Report {
                rules: facts.rules,
                roster: facts.roster,
                model: facts.model,
                scan: Some(source.scan()),
                codes: Some(codes),
            })
        };
        Ok(match fate {
            Fate::Clear(clear) => {
                let report = report(&clear.source, &clear.codes)?;
                // EXPOSE: into the object.
                let raw = raw(original(clear.bytes.as_ref(), &clear.source), report.expose())?;
                let spec = specs.get(1).ok_or(Error::Report)?;
                let pending = store.deidentified(spec, Profile::Team, &clear.transcript, &[])?;
                let staged = release::stage(&clear.transcript, outbox, Profile::Team)?;
                Self::Clear(Box::new((raw, pending, staged, *clear)))
            }
            Fate::Hold(hold) => {
                let report = report(&hold.source, &hold.codes)?;
                // EXPOSE: into the object.
                let raw = raw(original(hold.bytes.as_ref(), &hold.source), report.expose())?;
                Self::Hold(Box::new((raw, *hold)))
            }
            // EXPOSE: into the object.
            Fate::Keep(bytes) => Self::Keep(Box::new(raw(bytes.expose(), b"{}")?)),
            Fate::Stream => Self::Stream,
            Fate::Quarantine => Self::Quarantine,
        })
    }
}

/// The bytes of a drop.
pub(super) fn original<'b>(bytes: Option<&'b Sensitive<Vec<u8>>>, source: &'b Source) -> &'b [u8] {
    // EXPOSE: into the object, and into a salted hash whose salt is sealed.
    bytes.map_or_else(|| source.text().expose().as_bytes(), |it| it.expose())
}
