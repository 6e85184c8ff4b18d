//! Looks for names in another text of the same people: a copy that is out, for names found since. Says whether one
//! stands there, and nothing else.

use std::ops::Range;

use super::{
    near,
    sweep::{Names, Sweep},
};
use crate::{
    entity::Tier,
    rules::Dictionary,
    view::{View, folded_name},
};

/// Names to look for.
pub(crate) struct Sought(Sweep);

impl Sought {
    /// None if no name can be looked for: it is a word, or too short.
    pub(crate) fn new<'n>(names: impl IntoIterator<Item = &'n str>, words: &Dictionary) -> Option<Self> {
        let mut sought = Names::default();
        for name in names {
            let folded = folded_name(name);
            // A name that is also a word, as a whole, is never looked for by itself.
            if !near::is_known_in_any_script(words, &folded) {
                sought.add(&folded, Tier::Certain, words);
            }
        }
        sought.finish().map(Self)
    }

    /// Whether one of them stands in a text outside some of its bytes: the markers in it.
    pub(crate) fn stands_in(&self, text: &str, outside: &[Range<usize>]) -> bool {
        let view = View::of(text);
        let hits = self.0.find(&view).into_iter().filter(|it| it.tier >= Tier::Probable);
        let mut spans = hits.map(|it| view.source(it.range));
        spans.any(|it| !outside.iter().any(|marker| it.start < marker.end && marker.start < it.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Language,
        rules::{Engine, PackSource},
    };

    fn stands(names: &[&str], text: &str) -> bool {
        let packs = PackSource::built_in_names().into_iter().map(PackSource::built_in);
        let packs = packs.collect::<Option<Vec<_>>>().unwrap();
        let engine = Engine::compile(&packs, &[Language::En, Language::Yue]).unwrap();
        let sought = Sought::new(names.iter().copied(), engine.dictionary());
        sought.is_some_and(|it| it.stands_in(text, &[]))
    }

    #[test]
    fn a_name_is_found_in_any_form_and_a_word_never() {
        for (name, text, want) in [
            ("Fatima Rahmani", "then fatima called", true),
            ("Fatima Rahmani", "RAHMANI", true),
            ("黎曉彤", "我識黎晓彤", true),
            ("黎曉彤", "lai hiu tung said", true),
            ("Lai Hiu Tung", "Hiu-tung", true),
            ("Fatima Rahmani", "fatimah and rahman", false),
            ("Hope", "I hope so. Hope it works.", false),
            ("Marsh", "the marsh was wet", false),
            ("希望", "我希望係", false),
            ("", "anything", false),
        ] {
            assert_eq!(stands(&[name], text), want, "{name} in {text}");
        }
    }

    #[test]
    fn what_stands_in_a_marker_does_not_count() {
        let sought = Sought::new(["Odalys Venn"], &Dictionary::default()).unwrap();
        let text = "then Odalys Venn said";
        assert!(sought.stands_in(text, &[]) && !sought.stands_in(text, &[0..1, 5..16]));
    }
}
