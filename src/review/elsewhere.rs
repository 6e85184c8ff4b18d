//! What a decision about one item says of others: what was taken out, and what may stay. Digests only; the
//! pipeline keeps them.

use std::collections::BTreeSet;

use super::decision::{Decision, digests};
use crate::{
    entity::EntityType,
    id::Digest,
    roster::{
        matcher::{AliasHit, Matcher},
        name_key::NameKey,
    },
    verify::decision_digest,
    view::View,
};

impl Decision {
    /// Keyed digests of the strings that the reviewer takes out.
    #[must_use]
    pub fn redacted(&self, names: &NameKey) -> BTreeSet<Digest> {
        digests(&self.gate.redacted, names)
    }

    /// The same as if they had been found as anything: whoever takes a string out as a name no longer relies on
    /// what was said of it as a place.
    #[must_use]
    pub fn redacted_as_anything(&self, names: &NameKey) -> BTreeSet<Digest> {
        let all = self
            .gate
            .redacted
            .iter()
            .flat_map(|it| EntityType::ALL.iter().map(move |as_what| (it, *as_what)));
        // EXPOSE: to a keyed digest.
        all.map(|(it, as_what)| decision_digest(names, as_what, it.text.expose())).collect()
    }

    /// The names of persons that the reviewer marks or takes out.
    pub fn persons(&self) -> impl Iterator<Item = &str> {
        let marked = self.marked().iter().map(|it| (it.entity, &it.text));
        let all = self.gate.redacted.iter().map(|it| (it.entity, &it.text)).chain(marked);
        // EXPOSE: searched for in what is out; nothing of it is kept.
        all.filter(|it| it.0 == EntityType::Person).map(|it| it.1.expose().as_str())
    }

    /// Keyed digests of those of the strings that stay which are no alias of the roster: they may stay in other
    /// items too.
    #[must_use]
    pub fn kept_elsewhere(&self, names: &NameKey, roster: &Matcher) -> BTreeSet<Digest> {
        let kept = self.gate.kept.iter();
        // EXPOSE: searched for aliases, and to a keyed digest.
        kept.filter(|it| !is_alias(roster, it.entity, it.text.expose()))
            .map(|it| decision_digest(names, it.entity, it.text.expose()))
            .collect()
    }
}

/// Whether a string is somebody's alias as a whole, or a person's name that holds one.
fn is_alias(roster: &Matcher, entity: EntityType, string: &str) -> bool {
    let view = View::of(string);
    let letters = |text: &str| text.chars().filter(|it| it.is_alphanumeric()).count();
    let whole = letters(view.folded());
    let inside = |it: &AliasHit| view.folded().get(it.range.clone()).map(letters);
    roster.find(&view).iter().any(|it| entity == EntityType::Person || inside(it) == Some(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::Roster;

    #[test]
    fn an_alias_is_one_as_a_whole_and_a_name_is_one_that_holds_it() {
        let csv = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
            PSW-03,PSW,D03,,Chan Tai Man 陳大文,May,,team,\n";
        let matcher = Matcher::new(&Roster::from_csv(csv.as_bytes()).unwrap().alias_table()).unwrap();
        for (string, entity, want) in [
            ("May", EntityType::Person, true),
            ("may", EntityType::Person, true),
            (" May’s", EntityType::Person, true),
            ("Auntie May", EntityType::Person, true),
            ("May", EntityType::Date, true),
            ("陳大文", EntityType::Person, true),
            ("May 2019", EntityType::Date, false),
            ("May House", EntityType::Organisation, false),
            ("Maya", EntityType::Person, false),
            ("阿強", EntityType::Person, false),
            ("", EntityType::Person, false),
        ] {
            assert_eq!(is_alias(&matcher, entity, string), want, "{string} as {entity}");
        }
    }
}
