//! Finds identifiers: keep rules, rules, lists, roster, speaker labels, sweep. Pure: text in, findings out.
//!
//! The text is read in overlapping blocks of its normalised view (`blocks`); a second pass sweeps the
//! names found through all of it. Every byte of speech is searched; where that is of no use, because no
//! enabled pack covers a turn, the turn is told ([`Scan::uncovered`]) and holds the item.

mod alias;
mod blocks;
mod columns;
mod frequent;
mod coverage;
mod economy;
mod fusion;
mod label;
mod model;
mod near;
mod overlap;
mod pass;
pub(crate) mod recall;
mod sought;
mod spoken;
mod sweep;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{
    config::{Bars, Columns, Language},
    entity::{Class, EntityType, Finding, Layer, PersonIndex, Tier},
    fault::{Disposition, Fault},
    id::{Code, RoleId},
    roster::matcher::Matcher,
    rules::{Engine, is_rule_id},
    secret::Sensitive,
    transcript::{Editable, Layout, Piece, Raw, Role, Transcript},
};

pub use self::model::{Error as ModelError, Unread};
use self::pass::{Pass, Weighed};
pub(crate) use self::sought::Sought;
pub use self::{economy::hours, model::Model};
pub(crate) use self::{
    fusion::is_word_for_the_model,
    model::{beliefs, look},
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
    /// Whether a model had a say: what rules alone find is not the same.
    #[serde(default)]
    pub weighed: bool,
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
    /// The statistical name finder, unless the study does without.
    pub model: Option<&'c Model>,
    /// How sure evidence must be.
    pub bars: Bars,
    /// What the study says of its tables.
    pub columns: &'c Columns,
}

/// Why the findings of a worker are refused. Which one, by its number.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// A finding does not fit the text.
    #[error("finding {0} does not fit the text")]
    Misfit(usize),
    /// The statistical name finder can't be used.
    #[error(transparent)]
    Model(#[from] model::Error),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Misfit(_) => "DE-01",
            Self::Model(error) => error.code(),
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Misfit(_) => Disposition::Quarantine,
            Self::Model(error) => error.disposition(),
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Misfit(_) => "Report it: the worker is broken, or was taken over by the text.",
            Self::Model(error) => error.remedy(),
        }
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
///
/// # Errors
///
/// Fails if the statistical name finder does: what it has not read is not searched.
pub fn scan(text: &str, layout: &Layout, context: &Context<'_>) -> Result<Scan, Error> {
    let mut findings = overlap::resolve(search(text, layout, context, None)?);
    economy::spend(&mut findings, text, layout, context.bars.asked);
    let weighed = context.model.is_some();
    Ok(Scan { findings, uncovered: uncovered(text, layout, context), weighed })
}

/// What is found in a text, and for each finding what each layer said of its words, as surely as it said so by itself.
/// Also what is possible and that no reviewer would be asked about.
///
/// # Errors
///
/// As [`scan`].
pub fn explain(
    text: &str,
    layout: &Layout,
    context: &Context<'_>,
) -> Result<Vec<(Finding, Vec<Finding>)>, Error> {
    let mut voices = Vec::new();
    let findings = overlap::resolve(search(text, layout, context, Some(&mut voices))?);
    voices.sort_by_key(|it| (it.span.start, it.span.end));
    let mut first = 0_usize;
    let mut explained = Vec::with_capacity(findings.len());
    for finding in findings {
        while voices.get(first).is_some_and(|it| it.span.end <= finding.span.start) {
            first = first.saturating_add(1);
        }
        let upto = voices.partition_point(|it| it.span.start < finding.span.end);
        let near = voices.get(first..upto).unwrap_or_default();
        let theirs = near.iter().filter(|it| it.span.end > finding.span.start).cloned().collect();
        explained.push((finding, theirs));
    }
    Ok(explained)
}

/// What is found, before one finding is made of those that overlap; `voices` takes what was said before it was
/// weighed. In no order.
fn search(
    text: &str,
    layout: &Layout,
    context: &Context<'_>,
    mut voices: Option<&mut Vec<Finding>>,
) -> Result<Vec<Finding>, Error> {
    let named = columns::named(text, layout, context.columns);
    let mut pass = Pass::new(text, context, &named);
    let views = blocks::Views::new(text, layout);
    let mut read = Ok(());
    views.each(|view| {
        if read.is_ok() {
            read = pass.read(view);
        }
    });
    read?;
    for piece in layout.pieces.iter().filter(|it| it.role == Role::Label) {
        pass.label(piece);
    }
    let columns = columns::find(text, layout, context.columns);
    columns.found.into_iter().for_each(|it| pass.cell(it));
    pass.protect(columns.known);
    if let Some(voices) = &mut voices {
        voices.extend(pass.voices());
    }
    let Weighed { mut findings, protected, names, claims } = pass.weighed();
    if let Some(sweep) = names.finish() {
        views.each(|view| {
            for again in sweep.find(view) {
                let span = view.source(again.range.clone());
                if protected.covers(&span) {
                    continue;
                }
                let said = person(span.clone(), again.tier, Layer::Sweep, again.rule());
                if let Some(voices) = &mut voices {
                    voices.push(said.clone());
                }
                let Some(claims) = claims.as_ref().filter(|it| it.judge(text, &span)) else {
                    findings.push(said);
                    continue;
                };
                // All syllables of a full name in a row are as good as the name itself.
                let found = if again.spelled { Tier::Certain } else { again.tier };
                if let Some((tier, confidence)) = claims.elsewhere(&span, found, context.bars) {
                    findings.push(Finding { tier, confidence, ..said });
                } else if again.spelled {
                    findings.push(Finding { tier: Tier::Possible, confidence: 45, ..said });
                }
            }
        });
    }
    findings.retain(|it| {
        let is_sure = it.tier == Tier::Certain || it.layer == Layer::Roster;
        is_sure || !columns::is_of(&named, text, &it.span)
    });
    Ok(findings)
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

fn uncovered(text: &str, layout: &Layout, context: &Context<'_>) -> Vec<Uncovered> {
    let mut all = Vec::new();
    let named = columns::named(text, layout, context.columns);
    let counts = |it: &&Piece| it.is_searched() && !named.contains(&it.range());
    for pieces in layout.pieces.chunk_by(|a, b| a.turn == b.turn) {
        let mut searched = pieces.iter().filter(counts);
        let (Some(first), second) = (searched.next(), searched.next()) else { continue };
        let gap = if second.is_none() {
            coverage::gap(text.get(first.range()).unwrap_or_default(), context.languages, context.engine)
        } else {
            let turn = pieces.iter().filter(counts).filter_map(|it| text.get(it.range()));
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
    sound_scan(raw.text().expose(), raw.layout(), &scan)?;
    Ok(raw.advance(scan, |_, scan| Detected { scan }))
}

/// Whether every finding fits a text.
fn sound_scan(text: &str, layout: &Layout, scan: &Scan) -> Result<(), Error> {
    let pieces = &layout.pieces;
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
    let turns = layout.turns();
    let in_order = scan.uncovered.is_sorted_by_key(|it| it.turn);
    if !in_order
        || scan.uncovered.last().is_some_and(|it| usize::try_from(it.turn).is_ok_and(|it| it >= turns))
    {
        return Err(Error::Misfit(scan.findings.len()));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
