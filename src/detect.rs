//! Finds identifiers: keep rules, rules, lists, roster, speaker labels, sweep. Pure: text in, findings out.
//!
//! The text is read in overlapping blocks of its normalised view (`blocks`); a second pass sweeps the
//! names found through all of it. Every byte of speech is searched; where that is of no use, because no
//! enabled pack covers a turn, the turn is told ([`Scan::uncovered`]) and holds the item.

mod alias;
mod blocks;
mod frequent;
mod coverage;
mod label;
mod near;
mod overlap;
mod spoken;
mod sweep;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{
    config::Language,
    entity::{Class, EntityType, Finding, Layer, PersonIndex, Tier},
    fault::{Disposition, Fault},
    id::{Code, RoleId},
    roster::{matcher::Matcher, squeeze::Squeezed},
    rules::{Engine, Hit, Protected, is_rule_id},
    secret::Sensitive,
    transcript::{Editable, Layout, Piece, Raw, Role, Transcript},
    view::View,
};

/// The most rungs of a ladder that a finding may bring.
const MAX_RUNGS: usize = 8;
/// The longest rung.
const MAX_RUNG_BYTES: usize = 256;

/// Why a turn cannot be trusted to have been searched.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Gap {
    /// Its language or script has no enabled pack.
    Language,
    /// It holds private-use characters that nobody can read.
    PrivateUse,
}

/// A turn that no enabled pack covers.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uncovered {
    /// The turn.
    pub turn: u32,
    /// Why.
    pub gap: Gap,
}

/// What one pass of detection says of one text.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// In order of their spans; those that are transformed do not overlap each other.
    pub findings: Vec<Finding>,
    /// Turns that hold the item.
    pub uncovered: Vec<Uncovered>,
}

/// The participants at the place of an item, for labels such as `P:`.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Participants {
    /// Index in the roster, code and role.
    pub persons: Vec<(PersonIndex, Code, RoleId)>,
}

/// What detection needs to know besides the text.
#[derive(Clone, Copy, Debug)]
pub struct Context<'c> {
    /// The rule packs.
    pub engine: &'c Engine,
    /// The roster's aliases.
    pub roster: &'c Matcher,
    /// The languages that the study's packs cover.
    pub languages: &'c [Language],
    /// Who takes part at this place.
    pub participants: &'c Participants,
}

/// Why the findings of a worker are refused. Which one, by its number.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// A finding does not fit the text.
    #[error("finding {0} does not fit the text")]
    Misfit(usize),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Misfit(_) => "DE-01",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Quarantine
    }

    fn remedy(&self) -> &'static str {
        "Report it: the worker is broken, or was taken over by the text."
    }
}

/// Every layer has been run over every turn.
#[derive(Debug)]
pub struct Detected {
    scan: Scan,
}

impl Detected {
    pub(crate) const fn scan(&self) -> &Scan {
        &self.scan
    }

    pub(crate) fn into_scan(self) -> Scan {
        self.scan
    }
}

impl Editable for Detected {}

/// Searches a whole text.
#[must_use]
pub fn scan(text: &str, layout: &Layout, context: &Context<'_>) -> Scan {
    let mut pass =
        Pass { text, context, findings: Vec::new(), protected: Vec::new(), names: sweep::Names::default() };
    let views = blocks::Views::new(text, layout);
    views.each(|view| {
        pass.rules(view);
        pass.roster(view);
        pass.spoken(view);
    });
    for piece in layout.pieces.iter().filter(|it| it.role == Role::Label) {
        pass.label(piece);
    }
    let Pass { mut findings, mut protected, names, .. } = pass;
    protected.sort_by_key(|it| (it.start, it.end));
    let protected = Protected::from(protected);
    // What is almost a name may be a medicine.
    findings.retain(|it| !near::is_near(it) || !protected.covers(&it.span));
    if let Some(sweep) = names.finish() {
        views.each(|view| {
            for (range, tier) in sweep.find(view.folded()) {
                let span = view.source(range);
                if !protected.covers(&span) {
                    findings.push(person(span, tier, Layer::Sweep, "sweep"));
                }
            }
        });
    }
    Scan { findings: overlap::resolve(findings), uncovered: uncovered(text, layout, context) }
}

/// The first pass over a text, and what it gathers for the second.
struct Pass<'p> {
    text: &'p str,
    context: &'p Context<'p>,
    findings: Vec<Finding>,
    /// Bytes of the text that keep rules protect.
    protected: Vec<Range<usize>>,
    names: sweep::Names,
}

impl Pass<'_> {
    fn rules(&mut self, view: &View) {
        let engine = self.context.engine;
        let (hits, protected) = engine.find(view.text(), view.folded());
        self.protected.extend(protected.spans().iter().map(|it| view.source(it.clone())));
        for hit in hits {
            if hit.entity == EntityType::Person && hit.spread && hit.tier >= Tier::Probable {
                self.names.add(view.folded().get(hit.range.clone()).unwrap_or_default(), hit.tier, engine);
            }
            let span = trimmed(self.text, view.source(hit.range.clone()));
            self.findings.push(finding(&hit, span));
        }
    }

    fn roster(&mut self, view: &View) {
        if self.context.roster.is_empty() {
            return;
        }
        let cased = alias::is_cased(view);
        let squeezed = Squeezed::of(view.folded());
        self.findings.extend(near::find(view, &squeezed, self.context));
        for hit in self.context.roster.find_squeezed(&squeezed) {
            // "Miss Yip" names one person where a Yip takes part, and anybody elsewhere.
            let here = !hit.shared && self.context.participants.persons.iter().any(|it| it.0 == hit.person);
            let Some(weight) = alias::weigh(&hit, view, self.context.engine, here, cased) else { continue };
            let mut it = person(view.source(hit.range.clone()), weight.tier, Layer::Roster, "");
            it.rule = format!("roster.{}", hit.form.name());
            it.person = (weight.theirs && !hit.shared).then_some(hit.person);
            self.findings.push(it);
        }
    }

    fn spoken(&mut self, view: &View) {
        for told in spoken::told(view.folded()) {
            let hits = self.context.engine.find_spoken(&told.text, &told.text);
            let mut met = false;
            for hit in hits {
                let touches = hit.range.start < told.digits.end && told.digits.start < hit.range.end;
                let Some(behind) = told.behind(&hit.range).filter(|_| touches) else { continue };
                met = met || hit.tier >= Tier::Probable;
                self.findings.push(finding(&hit, view.source(behind)));
            }
            if let Some(behind) =
                told.behind(&told.digits).filter(|_| !met && told.is_long() && !told.is_counting())
            {
                let long = told.digits.len() >= 7;
                let mut it = person(
                    view.source(behind),
                    if long { Tier::Probable } else { Tier::Possible },
                    Layer::Rule,
                    "spoken.digits",
                );
                it.entity = EntityType::IdNumber;
                self.findings.push(it);
            }
        }
    }

    fn label(&mut self, piece: &Piece) {
        let label = self.text.get(piece.range()).unwrap_or_default();
        if label::is_role(label) {
            return;
        }
        let view = View::of(label);
        let mut it = person(trimmed(self.text, piece.range()), Tier::Certain, Layer::Label, "label.name");
        let folded = view.folded().trim();
        let known =
            |code: &Code| code.as_str().eq_ignore_ascii_case(folded.trim_matches(|c| matches!(c, '[' | ']')));
        if self.context.participants.persons.iter().any(|(_, code, _)| known(code)) {
            return;
        }
        let hits = self.context.roster.find(&view);
        it.person = hits.iter().find(|hit| !hit.shared && hit.range == (0..view.len())).map(|hit| hit.person);
        self.names.add(folded, Tier::Certain, self.context.engine);
        self.findings.push(it);
    }
}

fn finding(hit: &Hit<'_>, span: Range<usize>) -> Finding {
    Finding {
        span,
        entity: hit.entity,
        class: hit.class,
        tier: hit.tier,
        confidence: hit.confidence,
        layer: if hit.listed { Layer::Gazetteer } else { Layer::Rule },
        rule: hit.rule.to_owned(),
        person: None,
        ladder: hit.ladder.to_vec(),
    }
}

fn person(span: Range<usize>, tier: Tier, layer: Layer, rule: &str) -> Finding {
    let confidence = match tier {
        Tier::Certain => 95,
        Tier::Probable => 70,
        Tier::Possible => 45,
    };
    Finding {
        span,
        entity: EntityType::Person,
        class: Class::Direct,
        tier,
        confidence,
        layer,
        rule: rule.to_owned(),
        person: None,
        ladder: Vec::new(),
    }
}

/// Without white space at its ends.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let inside = text.get(span.clone()).unwrap_or_default();
    let start = span.start.saturating_add(inside.len().saturating_sub(inside.trim_start().len()));
    start..start.saturating_add(inside.trim().len())
}

fn uncovered(text: &str, layout: &Layout, context: &Context<'_>) -> Vec<Uncovered> {
    let mut all = Vec::new();
    for pieces in layout.pieces.chunk_by(|a, b| a.turn == b.turn) {
        let mut searched = pieces.iter().filter(|it| it.is_searched());
        let (Some(first), second) = (searched.next(), searched.next()) else { continue };
        let gap = if second.is_none() {
            coverage::gap(text.get(first.range()).unwrap_or_default(), context.languages, context.engine)
        } else {
            let turn = pieces.iter().filter(|it| it.is_searched()).filter_map(|it| text.get(it.range()));
            let turn = Sensitive::new(turn.collect::<Vec<_>>().join(" "));
            // EXPOSE: only whether a pack covers it goes on.
            coverage::gap(turn.expose(), context.languages, context.engine)
        };
        all.extend(gap.map(|gap| Uncovered { turn: first.turn, gap }));
    }
    all
}

/// Whether a folded word is one of the language as far as lists and packs know, and nobody's misspelled name.
pub(crate) fn is_word(engine: &Engine, folded: &str) -> bool {
    near::is_word(engine, folded)
}

/// Makes one finding of those that overlap, once some of them count for more than before.
pub(crate) fn resolved(scan: &mut Scan) {
    scan.findings = overlap::resolve(std::mem::take(&mut scan.findings));
}

/// Takes what the worker found, once every span is known to fit the text: in bounds and order, on
/// character borders, inside what is searched or a label, transformed ones apart from each other.
///
/// # Errors
///
/// Refuses findings that do not.
pub fn accept(raw: Transcript<Raw>, scan: Scan) -> Result<Transcript<Detected>, Error> {
    // EXPOSE: only borders of characters are looked at.
    let text = raw.text().expose();
    let pieces = &raw.layout().pieces;
    let open = |at: usize| {
        let n = pieces.partition_point(|it| it.end <= at);
        pieces.get(n).is_some_and(|it| it.start <= at && (it.is_searched() || it.role == Role::Label))
    };
    let (mut last, mut reach) = (0, 0);
    for (n, it) in scan.findings.iter().enumerate() {
        let sound = it.span.start >= last
            && it.span.start < it.span.end
            && text.get(it.span.clone()).is_some()
            && open(it.span.start)
            && open(it.span.end.saturating_sub(1))
            && it.confidence <= 100
            && is_rule_id(&it.rule)
            && it.ladder.len() <= MAX_RUNGS
            && it.ladder.iter().all(|it| it.len() <= MAX_RUNG_BYTES)
            && !(it.is_transformed() && it.span.start < reach);
        if !sound {
            return Err(Error::Misfit(n));
        }
        last = it.span.start;
        if it.is_transformed() {
            reach = it.span.end;
        }
    }
    let turns = raw.layout().turns();
    let in_order = scan.uncovered.is_sorted_by_key(|it| it.turn);
    if !in_order
        || scan.uncovered.last().is_some_and(|it| usize::try_from(it.turn).is_ok_and(|it| it >= turns))
    {
        return Err(Error::Misfit(scan.findings.len()));
    }
    Ok(raw.advance(scan, |_, scan| Detected { scan }))
}

#[cfg(test)]
mod tests;
