//! What all files together tell of one participant: in the raw files, and in what is left of them.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use super::{Counted, FileKey, MAX_COMBINED, Part, Remains};
use crate::{
    entity::EntityType,
    id::{Code, Digest},
    ledger::{
        Attribute, Weight,
        share::{Asked, Shares, Source},
    },
    roster::Person,
};

/// One value, or what is left of some.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) kind: EntityType,
    pub(super) remains: Remains,
    /// It, and the rungs above it.
    chain: Vec<Digest>,
    pub(super) values: BTreeSet<Digest>,
    pub(super) files: BTreeSet<FileKey>,
    pub(super) released: BTreeSet<FileKey>,
    pub(super) own: bool,
    pub(super) share: f64,
    pub(super) source: Source,
}

/// Values of which nothing is left.
#[derive(Clone, Debug, Default)]
pub(super) struct Gone {
    pub(super) values: BTreeSet<Digest>,
    pub(super) files: BTreeSet<FileKey>,
    pub(super) released: BTreeSet<FileKey>,
    pub(super) own: bool,
}

/// One participant.
#[derive(Debug)]
pub(super) struct Profile<'p> {
    pub(super) code: &'p Code,
    pub(super) person: Option<&'p Person>,
    pub(super) files: usize,
    /// As it was said.
    pub(super) raw: BTreeMap<(EntityType, Digest), Known>,
    /// As it is left.
    pub(super) left: BTreeMap<(EntityType, Digest), Known>,
    pub(super) gone: BTreeMap<EntityType, Gone>,
    pub(super) doubtful: usize,
    /// Everything that is told of them for sure, rungs above included: raw, and left.
    sure: [BTreeSet<(EntityType, Digest)>; 2],
}

impl<'p> Profile<'p> {
    pub(super) fn of(
        code: &'p Code,
        person: Option<&'p Person>,
        told: &[(Counted, &Attribute)],
        shares: &Shares,
    ) -> Self {
        let mut it = Self {
            code,
            person,
            files: told.iter().map(|it| &it.0.file).collect::<BTreeSet<_>>().len(),
            raw: BTreeMap::new(),
            left: BTreeMap::new(),
            gone: BTreeMap::new(),
            doubtful: 0,
            sure: [BTreeSet::new(), BTreeSet::new()],
        };
        // What a reviewer took out was one after all, and so is what is beyond doubt in another file.
        let sure = told.iter().filter(|(_, it)| !it.doubtful || !it.standing);
        let sure: BTreeSet<_> = sure.map(|(_, it)| (it.kind, it.value)).collect();
        let mut doubtful = BTreeSet::new();
        for (item, attribute) in told {
            if sure.contains(&(attribute.kind, attribute.value)) {
                it.add(item, attribute, shares);
            } else {
                doubtful.insert((attribute.kind, attribute.value));
            }
        }
        it.doubtful = doubtful.len();
        it
    }

    fn add(&mut self, item: &Counted, attribute: &Attribute, shares: &Shares) {
        let whole = std::iter::once(attribute.value).chain(attribute.rungs.iter().copied());
        let raw = Known::new(attribute, whole.collect(), Remains::Whole, item, shares);
        let left = match &attribute.wider {
            _ if attribute.standing => Some(raw.clone()),
            Some(it) => {
                let chain = std::iter::once(it.digest).chain(it.above.iter().copied()).collect();
                Some(Known::new(attribute, chain, Remains::Wider(it.name.clone()), item, shares))
            }
            None => None,
        };
        if let Some(left) = left {
            self.note(left, false);
        } else {
            let gone = self.gone.entry(attribute.kind).or_default();
            gone.values.insert(attribute.value);
            gone.files.insert(item.file.clone());
            if item.released {
                gone.released.insert(item.file.clone());
            }
            gone.own |= attribute.weight == Weight::Own;
        }
        self.note(raw, true);
    }

    fn note(&mut self, known: Known, raw: bool) {
        if known.own
            && let Some(sure) = self.sure.get_mut(usize::from(!raw))
        {
            sure.extend(known.chain.iter().map(|it| (known.kind, *it)));
        }
        let place = if raw { &mut self.raw } else { &mut self.left };
        let Some(digest) = known.chain.first().copied() else { return };
        place.entry((known.kind, digest)).and_modify(|it| it.join(&known)).or_insert(known);
    }

    /// Whether something is told of this participant too, beyond doubt. Who is only told of it in joint talk by somebody
    /// unknown does not hide anybody.
    pub(super) fn has(&self, known: &Known, raw: bool) -> bool {
        let sure = self.sure.get(usize::from(!raw));
        known.chain.first().is_some_and(|it| sure.is_some_and(|sure| sure.contains(&(known.kind, *it))))
    }
}

impl Known {
    fn new(
        attribute: &Attribute,
        chain: Vec<Digest>,
        remains: Remains,
        item: &Counted,
        shares: &Shares,
    ) -> Self {
        let wider = if let Remains::Wider(name) = &remains { Some(name.as_str()) } else { None };
        let asked = Asked { kind: attribute.kind, chain: &chain, wider, handed_in: item.year };
        let (share, source) = shares.get(asked);
        Self {
            kind: attribute.kind,
            chain,
            values: BTreeSet::from([attribute.value]),
            files: BTreeSet::from([item.file.clone()]),
            released: item.released.then(|| item.file.clone()).into_iter().collect(),
            own: attribute.weight == Weight::Own,
            share,
            source,
            remains,
        }
    }

    /// The same once more. Where one copy has it whole and another as the rung above something else, it has a name.
    fn join(&mut self, other: &Self) {
        if self.remains == Remains::Whole {
            self.remains.clone_from(&other.remains);
        }
        if other.chain.len() > self.chain.len() {
            self.chain.clone_from(&other.chain);
        }
        if other.share < self.share {
            (self.share, self.source) = (other.share, other.source);
        }
        self.values.extend(&other.values);
        self.files.extend(other.files.iter().cloned());
        self.released.extend(other.released.iter().cloned());
        self.own |= other.own;
    }

    pub(super) fn part(&self, code: &Code) -> Part {
        Part {
            code: code.clone(),
            kind: self.kind,
            remains: self.remains.clone(),
            own: self.own,
            has_above: self.chain.len() > 1,
        }
    }
}

/// The rarer of two first; of two as rare, what is told for sure.
pub(super) fn rarer(a: &Known, b: &Known) -> Ordering {
    a.share.total_cmp(&b.share).then(b.own.cmp(&a.own)).then(a.kind.cmp(&b.kind))
}

/// The rarest attributes of different kinds. Two of one kind, such as a street and its district, say little more
/// than one.
pub(super) fn rarest<'k>(known: impl Iterator<Item = &'k Known>) -> Vec<&'k Known> {
    let mut known: Vec<_> = known.filter(|it| it.share < 1.0).collect();
    known.sort_by(|a, b| rarer(a, b));
    let mut kinds = BTreeSet::new();
    known.retain(|it| kinds.insert(it.kind));
    known.truncate(MAX_COMBINED);
    known
}
