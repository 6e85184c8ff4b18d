//! Weighs what the layers say about the same words: rules, lists, the model, a name found elsewhere. How likely
//! something is a name is decided once, from all of them, as a sum of log-odds.
//!
//! What is certain is never weighed: a validator, the roster and a speaker's label are no matter of likelihood. Where
//! there is no model nothing is weighed either, and rules stand as they are written.
//!
//! The weights were fitted to texts that neither rules nor model were written for (`training/fusion`); docs/detection.md
//! has the table.

use std::ops::Range;

use super::{
    model::{Heard, Scripts, beliefs},
    near, person,
};
use crate::{
    config::Bars,
    entity::{Class, EntityType, Finding, Layer, Tier},
    rules::{Engine, Protected},
    view::{View, is_han},
};

/// A unit that is at least so likely belongs to the name beside it.
const JOINS: f32 = 0.2;
/// The model must be so sure of a kind to correct a rule that is not certain of another.
const CORRECTS: f32 = 0.95;

/// What the model speaks as where it takes a common word for a name.
const WORD: &str = "model.word";
const SMALL_WORD: &str = "model.small-word";

/// Whether a finding is a common word that only the model takes for a name: it stands elsewhere and is none.
pub(crate) fn is_word_for_the_model(finding: &Finding) -> bool {
    finding.layer == Layer::Model && [WORD, SMALL_WORD].contains(&finding.rule.as_str())
}

/// How odds add up, in natural logarithms.
struct Weights {
    /// Before anybody has spoken.
    nothing: f32,
    /// How much of the model's own log-odds counts.
    model: f32,
    /// The model sees no name at all.
    silence: f32,
    /// A rule's voice, and more for each percent over 50 that it is sure of itself.
    any_rule: f32,
    rule: f32,
    /// The same name was found elsewhere, as probable or as certain.
    probable_elsewhere: f32,
    certain_elsewhere: f32,
    /// It is written small where names are not.
    written_small: f32,
    /// What the model alone takes for a place, an organisation, an occupation.
    place: f32,
    organisation: f32,
    occupation: f32,
    /// One Han character, or at most two letters.
    short: f32,
    /// A common word of English, of Cantonese or written Chinese.
    common_word: f32,
    common_han: f32,
}

const WEIGHTS: Weights = Weights {
    nothing: -1.52,
    model: 0.51,
    silence: -2.48,
    any_rule: 1.09,
    rule: 0.04,
    probable_elsewhere: 0.75,
    certain_elsewhere: 1.62,
    written_small: -1.52,
    place: 0.64,
    organisation: 0.44,
    occupation: -1.39,
    short: -0.17,
    common_word: 0.38,
    common_han: -0.22,
};

/// Something that the model takes for a name.
#[derive(Clone, Debug)]
struct Claim {
    span: Range<usize>,
    entity: EntityType,
    probability: f32,
    /// Whether it is written small where names begin with a capital.
    small: bool,
    /// Whether it is too short to be much of a name.
    short: bool,
    /// Whether it is a common word, and of which script.
    word: Option<Script>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Script {
    Latin,
    Han,
}

/// What the model says of a text.
#[derive(Debug, Default)]
pub(super) struct Claims {
    list: Vec<Claim>,
    scripts: Scripts,
}

impl Claims {
    /// Nothing yet, by a model that reads these scripts.
    pub(super) const fn by(scripts: Scripts) -> Self {
        Self { list: Vec::new(), scripts }
    }

    /// Whether the model can speak for or against what stands here.
    pub(super) fn judge(&self, text: &str, span: &Range<usize>) -> bool {
        self.scripts.cover(text.get(span.clone()).unwrap_or_default())
    }

    /// Takes what it says of the turn that starts at `start` in a view. `cased` says that names begin with capitals.
    pub(super) fn hear(&mut self, view: &View, start: usize, heard: &[Heard], cased: bool, engine: &Engine) {
        let weak = heard.iter().filter(|it| it.probability < JOINS).cloned().collect::<Vec<_>>();
        for it in beliefs(heard, JOINS).into_iter().chain(beliefs(&weak, 0.0)) {
            let range = start.saturating_add(it.range.start)..start.saturating_add(it.range.end);
            let shown = view.text().get(range.clone()).unwrap_or_default();
            let folded = view.folded().get(range.clone()).unwrap_or_default();
            if !shown.contains(char::is_alphanumeric) || !self.scripts.cover(shown) {
                continue;
            }
            self.list.push(Claim {
                span: view.source(range),
                entity: it.entity,
                probability: it.probability,
                short: is_short(shown),
                word: near::is_known_word(engine.dictionary(), folded)
                    .then(|| if shown.chars().any(is_han) { Script::Han } else { Script::Latin }),
                small: cased
                    && shown.chars().any(|it| it.is_ascii_lowercase())
                    && !shown.chars().any(|it| it.is_ascii_uppercase()),
            });
        }
    }

    /// What it says, as surely as it says so by itself.
    pub(super) fn voices(&self) -> impl Iterator<Item = Finding> {
        self.list.iter().map(|it| it.finding(Tier::Possible, percent(log_odds(it.probability))))
    }

    /// In order, ready to weigh with.
    pub(super) fn sorted(mut self) -> Self {
        self.list.sort_by_key(|it| (it.span.start, it.span.end));
        self
    }

    /// Adds what the model says to what rules and lists found, and weighs both.
    pub(super) fn weigh(&self, text: &str, findings: &mut Vec<Finding>, protected: &Protected, bars: Bars) {
        findings.sort_by_key(|it| (it.span.start, it.span.end));
        let mut own = Vec::new();
        for claim in self.list.iter().filter(|it| !protected.covers(&it.span)) {
            let spoken = |it: &&Finding| it.is_weighed() && it.entity == claim.entity;
            let rule = overlapping(findings, &claim.span).filter(spoken).map(|it| it.confidence).max();
            let confidence =
                percent(rule.map_or_else(|| claim.alone(), |confidence| claim.odds(rule_odds(confidence))));
            let Some(tier) = tier(confidence, claim.entity.class(), bars) else { continue };
            own.push(claim.finding(tier, confidence));
        }
        for it in findings.iter_mut().filter(|it| it.is_weighed() && self.judge(text, &it.span)) {
            let odds = self.strongest(&it.span, rule_odds(it.confidence));
            it.confidence = percent(odds);
            // A rule that is not sure enough of itself waits for a reviewer, as it is written.
            it.tier = tier(it.confidence, it.class, bars).unwrap_or(Tier::Possible);
            if let Some(other) = self.other_kind(it) {
                it.entity = other;
                it.class = other.class();
            }
        }
        findings.extend(own);
    }

    /// How sure it is that a name found elsewhere is that name here, too.
    pub(super) fn elsewhere(&self, span: &Range<usize>, found: Tier, bars: Bars) -> Option<(Tier, u8)> {
        let more =
            if found == Tier::Certain { WEIGHTS.certain_elsewhere } else { WEIGHTS.probable_elsewhere };
        let confidence = percent(self.strongest(span, more));
        tier(confidence, Class::Direct, bars).map(|it| (it, confidence))
    }

    /// The odds of a span from what the model says of it and `more`.
    fn strongest(&self, span: &Range<usize>, more: f32) -> f32 {
        let silent = WEIGHTS.nothing + WEIGHTS.silence + more;
        self.over(span).map(|it| it.odds(more)).fold(silent, f32::max)
    }

    fn other_kind(&self, finding: &Finding) -> Option<EntityType> {
        let surest = self.over(&finding.span).max_by(|a, b| a.probability.total_cmp(&b.probability))?;
        let corrects = surest.probability >= CORRECTS && surest.entity != EntityType::Occupation;
        Some(surest.entity).filter(|it| corrects && *it != finding.entity && finding.ladder.is_empty())
    }

    fn over(&self, span: &Range<usize>) -> impl Iterator<Item = &Claim> {
        // Claims do not overlap each other, so that their ends are in order, too.
        let from = self.list.partition_point(|it| it.span.end <= span.start);
        let end = span.end;
        self.list.iter().skip(from).take_while(move |it| it.span.start < end)
    }
}

impl Claim {
    fn odds(&self, more: f32) -> f32 {
        let mut odds = WEIGHTS.nothing + WEIGHTS.model * log_odds(self.probability) + more;
        if self.small {
            odds += WEIGHTS.written_small;
        }
        if self.short {
            odds += WEIGHTS.short;
        }
        odds += match self.word {
            Some(Script::Latin) => WEIGHTS.common_word,
            Some(Script::Han) => WEIGHTS.common_han,
            None => 0.0,
        };
        odds
    }

    /// The odds where no rule says what it is.
    fn alone(&self) -> f32 {
        let kinds = [
            (EntityType::Place, WEIGHTS.place),
            (EntityType::Organisation, WEIGHTS.organisation),
            (EntityType::Occupation, WEIGHTS.occupation),
        ];
        let kind = kinds.into_iter().find(|it| it.0 == self.entity).map_or(0.0, |it| it.1);
        self.odds(kind)
    }

    fn finding(&self, tier: Tier, confidence: u8) -> Finding {
        let (entity, class) = (self.entity, self.entity.class());
        Finding { entity, class, confidence, ..person(self.span.clone(), tier, Layer::Model, self.rule()) }
    }

    /// A common word says so: as a name it is no original to be searched for in what is released.
    const fn rule(&self) -> &'static str {
        match (self.small, self.word) {
            (false, None) => "model",
            (true, None) => "model.small",
            (false, Some(_)) => WORD,
            (true, Some(_)) => SMALL_WORD,
        }
    }
}

/// Whether it is one Han character, or at most two letters.
fn is_short(text: &str) -> bool {
    let letters = text.chars().filter(|it| it.is_alphanumeric());
    letters.count() <= if text.chars().any(is_han) { 1 } else { 2 }
}

fn rule_odds(confidence: u8) -> f32 {
    WEIGHTS.any_rule + WEIGHTS.rule * (f32::from(confidence) - 50.0)
}

/// Findings that overlap a span, of those that are sorted by their starts.
fn overlapping<'f>(findings: &'f [Finding], span: &Range<usize>) -> impl Iterator<Item = &'f Finding> {
    let upto = findings.partition_point(|it| it.span.start < span.end);
    let start = span.start;
    // No finding of a rule is longer than a line; a few hundred bytes back is where the longest begins.
    let from = findings.partition_point(|it| it.span.start.saturating_add(512) < start);
    findings.get(from..upto).unwrap_or_default().iter().filter(move |it| it.span.end > start)
}

fn log_odds(probability: f32) -> f32 {
    let p = probability.clamp(0.001, 0.999);
    (p / (1.0 - p)).ln()
}

fn percent(odds: f32) -> u8 {
    let share = 100.0 / (1.0 + (-odds).exp());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
    let percent = share.round() as u8;
    percent.min(100)
}

fn tier(confidence: u8, class: Class, bars: Bars) -> Option<Tier> {
    let probable = match class {
        Class::Direct => bars.probable,
        Class::Quasi => bars.quasi,
    };
    if confidence >= bars.certain {
        Some(Tier::Certain)
    } else if confidence >= probable {
        Some(Tier::Probable)
    } else {
        (confidence >= bars.possible).then_some(Tier::Possible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(span: Range<usize>, entity: EntityType, probability: f32) -> Claim {
        Claim { span, entity, probability, small: false, short: false, word: None }
    }

    fn claims_of(list: Vec<Claim>) -> Claims {
        Claims { list, scripts: Scripts::default() }
    }

    fn rule(span: Range<usize>, entity: EntityType, tier: Tier, confidence: u8) -> Finding {
        Finding { entity, class: entity.class(), confidence, ..person(span, tier, Layer::Rule, "t.rule") }
    }

    fn weighed(
        claims: Vec<Claim>,
        mut findings: Vec<Finding>,
    ) -> Vec<(Range<usize>, EntityType, Tier, Layer)> {
        claims_of(claims).sorted().weigh("", &mut findings, &Protected::default(), Bars::default());
        findings.into_iter().map(|it| (it.span, it.entity, it.tier, it.layer)).collect()
    }

    #[test]
    fn a_weak_rule_wants_a_second_voice() {
        let found = vec![rule(0..4, EntityType::Person, Tier::Probable, 60)];
        assert_eq!(weighed(vec![], found.clone())[0].2, Tier::Possible);
        let both = weighed(vec![claim(0..4, EntityType::Person, 0.9)], found);
        assert!(both.iter().all(|it| it.2 >= Tier::Probable));
        assert_eq!(both.len(), 2);
    }

    #[test]
    fn a_model_that_does_not_read_a_script_is_no_voice_against_rules_in_it() {
        let text = "Rosa 阿文 came";
        let found = || {
            vec![
                rule(0..4, EntityType::Person, Tier::Probable, 60),
                rule(5..11, EntityType::Person, Tier::Probable, 60),
            ]
        };
        for (han, want) in [(true, Tier::Possible), (false, Tier::Probable)] {
            let (claims, mut findings) = (Claims::by(Scripts { latin: true, han }), found());
            claims.weigh(text, &mut findings, &Protected::default(), Bars::default());
            assert_eq!((findings[0].tier, findings[1].tier), (Tier::Possible, want));
        }
    }

    #[test]
    fn what_is_certain_is_not_weighed() {
        let found = vec![
            rule(0..4, EntityType::Person, Tier::Certain, 90),
            rule(5..9, EntityType::Hkid, Tier::Probable, 60),
        ];
        let got = weighed(vec![], found);
        assert_eq!(got[0].2, Tier::Certain);
        assert_eq!(got[1].2, Tier::Probable);
    }

    #[test]
    fn the_model_alone_must_be_sure_and_surer_of_what_is_written_small() {
        let sure = claim(0..4, EntityType::Person, 0.97);
        assert!(weighed(vec![sure.clone()], vec![])[0].2 >= Tier::Probable);
        let small = Claim { small: true, probability: 0.7, ..sure.clone() };
        assert_eq!(weighed(vec![small], vec![])[0].2, Tier::Possible);
        assert_eq!(weighed(vec![Claim { probability: 0.002, ..sure }], vec![]), []);
    }

    #[test]
    fn a_sure_model_says_what_kind_it_is() {
        let found = vec![rule(0..6, EntityType::Person, Tier::Probable, 70)];
        let got = weighed(vec![claim(0..6, EntityType::Place, 0.99)], found.clone());
        assert!(got.iter().all(|it| it.1 == EntityType::Place));
        let got = weighed(vec![claim(0..6, EntityType::Place, 0.8)], found);
        assert_eq!(got[0].1, EntityType::Person);
    }

    #[test]
    fn a_certain_name_elsewhere_counts_where_the_model_does_not_deny_it() {
        let claims = claims_of(vec![claim(10..14, EntityType::Person, 0.4)]).sorted();
        let bars = Bars::default();
        let at = |span, tier| claims.elsewhere(&span, tier, bars).map(|it| it.0);
        assert_eq!(at(10..14, Tier::Certain), Some(Tier::Probable));
        assert!(at(20..24, Tier::Certain) <= Some(Tier::Possible));
        assert!(at(20..24, Tier::Probable) <= Some(Tier::Possible));
    }

    #[test]
    fn what_is_kept_stays_whatever_the_model_says() {
        let mut findings = Vec::new();
        let kept = Protected::from(vec![0..5, 4..9]);
        claims_of(vec![claim(2..6, EntityType::Person, 0.99)]).weigh(
            "",
            &mut findings,
            &kept,
            Bars::default(),
        );
        assert_eq!(findings, []);
    }

    #[test]
    fn more_evidence_never_makes_less_sure() {
        let odds = |p, more| claim(0..1, EntityType::Person, p).odds(more);
        assert!(odds(0.9, 0.0) > odds(0.5, 0.0) && odds(0.5, 1.0) > odds(0.5, 0.0));
        assert!(rule_odds(80) > rule_odds(60) && rule_odds(50) > 0.0);
    }
}
