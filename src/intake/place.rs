//! Where a drop belongs, from its folder, its name, the register and its sidecar together. Pure.
//!
//! Whatever they say is joined; where they contradict each other, or something is missing or unknown,
//! the drop has no place and is held. Nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Error,
    scan::DropPath,
    sidecar::{self, Register},
};
use crate::{
    config::{Fields, Participant, StaffId, Study},
    id::{Code, GroupId, RoleId, Wave},
    item::{Activity, ItemKind, Place, Voice},
};

/// The folder and role of what a whole group said together.
pub const JOINT: &str = "JOINT";

/// The participants, for finding a place.
#[derive(Clone, Debug, Default)]
pub struct People {
    groups: BTreeMap<GroupId, Vec<(RoleId, Code)>>,
    withdrawn: BTreeSet<Code>,
}

impl People {
    /// From the roster's participants, and those who have withdrawn.
    #[must_use]
    pub fn new(participants: &[Participant], withdrawn: BTreeSet<Code>) -> Self {
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for it in participants {
            groups.entry(it.group.clone()).or_default().push((it.role.clone(), it.code.clone()));
        }
        groups.values_mut().for_each(|it| it.sort());
        Self { groups, withdrawn }
    }

    /// Who a role, a code or `JOINT` stands for in a group.
    fn voice(&self, group: &GroupId, role: &RoleId) -> Result<Voice, Error> {
        let members = self.groups.get(group).ok_or(Error::UnknownPlace)?;
        let codes: Vec<Code> = if role.as_str() == JOINT {
            let mut codes: Vec<_> = members.iter().map(|it| it.1.clone()).collect();
            codes.sort();
            codes
        } else {
            let named = |it: &&(RoleId, Code)| it.0 == *role || it.1.as_str() == role.as_str();
            members.iter().filter(named).map(|it| it.1.clone()).collect()
        };
        if codes.iter().any(|it| self.withdrawn.contains(it)) {
            return Err(Error::Withdrawn);
        }
        match codes.as_slice() {
            [] => Err(Error::UnknownPlace),
            [one] => Ok(Voice::One(one.clone())),
            // Several people in one role: the folder has to bear the code.
            _ if role.as_str() != JOINT => Err(Error::Unplaced),
            _ => Ok(Voice::Joint(codes)),
        }
    }
}

/// Finds a drop's place.
///
/// # Errors
///
/// Fails with [`Error::Unplaced`], [`Error::Contradiction`], [`Error::UnknownPlace`] (to be held) or with
/// [`Error::Withdrawn`] (to be left where it is).
pub fn resolve(
    drop: &DropPath,
    study: &Study,
    people: &People,
    register: &Register,
    sidecar: Option<&Fields>,
) -> Result<Place, Error> {
    let mut fields = folder(drop, study)?;
    if let Some(said) = pattern(drop, study) {
        fields = sidecar::merge(fields, &said)?;
    }
    fields = sidecar::merge(fields, &register.of(drop.file_name())?)?;
    if let Some(said) = sidecar {
        fields = sidecar::merge(fields, said)?;
    }
    let Fields { group: Some(group), role: Some(role), wave: Some(wave), activity: Some(activity) } = fields
    else {
        return Err(Error::Unplaced);
    };
    if !study.waves.is_empty() && !study.waves.contains(&wave) {
        return Err(Error::UnknownPlace);
    }
    let voice = people.voice(&group, &role)?;
    let kind = match activity.kind() {
        ItemKind::Transcript | ItemKind::Fieldnote if drop.is_media() => ItemKind::Recording,
        kind => kind,
    };
    Ok(Place { study: study.id.clone(), group, role, voice, wave, activity, kind })
}

/// Who handed a drop in, if the settings tell.
#[must_use]
pub fn submitter<'a>(drop: &DropPath, owner: u32, study: &'a Study) -> Option<&'a StaffId> {
    study.submitter(owner, personal(drop, study))
}

/// The personal folder, directly below the study's.
fn personal<'a>(drop: &'a DropPath, study: &Study) -> Option<&'a str> {
    let name = str::from_utf8(drop.folders().get(1)?).ok()?;
    study.submitters.folders.contains_key(name).then_some(name)
}

/// What the folders say: `D03/PIR/W2/interview/`, whatever lies deeper. Fewer are fine, others are not.
fn folder(drop: &DropPath, study: &Study) -> Result<Fields, Error> {
    let skipped = 1 + usize::from(personal(drop, study).is_some());
    let folders = drop.folders();
    let mut names = folders.iter().skip(skipped).map(|it| str::from_utf8(it).unwrap_or_default());
    let mut fields = Fields::default();
    let upper = |it: &str| it.to_ascii_uppercase();
    if let Some(name) = names.next() {
        fields.group = Some(upper(name).parse::<GroupId>().map_err(|_| Error::UnknownPlace)?);
    }
    if let Some(name) = names.next() {
        fields.role = Some(upper(name).parse::<RoleId>().map_err(|_| Error::UnknownPlace)?);
    }
    if let Some(name) = names.next() {
        fields.wave = Some(upper(name).parse::<Wave>().map_err(|_| Error::UnknownPlace)?);
    }
    if let Some(name) = names.next() {
        fields.activity = Some(Activity::from_folder(name).ok_or(Error::UnknownPlace)?);
    }
    Ok(fields)
}

/// What the name says without its endings.
fn pattern(drop: &DropPath, study: &Study) -> Option<Fields> {
    let name = str::from_utf8(drop.file_name()).ok()?;
    let stem = name.rsplit_once('.').map_or(name, |it| it.0);
    study.file_pattern.as_ref()?.read(stem)
}
