//! Spends a reviewer's attention where it removes most. What is only possible is asked about by distinct string, those
//! first whose decision can be expected to remove most; the rest is left as it is and asked about nowhere.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::near;
use crate::{
    entity::{Class, Finding},
    secret::Sensitive,
    transcript::Layout,
    view::{folded_name, is_han},
};

/// An hour of interview is about so many words of English or characters of Cantonese.
const WORDS_AN_HOUR: usize = 9_000;
const HAN_AN_HOUR: usize = 15_000;
/// Of so many distinct strings a reviewer is asked in an hour of talk.
const ASKED_AN_HOUR_LATIN: usize = 15;
const ASKED_AN_HOUR_HAN: usize = 25;
/// And in the shortest item.
const ASKED_AT_LEAST: usize = 1;
/// What identifies only together with other things counts as so many percent of what identifies alone.
const QUASI_COUNTS: usize = 25;

/// Leaves out what is possible and not worth asking about. What is almost a name of the roster always is.
/// `asked` is in percent of the usual number.
pub(super) fn spend(findings: &mut Vec<Finding>, text: &str, layout: &Layout, asked: u16) {
    let is_asked = |it: &Finding| !it.is_transformed() && !it.is_rostered() && !near::is_near(it);
    let string = |it: &Finding| Sensitive::new(folded_name(text.get(it.span.clone()).unwrap_or_default()));
    let mut worth: BTreeMap<String, usize> = BTreeMap::new();
    for it in findings.iter().filter(|it| is_asked(it)) {
        let weight = if it.class == Class::Direct { 100 } else { QUASI_COUNTS };
        // EXPOSE: counted, and wiped below.
        let sum = worth.entry(string(it).expose().clone()).or_default();
        *sum = sum.saturating_add(usize::from(it.confidence).saturating_mul(weight));
    }
    let most = budget(text, layout, asked);
    if worth.len() <= most {
        wipe(worth.into_keys());
        return;
    }
    let mut ranked: Vec<(Reverse<usize>, String)> =
        worth.into_iter().map(|(it, sum)| (Reverse(sum), it)).collect();
    ranked.sort();
    wipe(ranked.split_off(most).into_iter().map(|it| it.1));
    let asked: BTreeSet<String> = ranked.into_iter().map(|it| it.1).collect();
    // EXPOSE: compared.
    findings.retain(|it| !is_asked(it) || asked.contains(string(it).expose()));
    wipe(asked);
}

/// How many hours of talk a text is.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of words")]
pub fn hours(text: &str) -> f64 {
    let (words, han) = length(text);
    words as f64 / WORDS_AN_HOUR as f64 + han as f64 / HAN_AN_HOUR as f64
}

/// How many words in Latin letters, and how many Han characters.
fn length(text: &str) -> (usize, usize) {
    let (mut words, mut han) = (0_usize, 0_usize);
    let mut inside = false;
    for c in text.chars() {
        let ideograph = is_han(c);
        let letter = c.is_alphanumeric() && !ideograph || inside && matches!(c, '\'' | '’');
        han = han.saturating_add(usize::from(ideograph));
        words = words.saturating_add(usize::from(letter && !inside));
        inside = letter;
    }
    (words, han)
}

/// How many distinct strings a text of this length is worth.
fn budget(text: &str, layout: &Layout, percent: u16) -> usize {
    let searched = layout.pieces.iter().filter(|it| it.is_searched()).filter_map(|it| text.get(it.range()));
    let (words, han) = searched
        .map(length)
        .fold((0_usize, 0_usize), |sum, it| (sum.0.saturating_add(it.0), sum.1.saturating_add(it.1)));
    // Both kinds of talk are parts of the same hour: rounded once.
    let latin = words.saturating_mul(ASKED_AN_HOUR_LATIN).saturating_mul(HAN_AN_HOUR);
    let han = han.saturating_mul(ASKED_AN_HOUR_HAN).saturating_mul(WORDS_AN_HOUR);
    let hour = WORDS_AN_HOUR.saturating_mul(HAN_AN_HOUR).saturating_mul(100);
    let all = latin.saturating_add(han).saturating_mul(usize::from(percent));
    let least = ASKED_AT_LEAST.min(usize::from(percent));
    all.saturating_add(hour / 2).checked_div(hour).unwrap_or(0).max(least)
}

/// Wipes strings that were only counted.
fn wipe(strings: impl IntoIterator<Item = String>) {
    for it in strings {
        drop(Sensitive::new(it));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        detect::person,
        entity::{EntityType, Layer, Tier},
        transcript::{Format, Piece, Role},
    };

    fn layout(text: &str) -> Layout {
        let piece = Piece { start: 0, end: text.len(), role: Role::Speech, turn: 0 };
        Layout { format: Format::Text, encoding: "UTF-8".into(), pieces: vec![piece] }
    }

    fn possible(text: &str, string: &str, confidence: u8) -> Vec<Finding> {
        text.match_indices(string)
            .map(|(at, it)| Finding {
                confidence,
                ..person(at..at + it.len(), Tier::Possible, Layer::Model, "model")
            })
            .collect()
    }

    fn spent(text: &str, mut findings: Vec<Finding>) -> Vec<String> {
        findings.sort_by_key(|it| it.span.start);
        spend(&mut findings, text, &layout(text), 100);
        findings.into_iter().map(|it| text[it.span].to_owned()).collect()
    }

    #[test]
    fn what_is_asked_first_removes_most() {
        // Long enough for two.
        let text = &format!("roke and roke and Roke saw ysolde and tamsin and merle{}", " word".repeat(1200));
        let all = || {
            ["roke", "Roke"]
                .iter()
                .flat_map(|it| possible(text, it, 15))
                .chain(possible(text, "ysolde", 18))
                .chain(possible(text, "tamsin", 30))
                .chain(possible(text, "merle", 8))
                .collect::<Vec<_>>()
        };
        // Three of one string at 15 % are worth more than one of another at 30 %.
        assert_eq!(spent(text, all()), ["roke", "roke", "Roke", "tamsin"]);
        let mut quasi = all();
        quasi.iter_mut().filter(|it| text[it.span.clone()] == *"tamsin").for_each(|it| {
            it.entity = EntityType::Place;
            it.class = Class::Quasi;
        });
        assert_eq!(spent(text, quasi), ["roke", "roke", "Roke", "ysolde"]);
    }

    #[test]
    fn what_is_taken_out_or_almost_a_roster_s_name_costs_nothing() {
        let text = "aa bb cc";
        let mut findings: Vec<Finding> =
            ["aa", "bb", "cc"].iter().flat_map(|it| possible(text, it, 20)).collect();
        findings[0].tier = Tier::Probable;
        findings[1].layer = Layer::Roster;
        assert_eq!(spent(text, findings), ["aa", "bb", "cc"]);
    }

    #[test]
    fn an_hour_of_talk_has_its_budget() {
        let english = "word ".repeat(WORDS_AN_HOUR);
        assert_eq!(budget(&english, &layout(&english), 100), ASKED_AN_HOUR_LATIN);
        assert_eq!(budget(&english, &layout(&english), 400), 4 * ASKED_AN_HOUR_LATIN);
        assert_eq!(budget(&english, &layout(&english), 0), 0);
        let han = "字".repeat(HAN_AN_HOUR);
        assert_eq!(budget(&han, &layout(&han), 100), ASKED_AN_HOUR_HAN);
        assert_eq!(budget("hi", &layout("hi"), 100), ASKED_AT_LEAST);
    }
}
