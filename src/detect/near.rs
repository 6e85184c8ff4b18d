//! Flags what is almost a name of the roster. A possible finding and never more: it waits for a reviewer.

use super::{Context, frequent, person};
use crate::{
    entity::{Finding, Layer, Tier},
    roster::{near::NearKind, squeeze::Squeezed, words},
    rules::Engine,
    view::View,
};

/// What is almost a name in a view.
pub(super) fn find(view: &View, squeezed: &Squeezed, context: &Context<'_>) -> Vec<Finding> {
    let is_word = |word: &str| is_word(context.engine, word);
    let hits = context.roster.near().find(squeezed, view.folded(), &is_word);
    let finding = |hit: crate::roster::near::NearHit| {
        let mut it = person(view.source(hit.range), Tier::Possible, Layer::Roster, hit.kind.rule());
        it.confidence = hit.kind.confidence();
        it.person = (!hit.shared).then_some(hit.person);
        it
    };
    hits.into_iter().map(finding).collect()
}

/// Whether a finding was made here.
pub(super) fn is_near(it: &Finding) -> bool {
    [NearKind::Homophone, NearKind::Misspelling].iter().any(|kind| kind.rule() == it.rule)
}

/// Whether a folded word is one of the language, and no misspelled name.
pub(super) fn is_word(engine: &Engine, word: &str) -> bool {
    frequent::is_common(word) || engine.is_stop_word(word) || words::is_common(word)
}
