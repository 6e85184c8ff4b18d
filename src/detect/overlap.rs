//! Makes one finding of those that overlap: what is transformed never overlaps, and nothing that any
//! layer would protect is left out, but for a character by which the name finder is out before a place of a list.

use std::{cmp::Reverse, ops::Range};

use crate::entity::{Class, EntityType, Finding, Layer, Tier};

/// The bytes of a Han character.
const HAN_BYTES: usize = 3;

/// In order of spans; transformed ones apart from each other; possible ones only where nothing is
/// transformed, each once.
pub(super) fn resolve(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|it| !it.span.is_empty());
    findings
        .sort_by_key(|it| (it.span.start, Reverse(it.span.end), Reverse(it.tier), Reverse(it.confidence)));
    let (transformed, possible): (Vec<_>, Vec<_>) = findings.into_iter().partition(Finding::is_transformed);
    let mut merged: Vec<Finding> = Vec::with_capacity(transformed.len());
    let mut cluster: Vec<Finding> = Vec::new();
    let mut end = 0;
    for it in transformed {
        if !cluster.is_empty() && it.span.start >= end {
            merged.extend(winner(std::mem::take(&mut cluster)));
        }
        end = if cluster.is_empty() { it.span.end } else { end.max(it.span.end) };
        cluster.push(it);
    }
    merged.extend(winner(cluster));
    let mut all: Vec<Finding> = Vec::with_capacity(merged.len().saturating_add(possible.len()));
    let mut taken = merged.into_iter().peekable();
    let mut reach = 0;
    let mut seen: Option<(usize, usize)> = None;
    for it in possible {
        while let Some(next) = taken.next_if(|next| next.span.start <= it.span.start) {
            reach = reach.max(next.span.end);
            all.push(next);
        }
        let clash = it.span.start < reach
            || taken.peek().is_some_and(|next| next.span.start < it.span.end)
            || seen.is_some_and(|(_, end)| it.span.end <= end);
        if !clash {
            seen = Some((it.span.start, it.span.end));
            all.push(it);
        }
    }
    all.extend(taken);
    all
}

/// Without what the name finder has a character more of than a list: where a Han name begins it is out by one now and
/// then, and a list is not. 講葵涌醫院 speaks of 葵涌醫院.
fn as_listed(mut cluster: Vec<Finding>) -> Vec<Finding> {
    let listed = cluster.iter().filter(|it| {
        it.layer == Layer::Gazetteer && it.tier == Tier::Certain && it.entity != EntityType::Person
    });
    let listed: Vec<Range<usize>> = listed.map(|it| it.span.clone()).collect();
    cluster.retain(|it| {
        let has_one_more = |list: &Range<usize>| {
            it.span.end == list.end && it.span.start.saturating_add(HAN_BYTES) == list.start
        };
        let may_be_out = it.layer == Layer::Model && it.entity != EntityType::Person;
        !(may_be_out && listed.iter().any(has_one_more))
    });
    cluster
}

/// Takes the widest span and the best name for it.
fn winner(cluster: Vec<Finding>) -> Option<Finding> {
    let cluster = as_listed(cluster);
    let start = cluster.iter().map(|it| it.span.start).min()?;
    let end = cluster.iter().map(|it| it.span.end).max()?;
    // A surname inside a longer name says nothing of who that is: "Mary Kwok" is not the roster's Kwok.
    // However certain it is where it stands alone.
    let surname = |it: &Finding| matches!(it.rule.as_str(), "roster.latin-surname" | "roster.han-address");
    let tells = |it: &&Finding| it.tier == Tier::Certain && !surname(it) || it.span == (start..end);
    let person = cluster.iter().filter(tells).find_map(|it| it.person.filter(|_| it.layer == Layer::Roster));
    // Where a list has the same place, its ladder is known, whoever is surest.
    let listed = cluster.iter().find(|it| it.span == (start..end) && !it.ladder.is_empty());
    let listed = listed.map(|it| (it.entity, it.ladder.clone()));
    let best = cluster.into_iter().max_by_key(|it| {
        let whole = it.span == (start..end);
        let direct = it.class == Class::Direct;
        let sure = it.layer == Layer::Roster && it.tier == Tier::Certain;
        let found = it.layer != Layer::Sweep;
        (sure, whole, it.tier, direct, found, it.confidence, it.span.len())
    })?;
    let own = best.person.filter(|_| tells(&&best));
    let person = own.or(person.filter(|_| best.entity == EntityType::Person));
    let ladder = match listed {
        Some((entity, ladder)) if best.ladder.is_empty() && entity == best.entity => ladder,
        _ => best.ladder,
    };
    Some(Finding { span: start..end, person, ladder, ..best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(span: Range<usize>, entity: EntityType, tier: Tier, confidence: u8) -> Finding {
        Finding {
            span,
            entity,
            class: entity.class(),
            tier,
            confidence,
            layer: Layer::Rule,
            rule: "t".into(),
            person: None,
            ladder: Vec::new(),
        }
    }

    #[track_caller]
    fn check(findings: Vec<Finding>, want: &[(Range<usize>, EntityType)]) {
        let got: Vec<_> = resolve(findings).into_iter().map(|it| (it.span, it.entity)).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn a_doubtful_alias_gives_its_person_to_no_longer_name() {
        let alias = |span, tier| Finding {
            layer: Layer::Roster,
            person: Some(crate::entity::PersonIndex(3)),
            ..finding(span, EntityType::Person, tier, 70)
        };
        for (tier, span, known) in
            [(Tier::Probable, 5..9, false), (Tier::Probable, 0..9, true), (Tier::Certain, 5..9, true)]
        {
            let found =
                resolve(vec![finding(0..9, EntityType::Person, Tier::Certain, 90), alias(span, tier)]);
            assert_eq!(found[0].person.is_some(), known);
        }
        // "William Kwan" is no rostered Kwan, in whose own file even the surname alone is certain.
        let surname = Finding { rule: "roster.latin-surname".into(), ..alias(5..9, Tier::Certain) };
        let found = resolve(vec![finding(0..9, EntityType::Person, Tier::Probable, 70), surname]);
        assert_eq!((found.len(), found[0].person), (1, None));
    }

    #[test]
    fn the_name_finder_takes_no_character_before_a_listed_name() {
        use EntityType::{Organisation, Service};
        let model = |span| Finding { layer: Layer::Model, ..finding(span, Organisation, Tier::Certain, 99) };
        let list = || Finding { layer: Layer::Gazetteer, ..finding(3..15, Service, Tier::Certain, 92) };
        check(vec![model(0..15), list()], &[(3..15, Service)]);
        check(vec![model(0..18), list()], &[(0..18, Organisation)]);
        let rule = || finding(0..15, Service, Tier::Certain, 86);
        check(vec![model(0..15), rule(), list()], &[(0..15, Service)]);
    }

    #[test]
    fn a_place_of_a_list_keeps_its_ladder() {
        use EntityType::{Organisation, Place};
        let listed = |entity| Finding {
            ladder: vec!["New Territories".into()],
            ..finding(0..7, entity, Tier::Certain, 87)
        };
        let sure = || finding(0..7, Place, Tier::Certain, 100);
        assert_eq!(resolve(vec![listed(Place), sure()])[0].ladder, ["New Territories"]);
        assert!(resolve(vec![listed(Organisation), sure()])[0].ladder.is_empty(), "of another kind");
        let longer = finding(0..12, Place, Tier::Certain, 90);
        assert!(resolve(vec![listed(Place), longer])[0].ladder.is_empty(), "Sha Tin Road");
    }

    #[test]
    fn overlapping_findings_become_the_widest_span() {
        use EntityType::{Address, Email, Person, Phone, Place};
        use Tier::{Certain, Possible, Probable};
        check(
            vec![finding(0..8, Person, Probable, 70), finding(5..12, Person, Certain, 90)],
            &[(0..12, Person)],
        );
        check(
            vec![finding(10..14, Place, Certain, 95), finding(0..20, Address, Probable, 65)],
            &[(0..20, Address)],
        );
        check(
            vec![finding(0..20, Email, Certain, 95), finding(0..5, Person, Probable, 70)],
            &[(0..20, Email)],
        );
        check(
            vec![finding(0..4, Phone, Probable, 60), finding(4..8, Person, Probable, 60)],
            &[(0..4, Phone), (4..8, Person)],
        );
        check(
            vec![
                finding(0..4, Person, Possible, 40),
                finding(2..9, Place, Probable, 60),
                finding(20..24, Person, Possible, 40),
                finding(20..24, Person, Possible, 50),
            ],
            &[(2..9, Place), (20..24, Person)],
        );
        // A place that a list has is no person, whatever an unsure layer says.
        check(vec![finding(0..6, Person, Probable, 70), finding(0..6, Place, Certain, 90)], &[(0..6, Place)]);
        check(vec![finding(0..6, Person, Certain, 86), finding(0..6, Place, Certain, 92)], &[(0..6, Person)]);
        check(vec![finding(3..3, Person, Certain, 90)], &[]);
    }
}
