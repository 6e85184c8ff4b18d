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
    item::{Activity, ItemKind, Language, Place, Voice},
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
        for members in groups.values_mut() {
            members.sort();
        }
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
    let (stem, language) = stem(drop, study);
    if let Some(said) = study.file_pattern.as_ref().and_then(|it| it.read(stem)) {
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
        kind @ (ItemKind::Transcript
        | ItemKind::Fieldnote
        | ItemKind::Recording
        | ItemKind::Consent
        | ItemKind::Demographics
        | ItemKind::Instrument) => kind,
    };
    // A recording is one, whoever writes it down in which language.
    let language = language.filter(|_| kind.is_parsed());
    Ok(Place { study: study.id.clone(), group, role, voice, wave, activity, kind, language })
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

/// The name without its ending and, where the study has language versions, without the language: `talk_yue.vtt`.
/// It is what all versions of a session share.
#[must_use]
pub fn stem<'d>(drop: &'d DropPath, study: &Study) -> (&'d str, Option<Language>) {
    let name = str::from_utf8(drop.file_name()).unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |it| it.0);
    let last = stem.rsplit_once(['_', '-', '.', ' ']).filter(|it| !it.0.is_empty());
    let language =
        |said: &str| study.language_versions.iter().copied().find(|it| it.name().eq_ignore_ascii_case(said));
    match last.and_then(|(stem, said)| Some((stem, language(said)?))) {
        Some((stem, language)) => (stem, Some(language)),
        None => (stem, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Station;

    const STUDY: &str = r#"
[study]
id = "S"
languages = ["en"]
roster = "roster.csv"
packs = ["core"]
stewards = ["first"]
waves = ["W1", "W2"]
file_pattern = "{group}_{role}_{wave}_{activity}"
[ethics]
approval = "1"
approval_until = 2029-12-31
[submitters.folders]
fw-2 = "helper-2"
[submitters.owners]
1001 = "helper-1"
"#;

    fn study() -> Study {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("studies/S")).unwrap();
        std::fs::write(dir.path().join("studies/S/study.toml"), STUDY).unwrap();
        std::fs::write(dir.path().join("vouchsafe.toml"), "[station]\nid = \"x\"\n").unwrap();
        Station::load(&dir.path().join("vouchsafe.toml"))
            .unwrap()
            .studies
            .remove(&"S".parse().unwrap())
            .unwrap()
    }

    fn people(withdrawn: &[&str]) -> People {
        let participants: Vec<_> = [
            ("D03", "PIR", "PIR-03"),
            ("D03", "PSW", "PSW-03"),
            ("F1", "PSW", "PSW-11"),
            ("F1", "PSW", "PSW-12"),
        ]
        .into_iter()
        .map(|(group, role, code)| Participant {
            group: group.parse().unwrap(),
            role: role.parse().unwrap(),
            code: code.parse().unwrap(),
        })
        .collect();
        People::new(&participants, withdrawn.iter().map(|it| it.parse().unwrap()).collect())
    }

    fn at(path: &str) -> DropPath {
        DropPath::new(path.as_bytes().to_vec())
    }

    fn found(path: &str) -> Result<Place, Error> {
        resolve(&at(path), &study(), &people(&[]), &Register::default(), None)
    }

    #[test]
    fn a_place_is_found_from_folders_and_names() {
        for (path, codes, slot, kind) in [
            ("S/D03/PIR/W2/interview/any name.txt", "PIR-03", "D03_PIR_W2_interview", ItemKind::Transcript),
            ("S/d03/pir/w2/Interview/x.txt", "PIR-03", "D03_PIR_W2_interview", ItemKind::Transcript),
            ("S/D03/JOINT/W1/session/x.vtt", "PIR-03 PSW-03", "D03_JOINT_W1_session", ItemKind::Transcript),
            ("S/D03/PIR/W2/interview/tape/x.MP3", "PIR-03", "D03_PIR_W2_interview", ItemKind::Recording),
            ("S/D03/PIR/W2/consent/x.mp4", "PIR-03", "D03_PIR_W2_consent", ItemKind::Consent),
            ("S/F1/PSW-12/W1/interview/x.txt", "PSW-12", "F1_PSW-12_W1_interview", ItemKind::Transcript),
            ("S/D03_PSW_W1_notes.md", "PSW-03", "D03_PSW_W1_notes", ItemKind::Fieldnote),
            ("S/D03/PIR/D03_PIR_W2_interview.txt", "PIR-03", "D03_PIR_W2_interview", ItemKind::Transcript),
            ("S/fw-2/D03/PIR/W2/interview/x.txt", "PIR-03", "D03_PIR_W2_interview", ItemKind::Transcript),
        ] {
            let place = found(path).unwrap();
            let said: Vec<_> = place.voice.codes().iter().map(Code::as_str).collect();
            assert_eq!(
                (said.join(" ").as_str(), place.slot().as_str(), place.kind),
                (codes, slot, kind),
                "{path}"
            );
        }
    }

    #[test]
    fn what_has_no_place_says_why() {
        use crate::fault::Fault;
        for (path, code) in [
            ("S/x.txt", "IN-14"),
            ("S/D03/PIR/W2/x.txt", "IN-14"),
            ("S/F1/PSW/W1/interview/x.txt", "IN-14"),
            ("S/D03/PIR/W2/interview/D03_PSW_W2_interview.txt", "IN-15"),
            ("S/D99/PIR/W2/interview/x.txt", "IN-16"),
            ("S/D03/XXX/W2/interview/x.txt", "IN-16"),
            ("S/D03/PIR/W9/interview/x.txt", "IN-16"),
            ("S/D03/PIR/W2/chat/x.txt", "IN-16"),
            ("S/chan/PIR/W2/interview/x.txt", "IN-16"),
            ("S/D 3/PIR/W2/interview/x.txt", "IN-16"),
        ] {
            assert_eq!(found(path).unwrap_err().code(), code, "{path}");
        }
    }

    #[test]
    fn a_register_and_a_sidecar_fill_what_the_folder_leaves_open() {
        let register = Register::parse(b"file,group,role,wave,activity\nx.txt,D03,PIR,W2,\n").unwrap();
        let sidecar = sidecar::parse(b"activity: interview").unwrap();
        let study = study();
        let place = resolve(&at("S/x.txt"), &study, &people(&[]), &register, Some(&sidecar)).unwrap();
        assert_eq!(place.slot(), "D03_PIR_W2_interview");
        let other = resolve(&at("S/D03/PSW/W2/interview/x.txt"), &study, &people(&[]), &register, None);
        assert!(matches!(other, Err(Error::Contradiction)));
    }

    #[test]
    fn who_has_withdrawn_is_refused_also_in_company() {
        for (path, refused) in [
            ("S/D03/PIR/W2/interview/x.txt", true),
            ("S/D03/JOINT/W2/session/x.txt", true),
            ("S/D03/PSW/W2/interview/x.txt", false),
        ] {
            let result = resolve(&at(path), &study(), &people(&["PIR-03"]), &Register::default(), None);
            assert_eq!(matches!(result, Err(Error::Withdrawn)), refused, "{path}");
        }
    }

    #[test]
    fn the_submitter_is_who_the_folder_or_the_owner_says() {
        let study = study();
        for (path, owner, want) in [
            ("S/fw-2/D03/PIR/W2/interview/x.txt", 1001, Some("helper-2")),
            ("S/D03/PIR/W2/interview/x.txt", 1001, Some("helper-1")),
            ("S/D03/PIR/W2/interview/x.txt", 1002, None),
            ("S/fw-2", 1002, None),
        ] {
            assert_eq!(submitter(&at(path), owner, &study).map(StaffId::as_str), want, "{path} {owner}");
        }
    }
}
