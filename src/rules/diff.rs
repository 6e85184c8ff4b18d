//! What differs between two sets of packs: rules key by key, lists term by term, what a site adds. Pure, and
//! compiles nothing: a pack that is being written need not hold its examples yet.
//!
//! Comments, the order of rules and lists, the folder that a rule lies in, `cases/` and a pack's version make no
//! difference: they find nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use toml::{Table, Value};

use super::{
    Error, PackSource, define,
    list::List,
    pack::{self, PackFile},
    schema,
};

/// All differences. Empty if one set finds what the other does.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PackDiff {
    /// Packs that one side lacks, or that were written for other languages.
    pub packs: Vec<PackChange>,
    /// Rules by id.
    pub rules: Vec<RuleChange>,
    /// Lists by name.
    pub lists: Vec<ListChange>,
    /// Overrides by rule, and allowed terms.
    pub site: Vec<RuleChange>,
}

impl PackDiff {
    /// Whether nothing differs.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.packs.is_empty() && self.rules.is_empty() && self.lists.is_empty() && self.site.is_empty()
    }
}

/// What became of something.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Became {
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// Both have it; the new side runs it no more.
    Retired,
    /// Both have it, and it says something else.
    Changed,
}

/// A pack.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PackChange {
    /// Its name.
    pub name: String,
    /// What became of it; changed: its languages.
    pub became: Became,
}

/// A rule, or an override of one, or an allowed term.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleChange {
    /// The rule's id; for an allowed term, the term.
    pub id: String,
    /// What became of it.
    pub became: Became,
    /// What is written in the keys that differ; of changed and retired rules only.
    pub keys: Vec<KeyChange>,
}

/// A key of a rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeyChange {
    /// `confidence`.
    pub key: String,
    /// What stood there, if anything did.
    pub old: Option<Value>,
    /// What stands there now.
    pub new: Option<Value>,
}

impl KeyChange {
    /// The values that only one side has; a value that is no array counts as an array of one.
    #[must_use]
    pub fn one_sided(&self) -> (Vec<&Value>, Vec<&Value>) {
        let (old, new) = (many(self.old.as_ref()), many(self.new.as_ref()));
        let gone = old.iter().filter(|it| !new.contains(it)).collect();
        let come = new.iter().filter(|it| !old.contains(it)).collect();
        (gone, come)
    }
}

/// A list.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ListChange {
    /// Its name: `areas`.
    pub name: String,
    /// What became of it.
    pub became: Became,
    /// Terms that only the new side has.
    pub added: Vec<String>,
    /// Terms that only the old side has.
    pub removed: Vec<String>,
    /// Terms with another ladder.
    pub ladders: Vec<String>,
}

/// Compares two sets of packs.
///
/// # Errors
///
/// Fails with the first file that is not of the right shape, and where a set has two rules or lists of one name.
pub fn diff(old: &[PackSource], new: &[PackSource]) -> Result<PackDiff, Error> {
    let (old, new) = (Set::read(old)?, Set::read(new)?);
    let packs = paired(&old.packs, &new.packs)
        .filter_map(|(name, old, new)| {
            let became = match (old, new) {
                (Some(old), Some(new)) if old == new => return None,
                (old, new) => became(old.is_some(), new.is_some()),
            };
            Some(PackChange { name: name.clone(), became })
        })
        .collect();
    Ok(PackDiff {
        packs,
        rules: tables(&old.rules, &new.rules),
        lists: paired(&old.lists, &new.lists).filter_map(|(name, old, new)| list(name, old, new)).collect(),
        site: tables(&old.site, &new.site),
    })
}

/// A set of packs, by name of what is in it.
#[derive(Default)]
struct Set {
    packs: BTreeMap<String, Vec<schema::Lang>>,
    rules: BTreeMap<String, Table>,
    lists: BTreeMap<String, PackFile>,
    site: BTreeMap<String, Table>,
}

impl Set {
    fn read(packs: &[PackSource]) -> Result<Self, Error> {
        let mut set = Self::default();
        for source in packs {
            for file in &source.files {
                let twice = |why| Error::Lint(source.place(&file.path, 0), why);
                let folder = file.path.split_once('/').map(|(folder, _)| folder);
                match folder {
                    None if file.path == pack::MANIFEST => {
                        let manifest: schema::PackFile = pack::parse(source, &file.path, file.text())?;
                        if set.packs.insert(source.name.clone(), manifest.languages).is_some() {
                            return Err(Error::Set("two packs have the same name"));
                        }
                    }
                    None | Some("cases") => {}
                    Some("lists") => {
                        let (name, list) = read_list(source, file)?;
                        if set.lists.insert(name, list).is_some() {
                            return Err(twice("there are two lists of that name"));
                        }
                    }
                    Some("site") => {
                        let _: schema::SiteFile = pack::parse(source, &file.path, file.text())?;
                        for (key, name) in [("override", "id"), ("allow", "term")] {
                            for it in entries(file.text(), key) {
                                set.site.insert(format!("{key} {}", text_of(&it, name)), it);
                            }
                        }
                    }
                    Some(_) => {
                        let _: schema::RuleFile = pack::parse(source, &file.path, file.text())?;
                        for it in rules(file.text()) {
                            if set.rules.insert(text_of(&it, "id"), it).is_some() {
                                return Err(twice("there are two rules of that id"));
                            }
                        }
                    }
                }
            }
        }
        Ok(set)
    }
}

/// A list's name and file, once it is known to be one.
fn read_list(source: &PackSource, file: &PackFile) -> Result<(String, PackFile), Error> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match List::read(name, &file.content) {
        Ok(_) => Ok((stem.to_owned(), file.clone())),
        Err(it) => Err(Error::List(source.place(&file.path, it.line()), it.why())),
    }
}

/// The rules of a file, with what its patterns name by definitions put in: a definition that changes, changes them.
fn rules(text: &str) -> Vec<Table> {
    let definitions: BTreeMap<String, String> = text
        .parse::<Table>()
        .ok()
        .and_then(|mut it| it.remove("define")?.try_into().ok())
        .unwrap_or_default();
    let mut all = entries(text, "rule");
    for it in all.iter_mut().filter_map(|it| it.get_mut("patterns")?.as_array_mut()).flatten() {
        if let Some(whole) = it.as_str().map(|it| define::put_in(it, &definitions)) {
            *it = Value::String(whole);
        }
    }
    all
}

/// The tables of an array of tables.
fn entries(text: &str, key: &str) -> Vec<Table> {
    match text.parse::<Table>().ok().and_then(|mut it| it.remove(key)) {
        Some(Value::Array(all)) => all.into_iter().filter_map(|it| it.try_into().ok()).collect(),
        Some(_) | None => Vec::new(),
    }
}

fn text_of(table: &Table, key: &str) -> String {
    table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Everything that either side has, in order of names.
fn paired<'s, T>(
    old: &'s BTreeMap<String, T>,
    new: &'s BTreeMap<String, T>,
) -> impl Iterator<Item = (&'s String, Option<&'s T>, Option<&'s T>)> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names.into_iter().map(|it| (it, old.get(it), new.get(it)))
}

const fn became(old: bool, new: bool) -> Became {
    match (old, new) {
        (false, _) => Became::Added,
        (true, false) => Became::Removed,
        (true, true) => Became::Changed,
    }
}

fn tables(old: &BTreeMap<String, Table>, new: &BTreeMap<String, Table>) -> Vec<RuleChange> {
    let changed = |(id, old, new): (&String, Option<&Table>, Option<&Table>)| {
        let mut became = became(old.is_some(), new.is_some());
        let mut keys = Vec::new();
        if let (Some(old), Some(new)) = (old, new) {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in names.into_iter().filter(|it| many(old.get(*it)) != many(new.get(*it))) {
                let (old, new) = (old.get(key).cloned(), new.get(key).cloned());
                if key == "status" && new.as_ref().and_then(Value::as_str) == Some("retired") {
                    became = Became::Retired;
                }
                keys.push(KeyChange { key: key.clone(), old, new });
            }
            if keys.is_empty() {
                return None;
            }
        }
        Some(RuleChange { id: id.clone(), became, keys })
    };
    paired(old, new).filter_map(changed).collect()
}

/// A value as an array: what may be written as one or as many means the same.
fn many(value: Option<&Value>) -> &[Value] {
    match value {
        None => &[],
        Some(Value::Array(all)) => all,
        Some(one) => std::slice::from_ref(one),
    }
}

/// The terms of a list, and what each is generalized to or weighs.
fn terms(file: Option<&PackFile>) -> BTreeMap<String, Vec<String>> {
    match file.and_then(|it| List::read(&it.path, &it.content).ok()) {
        Some(it @ List::Plain(_)) => {
            it.terms().iter().map(|it| (it.shown.clone(), it.ladder.to_vec())).collect()
        }
        Some(List::Compact(it)) => {
            it.terms().into_iter().map(|(term, weight)| (term, vec![weight.to_string()])).collect()
        }
        None => BTreeMap::new(),
    }
}

fn list(name: &str, old: Option<&PackFile>, new: Option<&PackFile>) -> Option<ListChange> {
    if old == new {
        return None;
    }
    let (before, after) = (terms(old), terms(new));
    let mut change = ListChange {
        name: name.to_owned(),
        became: became(old.is_some(), new.is_some()),
        added: Vec::new(),
        removed: Vec::new(),
        ladders: Vec::new(),
    };
    for (term, old, new) in paired(&before, &after) {
        let kind = match (old, new) {
            (None, _) => &mut change.added,
            (Some(_), None) => &mut change.removed,
            (Some(old), Some(new)) if old != new => &mut change.ladders,
            (Some(_), Some(_)) => continue,
        };
        kind.push(term.clone());
    }
    let same = change.added.is_empty() && change.removed.is_empty() && change.ladders.is_empty();
    (change.became != Became::Changed || !same).then_some(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(rules: &str, list: &str, site: &str) -> Vec<PackSource> {
        let manifest = "schema = 1\nname = \"own\"\nversion = \"1\"\ntitle = \"t\"\nlanguages = [\"any\"]\n\
            licence = \"l\"\n[files]\n";
        let list = format!("# source: own; licence: none\n{list}");
        let files = [
            ("PACK.toml", manifest),
            ("10-direct/a.toml", rules),
            ("lists/places.csv", list.as_str()),
            ("site/own.toml", site),
        ];
        let file = |(path, text): (&str, &str)| PackFile {
            path: path.to_owned(),
            content: pack::Content::Text(text.to_owned().into()),
        };
        vec![PackSource { name: "own".to_owned(), files: files.map(file).into() }]
    }

    fn rule(id: &str, rest: &str) -> String {
        format!(
            "[[rule]]\nid = \"{id}\"\ntitle = \"t\"\nentity = \"IDNUM\"\nclass = \"direct\"\nsince = \"1\"\n\
             lang = [\"any\"]\nwhy = \"w\"\nsource = \"s\"\n{rest}\n"
        )
    }

    const SITE: &str = "schema = 1\n";

    #[test]
    fn a_definition_that_changes_changes_the_rules_that_name_it() {
        let rules = |part: &str| {
            format!(
                "schema = 1\ndefine = {{ part = '{part}' }}\n{}",
                rule("a", "status = \"stable\"\npatterns = ['x<<part>>']")
            )
        };
        let (old, new) = (pack(&rules("1"), "Foo,Bar\n", SITE), pack(&rules("2"), "Foo,Bar\n", SITE));
        let all = diff(&old, &new).unwrap();
        assert_eq!(all.rules.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn equal_sets_do_not_differ() {
        let rules =
            format!("schema = 1\n{}", rule("a", "status = \"stable\"\npatterns = ['x1']\nlist = \"l\""));
        let other = format!("# said otherwise\n{}", rules.replace("list = \"l\"", "list = [\"l\"]"));
        let (old, new) = (pack(&rules, "Foo,Bar\n", SITE), pack(&other, "# more\nFoo, Bar\n", SITE));
        assert!(diff(&old, &new).unwrap().is_empty());
        assert!(diff(&[], &[]).unwrap().is_empty());
    }

    #[test]
    fn rules_are_told_by_key_and_lists_by_term() {
        let old = format!(
            "schema = 1\n{}{}{}",
            rule("a", "status = \"stable\"\nconfidence = 0.7\npatterns = ['x1', 'x2']"),
            rule("b", "status = \"stable\"\npatterns = ['y']"),
            rule("c", "status = \"stable\"\npatterns = ['z']"),
        );
        let new = format!(
            "schema = 1\n{}{}{}",
            rule("a", "status = \"stable\"\nconfidence = 0.8\npatterns = ['x2', 'x3']"),
            rule("b", "status = \"retired\""),
            rule("d", "status = \"stable\"\npatterns = ['z']"),
        );
        let site = "schema = 1\n[[override]]\nid = \"a\"\nenabled = false\nreason = \"r\"\nby = \"b\"\n\
            date = \"2026-01-01\"\n[[allow]]\nterm = \"Hope\"\nreason = \"r\"\nby = \"b\"\ndate = \"2026-01-01\"\n";
        let told = diff(&pack(&old, "Foo,Bar\nQux\nSame\n", SITE), &pack(&new, "Foo,Baz\nNew\nSame\n", site))
            .unwrap();
        let rules: Vec<_> = told.rules.iter().map(|it| (it.id.as_str(), it.became)).collect();
        assert_eq!(
            rules,
            [("a", Became::Changed), ("b", Became::Retired), ("c", Became::Removed), ("d", Became::Added)]
        );
        let keys: Vec<_> = told.rules[0].keys.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["confidence", "patterns"]);
        let (gone, come) = told.rules[0].keys[1].one_sided();
        assert_eq!(
            (gone[0].as_str(), come[0].as_str(), gone.len(), come.len()),
            (Some("x1"), Some("x3"), 1, 1)
        );
        let list = &told.lists[0];
        assert_eq!(
            (&list.added[..], &list.removed[..], &list.ladders[..]),
            (&["New".to_owned()][..], &["Qux".to_owned()][..], &["Foo".to_owned()][..])
        );
        let site: Vec<_> = told.site.iter().map(|it| (it.id.as_str(), it.became)).collect();
        assert_eq!(site, [("allow Hope", Became::Added), ("override a", Became::Added)]);
    }

    #[test]
    fn what_has_no_shape_is_refused() {
        let rules = format!("schema = 1\n{}", rule("a", "status = \"stable\"\ncolour = 1"));
        assert!(matches!(diff(&pack(&rules, "", SITE), &[]), Err(Error::Shape(..))));
        let twice = format!("schema = 1\n{0}{0}", rule("a", "status = \"stable\""));
        assert!(matches!(diff(&[], &pack(&twice, "", SITE)), Err(Error::Lint(..))));
    }
}
