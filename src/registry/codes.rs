//! Which number a name has. The same name in the same scope has the same for ever; two people never share one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Error, Registry, Scope, code};
use crate::{
    entity::EntityType,
    roster::{name_key::Purpose, variants},
    transform::{CodeTable, Mention, Mentions, Who},
    view::is_han,
};

/// What a name is registered for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Entry {
    /// Its own number.
    Own(u32),
    /// Its own number, which it shares with the same name in another writing.
    Paired(u32),
    /// That of the only fuller name that it has been short for.
    Short(u32),
    /// It has been short for two people's names: the next who bears it alone gets a number of their own.
    Ambiguous,
}

impl Entry {
    const fn own(self) -> Option<u32> {
        match self {
            Self::Own(n) | Self::Paired(n) => Some(n),
            Self::Short(_) | Self::Ambiguous => None,
        }
    }
}

/// Where names of a kind are looked up.
#[derive(Clone, Copy)]
pub(super) struct List<'s> {
    pub(super) scope: &'s Scope,
    pub(super) entity: EntityType,
}

impl Registry {
    pub(super) fn code_tables(&self, batch: &[(&Scope, &Mentions)]) -> Result<Vec<CodeTable>, Error> {
        for (scope, _) in batch {
            self.write_known(scope)?;
        }
        batch.iter().map(|(scope, mentions)| self.code_table(scope, mentions)).collect()
    }

    fn code_table(&self, scope: &Scope, mentions: &Mentions) -> Result<CodeTable, Error> {
        let all = &mentions.list;
        let mut codes: BTreeMap<usize, String> = BTreeMap::new();
        for (n, mention) in all.iter().enumerate() {
            let first = mention.same_as.unwrap_or(n);
            if codes.contains_key(&first) {
                continue;
            }
            let Some(one) = all.get(first) else { continue };
            let others = all.iter().enumerate().filter(|(_, it)| it.same_as == Some(first)).collect();
            self.codes_of(scope, (first, one), others, &mut codes)?;
        }
        let (mut findings, mut labels) = (Vec::new(), Vec::new());
        for (n, mention) in all.iter().enumerate() {
            let Some(code) = codes.get(&n) else { continue };
            findings.extend(mention.findings.iter().map(|n| (*n, code.clone())));
            labels.extend(mention.labels.iter().map(|n| (*n, code.clone())));
        }
        // All at once: a map that grows in order takes twice the room.
        let (findings, labels) = (findings.into_iter().collect(), labels.into_iter().collect());
        Ok(CodeTable { findings, labels, surrogates: BTreeMap::new() })
    }

    /// The codes of a mention and of those that are the same name in other writings.
    fn codes_of(
        &self,
        scope: &Scope,
        (at, first): (usize, &Mention),
        others: Vec<(usize, &Mention)>,
        codes: &mut BTreeMap<usize, String>,
    ) -> Result<(), Error> {
        let list = List { scope, entity: first.entity };
        let name = match &first.who {
            Who::Rostered(code) => {
                codes.insert(at, code.to_string());
                return Ok(());
            }
            Who::Named(name) => name,
        };
        let named = |it: (usize, &Mention)| match &it.1.who {
            // EXPOSE: digested under the name key.
            Who::Named(name) => Some((it.0, name.expose().clone())),
            Who::Rostered(_) => None,
        };
        let others: Vec<(usize, zeroize::Zeroizing<String>)> =
            others.into_iter().filter_map(named).map(|(n, it)| (n, it.into())).collect();
        let writings: Vec<&str> = others.iter().map(|it| it.1.as_str()).collect();
        // EXPOSE: digested under the name key.
        let also: Vec<&str> = first.also.iter().map(|it| it.expose().as_str()).collect();
        // EXPOSE: as above.
        let number = self.number(list, name.expose(), &also, &writings, None)?;
        codes.insert(at, code(first.entity, number));
        for (n, writing) in &others {
            // EXPOSE: as above.
            let number = self.number_of_writing(list, writing, (name.expose(), number), &writings)?;
            codes.insert(*n, code(first.entity, number));
        }
        Ok(())
    }

    /// The number of a name that a reviewer marked: the registered one, or else `reserved`, or else the next.
    pub(super) fn marked(
        &self,
        scope: &Scope,
        entity: EntityType,
        name: &str,
        reserved: Option<u32>,
    ) -> Result<u32, Error> {
        self.number(List { scope, entity }, name, &[], &[], reserved)
    }

    /// The number of a name: the registered one, or else that of one of its other writings, or else `reserved`, or
    /// else the next.
    fn number(
        &self,
        list: List<'_>,
        name: &str,
        also: &[&str],
        writings: &[&str],
        reserved: Option<u32>,
    ) -> Result<u32, Error> {
        let number = match self.entry(list, name)? {
            Some(Entry::Own(n) | Entry::Paired(n)) => n,
            // A fuller name that has been somebody's short form is not taken for theirs.
            Some(Entry::Short(n)) if also.is_empty() => n,
            Some(Entry::Short(_) | Entry::Ambiguous) | None => {
                let known = match self.rewritten(list, name)? {
                    Some(entry) => Some(entry),
                    None => self.unpaired(list, writings)?.map(Entry::Paired),
                };
                let entry = match (known, reserved) {
                    (Some(it), _) => it,
                    (None, Some(n)) => Entry::Own(n),
                    (None, None) => Entry::Own(self.next(&list.scope.study, list.entity)?),
                };
                self.enter(list, name, entry)?;
                let number = entry.own().ok_or(Error::Row)?;
                self.note_alike(list, name, number)?;
                number
            }
        };
        for short in also {
            match self.entry(list, short)? {
                None => self.enter(list, short, Entry::Short(number))?,
                Some(Entry::Short(n)) if n != number => self.enter(list, short, Entry::Ambiguous)?,
                Some(Entry::Own(_) | Entry::Paired(_) | Entry::Short(_) | Entry::Ambiguous) => {}
            }
        }
        Ok(number)
    }

    /// The number of what an item has as another writing of a name: its own, if it has one, for a name keeps its
    /// number; or else that of the name, unless that is somebody's in another writing already.
    fn number_of_writing(
        &self,
        list: List<'_>,
        writing: &str,
        (name, number): (&str, u32),
        writings: &[&str],
    ) -> Result<u32, Error> {
        if let Some(n) = self.own_number(list, writing)? {
            if n == number {
                self.enter(list, writing, Entry::Paired(n))?;
                self.enter(list, name, Entry::Paired(n))?;
            }
            return Ok(n);
        }
        let paired = self.entry(list, name)? == Some(Entry::Paired(number));
        let mut known = false;
        for it in writings.iter().filter(|it| **it != writing) {
            known = known || self.entry(list, it)? == Some(Entry::Paired(number));
        }
        // Two spellings, of which one is known to be another's: in doubt two numbers.
        if paired && !known {
            let n = self.next(&list.scope.study, list.entity)?;
            self.enter(list, writing, Entry::Own(n))?;
            self.note_alike(list, writing, n)?;
            return Ok(n);
        }
        self.enter(list, writing, Entry::Paired(number))?;
        self.enter(list, name, Entry::Paired(number))?;
        self.note_alike(list, writing, number)?;
        Ok(number)
    }

    /// What a name is registered for in simplified or traditional characters.
    fn rewritten(&self, list: List<'_>, name: &str) -> Result<Option<Entry>, Error> {
        if list.entity != EntityType::Person || !name.chars().all(is_han) {
            return Ok(None);
        }
        for variant in variants::of(name) {
            if let Some(entry) = self.entry(list, &variant)?.filter(|it| it.own().is_some()) {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// The number of the writings that have one, if it is one and nobody else's.
    fn unpaired(&self, list: List<'_>, writings: &[&str]) -> Result<Option<u32>, Error> {
        let mut numbers = BTreeSet::new();
        for it in writings {
            match self.entry(list, it)? {
                Some(Entry::Own(n)) => drop(numbers.insert(n)),
                Some(Entry::Paired(_)) => return Ok(None),
                Some(Entry::Short(_) | Entry::Ambiguous) | None => {}
            }
        }
        Ok(numbers.pop_first().filter(|_| numbers.is_empty()))
    }

    /// The number that a name has by itself.
    pub(super) fn own_number(&self, list: List<'_>, name: &str) -> Result<Option<u32>, Error> {
        Ok(self.entry(list, name)?.and_then(Entry::own))
    }

    fn entry(&self, list: List<'_>, name: &str) -> Result<Option<Entry>, Error> {
        self.get_json(&["code", list.scope.study.as_str()], &[&self.place_of(list, name)])
    }

    fn enter(&self, list: List<'_>, name: &str, entry: Entry) -> Result<(), Error> {
        self.put_json(&["code", list.scope.study.as_str()], &[&self.place_of(list, name)], &entry)
    }

    fn place_of(&self, List { scope, entity }: List<'_>, name: &str) -> String {
        // A person is found by name within the group only; numbers are the study's, so no two people share one.
        let group = if entity == EntityType::Person { scope.group.as_str() } else { "" };
        let study = scope.study.as_str();
        self.names.digest(Purpose::Code, &[study, group, entity.name(), name]).to_string()
    }
}
