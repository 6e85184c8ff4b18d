//! What another set of rules would find otherwise in one text. Pure: two scans in, changes out.

use std::ops::Range;

use crate::{
    detect::Scan,
    entity::{EntityType, Finding, Tier},
};

/// One difference.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// The rule that found it; of a change, the new one's.
    pub rule: String,
    /// The entity type, after the change.
    pub entity: EntityType,
    /// What differs.
    pub what: What,
}

/// What differs in a finding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum What {
    /// The old rules do not find it.
    Gained(Tier),
    /// The new rules do not find it.
    Lost(Tier),
    /// It was of this type.
    Retyped(EntityType),
    /// It was found with this certainty, and now is with the other.
    Reweighed(Tier, Tier),
    /// Its ends lie elsewhere.
    Resized,
    /// It generalizes to something else.
    Ladder,
}

/// Compares two scans of one text, in order of spans. That another rule finds the same is no change.
#[must_use]
pub fn changes(old: &Scan, new: &Scan) -> Vec<Change> {
    let mut left: Vec<&Finding> = new.findings.iter().collect();
    let mut unmet: Vec<&Finding> = Vec::new();
    let mut changes = Vec::new();
    for before in &old.findings {
        let same = |it: &&Finding| it.span == before.span;
        let best = left.iter().position(|it| same(it) && it.entity == before.entity);
        match best.or_else(|| left.iter().position(same)) {
            Some(n) => changes.extend(compared(before, left.remove(n))),
            None => unmet.push(before),
        }
    }
    for before in unmet {
        let touches = |it: &&Finding| it.span.start < before.span.end && before.span.start < it.span.end;
        match left.iter().position(touches) {
            Some(n) => {
                let after = left.remove(n);
                changes.push(change(after, What::Resized));
                changes.extend(compared(before, after));
            }
            None => changes.push(change(before, What::Lost(before.tier))),
        }
    }
    changes.extend(left.into_iter().map(|it| change(it, What::Gained(it.tier))));
    changes.sort_by_key(|it| (it.span.start, it.span.end, it.what));
    changes
}

fn change(of: &Finding, what: What) -> Change {
    Change { span: of.span.clone(), rule: of.rule.clone(), entity: of.entity, what }
}

/// What differs in two findings of the same words.
fn compared(before: &Finding, after: &Finding) -> Option<Change> {
    let what = if before.entity != after.entity {
        What::Retyped(before.entity)
    } else if before.tier != after.tier {
        What::Reweighed(before.tier, after.tier)
    } else if before.ladder != after.ladder {
        What::Ladder
    } else {
        return None;
    };
    Some(change(after, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::Layer;

    fn finding(span: Range<usize>, entity: EntityType, tier: Tier, rule: &str) -> Finding {
        Finding {
            span,
            entity,
            class: entity.class(),
            tier,
            confidence: 90,
            layer: Layer::Rule,
            rule: rule.to_owned(),
            person: None,
            ladder: Vec::new(),
        }
    }

    fn check(old: &[Finding], new: &[Finding], want: &[(usize, What)]) {
        let scan = |it: &[Finding]| Scan { findings: it.to_vec(), uncovered: Vec::new(), weighed: false };
        let told: Vec<_> =
            changes(&scan(old), &scan(new)).into_iter().map(|it| (it.span.start, it.what)).collect();
        assert_eq!(told, want);
    }

    use EntityType as E;

    #[test]
    fn each_difference_is_told_once() {
        let one = finding(0..4, E::Person, Tier::Certain, "a");
        check(std::slice::from_ref(&one), &[finding(0..4, E::Person, Tier::Certain, "b")], &[]);
        check(&[], std::slice::from_ref(&one), &[(0, What::Gained(Tier::Certain))]);
        check(std::slice::from_ref(&one), &[], &[(0, What::Lost(Tier::Certain))]);
        check(
            std::slice::from_ref(&one),
            &[finding(0..4, E::Place, Tier::Certain, "a")],
            &[(0, What::Retyped(E::Person))],
        );
        check(
            std::slice::from_ref(&one),
            &[finding(0..4, E::Person, Tier::Possible, "a")],
            &[(0, What::Reweighed(Tier::Certain, Tier::Possible))],
        );
        check(
            std::slice::from_ref(&one),
            &[finding(2..9, E::Place, Tier::Certain, "a"), finding(20..22, E::Age, Tier::Probable, "c")],
            &[(2, What::Retyped(E::Person)), (2, What::Resized), (20, What::Gained(Tier::Probable))],
        );
        let mut other = one.clone();
        other.ladder = vec!["Kowloon".to_owned()];
        check(&[one], &[other], &[(0, What::Ladder)]);
    }
}
