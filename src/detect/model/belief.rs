//! From what the model says of each unit to names: where they stand, of what kind, how likely. Pure.

use std::ops::Range;

use crate::entity::EntityType;

/// What a label of the model means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Label {
    /// No name, or of no kind that we look for.
    Outside,
    /// The first unit of a name.
    Begins(EntityType),
    /// A further unit of one.
    Inside(EntityType),
}

impl Label {
    const fn entity(self) -> Option<EntityType> {
        match self {
            Self::Outside => None,
            Self::Begins(it) | Self::Inside(it) => Some(it),
        }
    }
}

/// Something that the model takes for a name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Belief {
    /// Bytes of the turn.
    pub(crate) range: Range<usize>,
    /// What it is most likely.
    pub(crate) entity: EntityType,
    /// How likely it is one at all: that of its likeliest unit, calibrated.
    pub(crate) probability: f32,
}

/// What the model says of one unit, as far as it may be part of a name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heard {
    /// Bytes of the turn.
    pub(crate) range: Range<usize>,
    /// The unit's number in its turn.
    pub(crate) unit: usize,
    /// How likely it is part of any name.
    pub(crate) probability: f32,
    /// Of which kind, if so.
    pub(crate) entity: EntityType,
    /// Whether it goes on rather than begins, if of that kind.
    goes_on: bool,
}

/// What makes a model as sure as it is right, measured on texts that it was not trained on.
#[derive(Clone, Debug)]
pub(super) struct Calibration {
    /// Logits are divided by it.
    pub(super) temperature: f32,
    /// Then added to the logits, in the order of the labels.
    pub(super) shifts: Vec<f32>,
}

impl Calibration {
    /// Logits as shares that sum to 1.
    pub(super) fn shares(&self, logits: &[f32]) -> Vec<f32> {
        let logits: Vec<f32> =
            logits.iter().zip(&self.shifts).map(|(it, shift)| it / self.temperature + shift).collect();
        let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let raised: Vec<f32> = logits.iter().map(|it| (it - top).exp()).collect();
        let sum: f32 = raised.iter().sum();
        raised.into_iter().map(|it| it / sum).collect()
    }
}

impl Heard {
    /// From the shares of one unit's labels; none where no label stands for a name.
    pub(super) fn of(range: Range<usize>, unit: usize, shares: &[f32], labels: &[Label]) -> Option<Self> {
        let mut sums: Vec<(EntityType, f32, f32)> = Vec::with_capacity(4);
        for (label, share) in labels.iter().zip(shares) {
            let Some(entity) = label.entity() else { continue };
            let at = sums.iter().position(|it| it.0 == entity).unwrap_or_else(|| {
                sums.push((entity, 0.0, 0.0));
                sums.len().saturating_sub(1)
            });
            let Some(sum) = sums.get_mut(at) else { continue };
            match label {
                Label::Begins(_) => sum.1 += share,
                Label::Inside(_) => sum.2 += share,
                Label::Outside => {}
            }
        }
        let probability = sums.iter().map(|it| it.1 + it.2).sum();
        let (entity, begins, inside) = sums.into_iter().max_by(|a, b| (a.1 + a.2).total_cmp(&(b.1 + b.2)))?;
        Some(Self { range, unit, probability, entity, goes_on: inside >= begins })
    }
}

/// The names among the units of a turn: units next to each other, of one kind, each at least `least` likely. A unit
/// joins the name before it where it is likelier to go on than to begin.
pub(crate) fn beliefs(heard: &[Heard], least: f32) -> Vec<Belief> {
    let mut found: Vec<Belief> = Vec::new();
    let mut next = None;
    for it in heard.iter().filter(|it| it.probability >= least) {
        match found.last_mut() {
            Some(open) if next == Some(it.unit) && open.entity == it.entity && it.goes_on => {
                open.range.end = it.range.end;
                open.probability = open.probability.max(it.probability);
            }
            Some(_) | None => {
                found.push(Belief {
                    range: it.range.clone(),
                    entity: it.entity,
                    probability: it.probability,
                });
            }
        }
        next = Some(it.unit.saturating_add(1));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [Label; 5] = [
        Label::Outside,
        Label::Begins(EntityType::Person),
        Label::Inside(EntityType::Person),
        Label::Begins(EntityType::Place),
        Label::Inside(EntityType::Place),
    ];

    #[track_caller]
    fn check(units: &[[f32; 5]], least: f32, want: &[(Range<usize>, EntityType)]) {
        let heard: Vec<Heard> =
            units.iter().enumerate().filter_map(|(n, it)| Heard::of(n..n + 1, n, it, &LABELS)).collect();
        let got: Vec<_> = beliefs(&heard, least).into_iter().map(|it| (it.range, it.entity)).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn units_of_one_kind_are_one_name_unless_one_begins() {
        use EntityType::{Person, Place};
        let (o, b, i) = ([1.0, 0.0, 0.0, 0.0, 0.0], [0.1, 0.9, 0.0, 0.0, 0.0], [0.2, 0.1, 0.7, 0.0, 0.0]);
        let place = [0.1, 0.0, 0.1, 0.1, 0.7];
        check(&[o, b, i, o, b], 0.5, &[(1..3, Person), (4..5, Person)]);
        check(&[b, b, i], 0.5, &[(0..1, Person), (1..3, Person)]);
        check(&[b, place, i], 0.5, &[(0..1, Person), (1..2, Place), (2..3, Person)]);
        check(&[i], 0.5, &[(0..1, Person)]);
        check(&[], 0.5, &[]);
    }

    #[test]
    fn kinds_add_up_and_a_lower_bar_finds_more() {
        let torn = [0.45, 0.3, 0.0, 0.25, 0.0];
        check(&[torn], 0.5, &[(0..1, EntityType::Person)]);
        check(&[torn], 0.6, &[]);
        check(&[[0.8, 0.2, 0.0, 0.0, 0.0]], 0.15, &[(0..1, EntityType::Person)]);
    }

    #[test]
    fn a_temperature_makes_less_sure_and_changes_no_order() {
        let shares =
            |temperature| Calibration { temperature, shifts: vec![0.0; 3] }.shares(&[3.0, 1.0, -40.0]);
        let (cold, warm) = (shares(1.0), shares(2.0));
        assert!(warm[0] < cold[0] && warm[0] > warm[1] && warm[1] > warm[2]);
        assert!((warm.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        let shifted =
            Calibration { temperature: 1.0, shifts: vec![0.0, 2.5, 0.0] }.shares(&[3.0, 1.0, -40.0]);
        assert!(shifted[1] > shifted[0]);
    }
}
