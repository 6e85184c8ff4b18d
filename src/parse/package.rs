//! The parts of a package (ECMA-376 part 2): which there are, and which belong together.

use std::collections::BTreeSet;

use super::{
    Error,
    container::Container,
    xml::{self, Node},
};

/// The most relationships that a part may have; a thesis with a picture on each page has hundreds.
const MAX_RELATIONS: usize = 4096;

/// A part that another one names.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) id: String,
    kind: String,
    /// The member's name; none if it lies outside.
    pub(super) target: Option<String>,
}

impl Relation {
    /// Whether it is of that kind, in the transitional or the strict words.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

/// A package of parts.
pub(super) struct Package<'b> {
    container: Container<'b>,
    names: BTreeSet<String>,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Error> {
        Self::of(Container::open(bytes)?)
    }

    pub(super) fn of(container: Container<'b>) -> Result<Self, Error> {
        let names: BTreeSet<String> = container.names().map(str::to_owned).collect();
        // Names of parts are the same in any case (part 2, 6.2.2.3): two that differ in it are one part twice.
        let folded: BTreeSet<String> = names.iter().map(|it| it.to_ascii_lowercase()).collect();
        if folded.iter().any(|it| it.contains("vbaproject") || it.contains("macrosheet")) {
            return Err(Error::Macros);
        }
        if names.contains("EncryptedPackage") {
            return Err(Error::Locked);
        }
        if folded.len() < names.len() {
            return Err(Error::Members);
        }
        Ok(Self { container, names })
    }

    /// How many bytes it may still unpack to.
    pub(super) const fn left(&self) -> u64 {
        self.container.left()
    }

    /// The name of the document itself.
    pub(super) fn main(&mut self) -> Result<String, Error> {
        let all = self.relations("")?;
        let mut all = all.into_iter().filter(|it| it.is("officeDocument"));
        match (all.next().and_then(|it| it.target), all.next()) {
            (Some(it), None) => Ok(it),
            _ => Err(Error::Damaged),
        }
    }

    /// What a part names; of the package itself where the part has no name.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, Error> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let slash = if folder.is_empty() { "" } else { "/" };
        let name = format!("{folder}{slash}_rels/{file}.rels");
        let Some(name) = self.find(&name) else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        xml::read(&self.named(&name)?, |node| {
            if let Node::Open(it) = node
                && it.name == "Relationship"
            {
                let of = |key: &str| it.get(key).unwrap_or_default().to_owned();
                let inside = it.get("TargetMode").is_none_or(|it| it == "Internal");
                let target = inside.then(|| resolve(folder, &of("Target"))).flatten();
                // Each may name a part that is read for it: many of one part are a bomb.
                if all.len() >= MAX_RELATIONS {
                    return Err(Error::TooMuch);
                }
                all.push(Relation { id: of("Id"), kind: of("Type"), target });
            }
            Ok(())
        })?;
        Ok(all)
    }

    /// A part that is named and must be there.
    pub(super) fn part(&mut self, it: &Relation) -> Result<Vec<u8>, Error> {
        let target = it.target.clone().ok_or(Error::Parts)?;
        self.named(&target)
    }

    pub(super) fn named(&mut self, name: &str) -> Result<Vec<u8>, Error> {
        self.optional(name)?.ok_or(Error::Damaged)
    }

    /// A part that need not be there.
    pub(super) fn optional(&mut self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.find(name).map_or(Ok(None), |name| self.container.member(&name))
    }

    fn find(&self, name: &str) -> Option<String> {
        self.names.iter().find(|it| it.eq_ignore_ascii_case(name)).cloned()
    }
}

/// A target as seen from a folder; none if it leads out.
fn resolve(folder: &str, target: &str) -> Option<String> {
    let from = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = Vec::new();
    for it in from.split('/').chain(target.split('/')) {
        match it {
            "" | "." => {}
            ".." => drop(path.pop()?),
            it => path.push(it),
        }
    }
    Some(path.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_from_where_they_are_named() {
        assert_eq!(resolve("word", "header1.xml").as_deref(), Some("word/header1.xml"));
        assert_eq!(resolve("word", "/word/./a.xml").as_deref(), Some("word/a.xml"));
        assert_eq!(resolve("word/x", "../a.xml").as_deref(), Some("word/a.xml"));
        assert_eq!(resolve("word", "../../a.xml"), None);
    }
}
