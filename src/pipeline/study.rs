//! A study as the line uses it: settings, roster and rules, read once and pinned by their digests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

use super::{Error, judge::Unread};
use crate::{
    audit::entry::Pins,
    catalog::Facts,
    config::{PackRef, Participant, StaffId, Station, Study},
    detect::Model,
    durable,
    entity::EntityType,
    id::{Digest, GroupId, Handle, StudyId},
    intake::place::People,
    item::Profile,
    keys::{Credentials, Recipient, Steward, SymmetricKey, VerifyingKey},
    plugin::Chosen,
    registry::{self, Decision, Registry},
    roster::{Person, Roster, matcher::Matcher, name_key::NameKey},
    rules::{Dictionary, Engine, PackSource},
    transform::{Known, Markers, Policy, kin::KinWords, typed::TypedCodes},
    worker::{Leash, Setup, Worker},
};

/// One study, ready to work.
#[derive(Debug)]
pub(super) struct StudyLine {
    pub(super) settings: Study,
    pub(super) roster: Roster,
    pub(super) people: People,
    pub(super) matcher: Arc<Matcher>,
    pub(super) handle: Handle,
    pub(super) pins: Pins,
    pub(super) setup: Arc<Setup>,
    /// Those that have nothing to do.
    pub(super) workers: Vec<Worker>,
    pub(super) unread: Unread,
    pub(super) stewards: Vec<Recipient>,
    pub(super) reviewers: BTreeMap<StaffId, VerifyingKey>,
    /// One name for each rung of a ladder.
    pub(super) rungs: Arc<BTreeMap<String, String>>,
    /// The rung above each one.
    pub(super) above: Arc<BTreeMap<String, String>>,
    /// The codes and groups of its people, as somebody may type them.
    pub(super) typed: TypedCodes,
    /// Words of kinship.
    pub(super) kin: KinWords,
    /// What is a word, and no name by itself.
    pub(super) words: Dictionary,
    /// What reviewers have decided about strings met before.
    pub(super) decisions: BTreeMap<Digest, Decision>,
}

/// Reads a study's sealed roster.
///
/// # Errors
///
/// Fails if the file is missing, sealed under another key or for another study, or not a roster.
pub fn open_roster(key: &SymmetricKey, study: &StudyId, path: &Path) -> Result<Roster, Error> {
    let sealed = fs::read(path).map_err(durable::Error::from)?;
    let csv = registry::open_roster(key, study, &sealed)?;
    // EXPOSE: parsed into a roster, whose errors quote no cell.
    Ok(Roster::from_csv(csv.expose())?)
}

/// Those who take part, as folders see them: once for each of their groups.
#[must_use]
pub fn participants(roster: &Roster) -> Vec<Participant> {
    roster
        .people()
        .iter()
        .flat_map(|it| {
            let of = |group: &GroupId| Participant {
                group: group.clone(),
                role: it.role().clone(),
                code: it.code().clone(),
            };
            it.groups().iter().map(of)
        })
        .collect()
}

impl StudyLine {
    pub(super) fn open(
        station: &Station,
        settings: &Study,
        credentials: &Credentials,
        names: &NameKey,
        registry: &mut Registry,
        binary: &Path,
        leash: &Leash,
    ) -> Result<Self, Error> {
        let roster = open_roster(&credentials.roster, &settings.id, &settings.roster)?;
        roster.check_codes(registry.counter(&settings.id, EntityType::Person)?)?;
        let packs = settings.packs.iter().map(pack).collect::<Result<Vec<_>, _>>()?;
        // Compiled here too, so that a pack that does not hold stops the daemon with its file and line.
        let engine = Engine::compile(&packs, &settings.languages)?;
        let finder = Chosen::read(&settings.names.finder)?;
        let aliases = roster.alias_table();
        let matcher = Arc::new(Matcher::new(&aliases)?);
        let mut stewards = Vec::new();
        let mut reviewers = BTreeMap::new();
        for id in &settings.stewards {
            let text = fs::read_to_string(station.directories.steward(id)).map_err(durable::Error::from)?;
            let steward = Steward::from_text(&text)?;
            stewards.push(steward.recipient);
            reviewers.insert(id.clone(), steward.verifying_key);
        }
        Ok(Self {
            people: People::new(&participants(&roster), BTreeSet::new()),
            handle: registry.study_handle(&settings.id)?,
            pins: Pins {
                rules: engine.digest(),
                roster: roster.digest(names),
                model: Model::digest_of(&finder),
            },
            setup: Arc::new(Setup {
                packs,
                aliases,
                languages: settings.languages.clone(),
                bars: settings.names.bars,
                finder,
            }),
            workers: (0..station.limits.workers.max(1))
                .map(|_| Worker::new(binary.to_owned(), leash.clone()))
                .collect(),
            unread: Unread::default(),
            rungs: engine.rung_names(),
            above: engine.rungs_above(),
            typed: typed_codes(&roster)?,
            kin: KinWords::new(engine.kin()).map_err(|_| too_many())?,
            words: engine.dictionary().clone(),
            settings: settings.clone(),
            decisions: registry.decisions(&settings.id)?,
            roster,
            matcher,
            stewards,
            reviewers,
        })
    }

    /// Whether all whose words an item holds agree that it goes to these readers.
    pub(super) fn allows(&self, facts: &Facts, profile: Profile) -> bool {
        facts.place.as_ref().is_some_and(|it| {
            self.roster.allows(&it.voice, it.activity, profile)
                && self.roster.all_allow(&facts.guests, it.activity, profile)
        })
    }

    /// The markers that can stand in an item of this study. `numbers` are those that the registry has handed
    /// out, `rungs` and `surrogates` the digests that were kept of the item.
    pub(super) fn markers(
        &self,
        numbers: BTreeMap<EntityType, u32>,
        policy: &Policy,
        names: &NameKey,
        rungs: BTreeSet<Digest>,
        surrogates: Vec<Known>,
    ) -> Markers {
        let codes = self.roster.people().iter().map(|it| it.code().to_string()).collect();
        Markers { codes, numbers, policy: policy.clone(), names: names.share(), rungs, surrogates }
    }
}

fn typed_codes(roster: &Roster) -> Result<TypedCodes, Error> {
    let people = roster.people();
    let groups = people.iter().flat_map(Person::groups).map(GroupId::as_str);
    TypedCodes::new(people.iter().map(|it| it.code().as_str()), groups).map_err(|_| too_many())
}

/// More words than an automaton holds.
const fn too_many() -> Error {
    Error::Verify(crate::verify::Error::GateTooLarge)
}

/// The strings that reviewers let stand, of those that they have decided about.
pub(super) fn kept(decisions: &BTreeMap<Digest, Decision>) -> BTreeSet<Digest> {
    decisions.iter().filter(|(_, it)| **it == Decision::Keep).map(|(digest, _)| *digest).collect()
}

/// The stewards of all studies, each once.
pub(super) fn stewards<'s>(studies: impl IntoIterator<Item = &'s StudyLine>) -> Vec<Recipient> {
    let mut stewards: Vec<_> = studies.into_iter().flat_map(|it| it.stewards.clone()).collect();
    stewards.sort_by_key(ToString::to_string);
    stewards.dedup();
    stewards
}

fn pack(pack: &PackRef) -> Result<PackSource, Error> {
    match pack {
        PackRef::BuiltIn(name) => PackSource::built_in(name).ok_or(Error::NoPack),
        PackRef::Directory(path) => Ok(PackSource::from_directory(path)?),
    }
}
