//! What a steward's decisions make of an item: the result, the gate list, and what is left of what should
//! be gone. Pure; the same decisions always give the same bytes.

use std::{ops::Range, sync::Arc};

use super::{
    Error,
    bundle::Bundle,
    candidate::{Choice, Said, Unsaid},
    decision::{GateList, Marked, Named},
    work::Work,
};
use crate::{
    detect::{self, Scan},
    entity::{EntityType, Finding, Layer, Tier},
    roster::matcher::{AliasTable, Matcher},
    secret::Sensitive,
    transcript::{Role, Transcript},
    transform::{CodeTable, Policy, Transformed, retransform},
    verify::gate::{Decoding, Gate, Original, Originals},
};

/// What the decisions make of the item.
pub(super) struct Outcome {
    pub(super) result: Sensitive<String>,
    pub(super) gate: GateList,
    pub(super) left: usize,
}

impl Work {
    /// What is done to each entity type.
    pub(super) fn policy(&self) -> Policy {
        let facts = &self.bundle.facts;
        Policy::new(facts.actions.clone(), facts.detail, facts.shift_days)
    }

    /// Makes the result again from the source and everything that was decided.
    pub(super) fn outcome(&self) -> Result<Outcome, Error> {
        let facts = &self.bundle.facts;
        // EXPOSE: searched, and copied into transcripts that are wiped.
        let text = self.bundle.text.expose();
        let transcript = || {
            Transcript::new(facts.job, text.clone(), self.bundle.layout.clone()).map_err(|_| Error::Malformed)
        };
        let (scan, codes) = self.decided(text);
        let accept = |scan| detect::accept(transcript()?, scan).map_err(|_| Error::Malformed);
        let (found, detected) = (accept(facts.scan.clone())?, accept(scan)?);
        let mut originals = plain(Originals::of(&found, &codes, &self.policy()));
        originals.extend(plain(Originals::of(&detected, &codes, &self.policy())));
        // EXPOSE: sorted, so that the order tells nothing of the text's.
        originals.sort_by(|a, b| (a.text.expose(), a.entity).cmp(&(b.text.expose(), b.entity)));
        originals.dedup_by(|a, b| a.is(b));
        let gate = GateList {
            originals,
            kept: self.named(|it| it == Said::Keep),
            redacted: self.redacted(),
            marked: self.marked(),
        };
        let (result, _) = retransform(detected, &facts.ours, &codes, &self.policy());
        let left = Self::left(&result, &gate)?;
        // EXPOSE: into the result, wiped on drop.
        let result = Sensitive::new(result.text().expose().clone());
        Ok(Outcome { result, gate, left })
    }

    /// How many originals the byte gate still finds outside our own markers, and how many marked strings still
    /// stand there.
    fn left(result: &Transcript<Transformed>, gate: &GateList) -> Result<usize, Error> {
        let none = Matcher::new(&AliasTable::default()).map_err(|_| Error::Malformed)?;
        let search = Gate::new(Arc::new(none), Originals::Plain(gate.searched()))?;
        let ours = result.state().replaced();
        let outside = |it: &Range<usize>| !ours.iter().any(|our| our.start <= it.start && it.end <= our.end);
        // EXPOSE: searched; hits are counted.
        let text = result.text().expose();
        let hits = search.search(text.as_bytes()).hits.into_iter();
        let hits = hits.filter(|it| it.decoding == Decoding::Utf8 && outside(&it.range)).count();
        // Where some occurrences of a string stay, nobody can tell them from others.
        let stays = |mark: &Marked| gate.kept.iter().any(|it| it.is(mark.entity, &mark.text));
        let marked = gate.marked.iter().filter(|it| !stays(it));
        // EXPOSE: searched; whether it stands there is counted.
        let marks = marked.filter(|it| places(text, it.text.expose()).any(|it| outside(&it))).count();
        Ok(hits.max(marks))
    }

    fn named(&self, is_it: impl Fn(Said) -> bool) -> Vec<Named> {
        let mut named = Vec::new();
        for it in self.choices.iter().filter(|it| is_it(it.said)) {
            add(&mut named, it.entity, &it.text);
        }
        named
    }

    /// What was taken out by redaction or mark. A string of which only some occurrences stay is in here too: what
    /// was said of those is true of this item only.
    fn redacted(&self) -> Vec<Named> {
        let mut named = self.named(|it| it != Said::Keep);
        for it in self.candidates().iter().filter(|it| it.tier != Tier::Possible && it.said.is_none()) {
            // EXPOSE: compared.
            let same = |other: &Choice| other.entity == it.entity && other.text.expose() == it.text.expose();
            if self.choices.iter().any(same) {
                add(&mut named, it.entity, &it.text);
            }
        }
        named
    }

    /// How many of the strings that are kept stay in this item only: aliases of the roster, and what is taken out
    /// elsewhere in the item.
    #[must_use]
    pub fn kept_here_only(&self) -> usize {
        let (redacted, mut here) = (self.redacted(), Vec::new());
        for it in self.candidates().iter().filter(|it| it.said == Some(Said::Keep)) {
            if it.rostered || redacted.iter().any(|other| other.is(it.entity, &it.text)) {
                add(&mut here, it.entity, &it.text);
            }
        }
        here.len()
    }

    /// What was given a reserved code, by mark or by redaction.
    fn marked(&self) -> Vec<Marked> {
        let reserved = &self.bundle.facts.reserved;
        let mut marked: Vec<Marked> = Vec::new();
        for it in self.choices.iter().filter(|it| it.said != Said::Keep) {
            let Some(code) = it.code.clone().filter(|code| reserved.contains(code)) else { continue };
            // EXPOSE: compared.
            let known = |other: &Marked| {
                other.code == code && other.entity == it.entity && other.text.expose() == it.text.expose()
            };
            if !marked.iter().any(known) {
                // EXPOSE: from one wiped place to another.
                let text = Sensitive::new(it.text.expose().clone());
                marked.push(Marked { entity: it.entity, text, code });
            }
        }
        marked
    }

    /// The scan and the codes as the decisions make them. Overlaps resolve to the widest span.
    fn decided(&self, text: &str) -> (Scan, CodeTable) {
        let facts = &self.bundle.facts;
        // Each with its code and its surrogate.
        let mut all: Vec<(Finding, Option<String>, Option<String>)> = Vec::new();
        let mut kept: Vec<(&Sensitive<String>, EntityType, Range<usize>)> = Vec::new();
        for (n, finding) in facts.scan.findings.iter().enumerate() {
            let string = text.get(finding.span.clone()).unwrap_or_default();
            let mut finding = finding.clone();
            let mut code = facts.codes.findings.get(&n).cloned();
            let mut surrogate = facts.codes.surrogates.get(&n).cloned();
            match self.choices.iter().find(|it| it.is_about(string, finding.entity, Unsaid::of(&finding))) {
                Some(Choice { said: Said::Keep, text, entity, .. }) => {
                    kept.push((text, *entity, finding.span));
                    continue;
                }
                Some(choice) => {
                    finding.tier = Tier::Certain;
                    if choice.code.is_some() && choice.code != code {
                        // Of somebody else.
                        (code, surrogate) = (choice.code.clone(), None);
                    }
                }
                None => {}
            }
            all.push((finding, code, surrogate));
        }
        let mut labelled = facts.codes.labels.clone();
        for choice in self.choices.iter().filter(|it| it.said != Said::Keep) {
            // EXPOSE: compared.
            let stays = |span: &Range<usize>| {
                kept.iter()
                    .any(|it| it.1 == choice.entity && it.0.expose() == choice.text.expose() && it.2 == *span)
            };
            // EXPOSE: searched; offsets are kept.
            for span in
                occurrences(&self.bundle, text, choice.text.expose()).into_iter().filter(|it| !stays(it))
            {
                all.push((
                    Finding {
                        span,
                        entity: choice.entity,
                        class: choice.entity.class(),
                        tier: Tier::Certain,
                        confidence: 100,
                        layer: Layer::Reviewer,
                        rule: "review.mark".to_owned(),
                        person: None,
                        ladder: Vec::new(),
                    },
                    choice.code.clone(),
                    None,
                ));
            }
            if let Some(code) = &choice.code {
                // EXPOSE: compared.
                for n in labels(&self.bundle, choice.text.expose()) {
                    labelled.insert(n, code.clone());
                }
            }
        }
        all.sort_by_key(|(it, ..)| {
            (it.span.start, std::cmp::Reverse(it.span.end), it.layer == Layer::Reviewer)
        });
        let mut merged: Vec<(Finding, Option<String>, Option<String>)> = Vec::new();
        for (finding, code, surrogate) in all.into_iter().filter(|it| it.0.is_transformed()) {
            match merged.last_mut() {
                Some((last, last_code, last_surrogate)) if finding.span.start < last.span.end => {
                    if finding.span.end > last.span.end {
                        // It stands for less than what is taken out.
                        (last.span.end, *last_surrogate) = (finding.span.end, None);
                    }
                    last.tier = last.tier.max(finding.tier);
                    *last_code = last_code.take().or(code);
                }
                Some(_) | None => merged.push((finding, code, surrogate)),
            }
        }
        let findings =
            merged.iter().enumerate().filter_map(|(n, it)| it.1.clone().map(|code| (n, code))).collect();
        let surrogates =
            merged.iter().enumerate().filter_map(|(n, it)| it.2.clone().map(|it| (n, it))).collect();
        let scan = Scan {
            findings: merged.into_iter().map(|it| it.0).collect(),
            uncovered: facts.scan.uncovered.clone(),
            weighed: facts.scan.weighed,
        };
        (scan, CodeTable { findings, labels: labelled, surrogates })
    }
}

/// Each string once.
fn add(named: &mut Vec<Named>, entity: EntityType, text: &Sensitive<String>) {
    if !named.iter().any(|it| it.is(entity, text)) {
        // EXPOSE: from one wiped place to another.
        named.push(Named { entity, text: Sensitive::new(text.expose().clone()) });
    }
}

/// The plain strings of an original list; a list of digests has none.
fn plain(originals: Originals) -> Vec<Original> {
    match originals {
        Originals::Plain(list) => list,
        Originals::Digests(..) => Vec::new(),
    }
}

/// Where a string stands by itself in what detection reads: not inside a longer Latin word or number, nor in a
/// marker of ours.
pub(super) fn occurrences(bundle: &Bundle, text: &str, string: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for piece in bundle.layout.pieces.iter().filter(|it| it.is_searched()) {
        let Some(speech) = text.get(piece.range()) else { continue };
        found.extend(places(speech, string).map(|it| piece.start + it.start..piece.start + it.end));
    }
    found.retain(|it| !is_ours(bundle, it));
    found
}

fn is_ours(bundle: &Bundle, span: &Range<usize>) -> bool {
    bundle.facts.ours.iter().any(|it| it.start < span.end && span.start < it.end)
}

fn places<'t>(text: &'t str, string: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let word = |c: Option<char>| c.is_some_and(|it| it.is_ascii_alphanumeric());
    let whole = move |range: &Range<usize>| {
        let before = text.get(..range.start).and_then(|it| it.chars().next_back());
        let after = text.get(range.end..).and_then(|it| it.chars().next());
        !(word(before) && word(string.chars().next()) || word(after) && word(string.chars().next_back()))
    };
    let string_len = string.len();
    text.match_indices(string)
        .filter(move |_| string_len > 0)
        .map(move |(at, _)| at..at + string_len)
        .filter(whole)
}

/// The label pieces that consist of a string.
pub(super) fn labels(bundle: &Bundle, string: &str) -> Vec<usize> {
    // EXPOSE: compared.
    let text = bundle.text.expose();
    let pieces = bundle.layout.pieces.iter().enumerate();
    pieces
        .filter(|(_, it)| {
            it.role == Role::Label
                && text.get(it.range()).map(str::trim) == Some(string.trim())
                && !is_ours(bundle, &it.range())
        })
        .map(|it| it.0)
        .collect()
}
