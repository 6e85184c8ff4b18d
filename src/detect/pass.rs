//! The first pass over a text: every layer reads every block, and what they say is gathered.

use std::{collections::BTreeMap, ops::Range};

use super::{
    Context, Model, alias, columns,
    fusion::{Claims, is_word_for_the_model},
    label, model, near, person, spoken,
    sweep::Names,
};
use crate::{
    entity::{EntityType, Finding, Layer, PersonIndex, Tier},
    roster::squeeze::Squeezed,
    rules::{Hit, Protected},
    secret::Sensitive,
    transcript::Piece,
    view::{View, folded_name},
};

/// The first pass over a text, and what it gathers for the second.
pub(super) struct Pass<'p> {
    text: &'p str,
    context: &'p Context<'p>,
    findings: Vec<Finding>,
    /// Bytes of the text that keep rules protect.
    protected: Vec<Range<usize>>,
    names: Names,
    /// Names that are searched elsewhere if they are likely enough, once they are weighed.
    spread: Vec<(Range<usize>, Sensitive<String>)>,
    claims: Claims,
    /// Up to which byte of the text the model has read; blocks overlap.
    heard_to: usize,
    /// Where headings stand that the study names, in order.
    headings: &'p [Range<usize>],
}

/// What the first pass comes to.
pub(super) struct Weighed {
    pub(super) findings: Vec<Finding>,
    pub(super) protected: Protected,
    /// To be searched in all of the text.
    pub(super) names: Names,
    /// None without a model.
    pub(super) claims: Option<Claims>,
}

impl<'p> Pass<'p> {
    pub(super) fn new(text: &'p str, context: &'p Context<'p>, headings: &'p [Range<usize>]) -> Self {
        Self {
            text,
            context,
            findings: Vec::new(),
            protected: Vec::new(),
            names: Names::default(),
            spread: Vec::new(),
            claims: Claims::by(context.model.map(Model::scripts).unwrap_or_default()),
            heard_to: 0,
            headings,
        }
    }

    /// Has every layer read a block.
    pub(super) fn read(&mut self, view: &View) -> Result<(), model::Error> {
        self.rules(view);
        self.roster(view);
        self.spoken(view);
        self.model(view)
    }

    /// What was said so far, by all layers.
    pub(super) fn voices(&self) -> impl Iterator<Item = Finding> {
        self.findings.iter().cloned().chain(self.claims.voices())
    }

    /// What was found, weighed, and what the second pass needs.
    pub(super) fn weighed(self) -> Weighed {
        let Self { text, context, mut findings, mut protected, mut names, spread, claims, .. } = self;
        protected.sort_by_key(|it| (it.start, it.end));
        let protected = Protected::from(protected);
        // What is almost a name may be a medicine.
        findings.retain(|it| !near::is_near(it) || !protected.covers(&it.span));
        let claims = context.model.map(|_| claims.sorted());
        if let Some(claims) = &claims {
            claims.weigh(text, &mut findings, &protected, context.bars);
            let likely = |it: &&Finding| it.entity == EntityType::Person && it.is_transformed();
            let by_rules = findings.iter().filter(|it| matches!(it.layer, Layer::Rule | Layer::Gazetteer));
            let tiers: BTreeMap<_, _> =
                by_rules.filter(likely).map(|it| ((it.span.start, it.span.end), it.tier)).collect();
            for (span, name) in spread {
                if let Some(tier) = tiers.get(&(span.start, span.end)) {
                    // EXPOSE: searched in the text that it comes from.
                    names.add(name.expose(), *tier, context.engine.dictionary());
                }
            }
            // A common word is somebody's name here, and a word elsewhere.
            let own = findings.iter().filter(|it| it.layer == Layer::Model && !is_word_for_the_model(it));
            for it in own.filter(likely) {
                let name = Sensitive::new(folded_name(text.get(it.span.clone()).unwrap_or_default()));
                // EXPOSE: as above.
                names.add(name.expose(), it.tier, context.engine.dictionary());
            }
        }
        Weighed { findings, protected, names, claims }
    }

    fn rules(&mut self, view: &View) {
        let engine = self.context.engine;
        let weighed = self.context.model.is_some();
        let (hits, protected) = engine.find(view.text(), view.folded());
        self.protected.extend(protected.spans().iter().map(|it| view.source(it.clone())));
        for hit in hits {
            let span = trimmed(self.text, view.source(hit.range.clone()));
            if hit.tier < Tier::Certain && columns::is_of(self.headings, self.text, &span) {
                continue;
            }
            if hit.entity == EntityType::Person && hit.spread && (hit.tier >= Tier::Probable || weighed) {
                let name = view.folded().get(hit.range.clone()).unwrap_or_default();
                if weighed {
                    self.spread.push((span.clone(), Sensitive::new(name.to_owned())));
                } else {
                    self.names.add(name, hit.tier, engine.dictionary());
                }
            }
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

    fn model(&mut self, view: &View) -> Result<(), model::Error> {
        let Some(model) = self.context.model else { return Ok(()) };
        let mut at = 0_usize;
        let mut turns = Vec::new();
        for turn in view.text().split('\n') {
            let end = at.saturating_add(turn.len());
            if view.source(at..end).end > self.heard_to {
                turns.push((at, turn));
            }
            at = end.saturating_add(1);
        }
        self.heard_to = self.heard_to.max(view.source(0..view.len()).end);
        let texts: Vec<&str> = turns.iter().map(|it| it.1).collect();
        let cased = alias::is_cased(view);
        for ((start, _), heard) in turns.into_iter().zip(model.read(&texts)?) {
            self.claims.hear(view, start, &heard, cased, self.context.engine);
        }
        Ok(())
    }

    /// A cell that identifies by its column.
    pub(super) fn cell(&mut self, mut it: Finding) {
        if it.entity == EntityType::Person {
            let view = View::of(self.text.get(it.span.clone()).unwrap_or_default());
            let folded = view.folded().trim();
            if self.is_participant(folded) {
                return;
            }
            it.person = self.whole_alias(&view);
            self.names.add(folded, Tier::Certain, self.context.engine.dictionary());
        }
        self.findings.push(it);
    }

    /// Takes words for nobody's name, whatever the model makes of them.
    pub(super) fn protect(&mut self, words: Vec<Range<usize>>) {
        self.protected.extend(words);
    }

    /// Whether a folded label is the code of somebody who takes part.
    fn is_participant(&self, folded: &str) -> bool {
        let bare = folded.trim_matches(|c| matches!(c, '[' | ']'));
        self.context.participants.persons.iter().any(|(_, code, _)| code.as_str().eq_ignore_ascii_case(bare))
    }

    /// The person of whom all of this is one alias, and nobody else's.
    fn whole_alias(&self, view: &View) -> Option<PersonIndex> {
        let hits = self.context.roster.find(view);
        hits.iter().find(|hit| !hit.shared && hit.range == (0..view.len())).map(|hit| hit.person)
    }

    pub(super) fn label(&mut self, piece: &Piece) {
        let label = self.text.get(piece.range()).unwrap_or_default();
        if label::is_role(label) {
            return;
        }
        let view = View::of(label);
        let mut it = person(trimmed(self.text, piece.range()), Tier::Certain, Layer::Label, "label.name");
        let folded = view.folded().trim();
        if self.is_participant(folded) {
            return;
        }
        it.person = self.whole_alias(&view);
        self.names.add(folded, Tier::Certain, self.context.engine.dictionary());
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

/// Without white space at its ends.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let inside = text.get(span.clone()).unwrap_or_default();
    let start = span.start.saturating_add(inside.len().saturating_sub(inside.trim_start().len()));
    start..start.saturating_add(inside.trim().len())
}
