//! The terms that rules look for and patterns require, and who wants each of them.

use std::{borrow::Cow, ops::Range, sync::Arc};

use crate::rules::lexicon::Lexicon;

/// Terms to search for, and who wants them.
#[derive(Debug, Default)]
pub(super) struct Terms {
    lexicon: Lexicon,
    /// For each term, parts of `rules` and of `patterns`.
    index: Vec<(Range<usize>, Range<usize>)>,
    rules: Vec<Wanted>,
    patterns: Vec<usize>,
}

/// Who wants a term.
#[derive(Debug)]
pub(super) enum Who {
    /// A rule that looks for it.
    Rule(Wanted),
    /// A pattern that is tried where it stands.
    Pattern(usize),
}

/// A rule that looks for a term: cased how, if that matters to it, with which ladder.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) rule: usize,
    pub(super) shown: Box<str>,
    pub(super) ladder: Arc<[String]>,
}

/// Where a term stands in a folded text.
#[derive(Clone, Debug)]
pub(super) struct Stood {
    pub(super) range: Range<usize>,
    pub(super) term: usize,
}

impl Terms {
    /// Of folded terms, each as often as it is wanted.
    pub(super) fn new(mut wants: Vec<(Cow<'_, str>, Who)>) -> Self {
        // Of one term, in the order of the rules.
        wants.sort_by(|a, b| a.0.cmp(&b.0));
        let once = wants.chunk_by(|a, b| a.0 == b.0).filter_map(|it| Some(&*it.first()?.0));
        let mut terms = Self { lexicon: Lexicon::new(once), ..Self::default() };
        let mut last: Option<Cow<'_, str>> = None;
        for (term, who) in wants {
            let (rules, patterns) = (terms.rules.len(), terms.patterns.len());
            if last.as_ref() != Some(&term) {
                terms.index.push((rules..rules, patterns..patterns));
                last = Some(term);
            }
            match who {
                Who::Rule(it) => terms.rules.push(it),
                Who::Pattern(it) => terms.patterns.push(it),
            }
            if let Some((rules, patterns)) = terms.index.last_mut() {
                (rules.end, patterns.end) = (terms.rules.len(), terms.patterns.len());
            }
        }
        terms
    }

    /// Where they stand in a folded text, first to last.
    pub(super) fn find(&self, folded: &str) -> Vec<Stood> {
        let mut stood = Vec::new();
        self.lexicon.find(folded, |range, term| stood.push(Stood { range, term }));
        stood
    }

    /// Rules that look for a term.
    pub(super) fn rules_for(&self, term: usize) -> &[Wanted] {
        self.index.get(term).and_then(|it| self.rules.get(it.0.clone())).unwrap_or_default()
    }

    /// Patterns that are tried where a term stands.
    pub(super) fn patterns_for(&self, term: usize) -> &[usize] {
        self.index.get(term).and_then(|it| self.patterns.get(it.1.clone())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_tells_who_wants_it() {
        let rule = |rule| Who::Rule(Wanted { rule, shown: Box::default(), ladder: Arc::default() });
        let terms = Terms::new(vec![
            ("沙田".into(), rule(0)),
            ("ann".into(), Who::Pattern(5)),
            ("沙田".into(), Who::Pattern(6)),
            ("ann".into(), rule(1)),
            ("沙田".into(), rule(2)),
        ]);
        let told: Vec<_> = terms
            .find("ann 沙田 bob")
            .iter()
            .map(|it| {
                let rules: Vec<_> = terms.rules_for(it.term).iter().map(|it| it.rule).collect();
                (it.range.clone(), rules, terms.patterns_for(it.term).to_vec())
            })
            .collect();
        assert_eq!(told, [(0..3, vec![1], vec![5]), (4..10, vec![0, 2], vec![6])]);
        assert_eq!((terms.rules_for(2).len(), terms.patterns_for(2).len()), (0, 0));
    }
}
