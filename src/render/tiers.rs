//! Which tier a turn stands on: one a speaker, and others beside it for what overlaps.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

/// A turn as tiers see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'h> {
    pub(super) label: &'h str,
    /// Infinite where it has no time.
    pub(super) start: f64,
    pub(super) end: f64,
    /// Whether it is a point: points and intervals have tiers of their own.
    pub(super) point: bool,
}

/// A tier and the turns on it, by their places in what was given, in order and without overlap.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Tier<'h> {
    pub(super) label: &'h str,
    /// The label, or `label~2` and so on where that is taken.
    pub(super) name: String,
    pub(super) point: bool,
    pub(super) turns: Vec<usize>,
}

/// A moment that can be sorted by.
#[derive(Clone, Copy, Debug)]
struct Moment(f64);

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Moment {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Moment {}

/// The tiers of a speaker.
#[derive(Debug, Default)]
struct Lane {
    free: BTreeSet<usize>,
    busy: BTreeSet<(Moment, usize)>,
}

/// The tiers, in the order in which they are first needed. Turns of the same times stand on tiers in their own order,
/// so that whoever sorts by time and tier finds them as they were.
pub(super) fn assign<'h>(spans: &[Span<'h>]) -> Vec<Tier<'h>> {
    let mut tiers: Vec<Tier<'h>> = Vec::new();
    let mut lanes: BTreeMap<(&str, bool), Lane> = BTreeMap::new();
    let mut names = Names::default();
    let mut last: Option<(Span<'h>, usize)> = None;
    for (turn, span) in spans.iter().enumerate() {
        let lane = lanes.entry((span.label, span.point)).or_default();
        while let Some((end, tier)) = lane.busy.first().copied()
            && end <= Moment(span.start)
        {
            lane.busy.pop_first();
            lane.free.insert(tier);
        }
        let tied =
            last.filter(|(it, _)| span.start.is_finite() && (it.start, it.end) == (span.start, span.end));
        let from = tied.map_or(0, |(_, tier)| tier.saturating_add(1));
        let found = lane.free.range(from..).next().copied();
        let at = found.unwrap_or(tiers.len());
        if found.is_none() {
            let name = names.next(span.label);
            tiers.push(Tier { label: span.label, name, point: span.point, turns: Vec::new() });
        }
        lane.free.remove(&at);
        lane.busy.insert((Moment(span.end), at));
        if let Some(it) = tiers.get_mut(at) {
            it.turns.push(turn);
        }
        last = Some((*span, at));
    }
    tiers
}

/// Gives names that no other tier has.
#[derive(Debug, Default)]
pub(super) struct Names<'h> {
    taken: BTreeSet<String>,
    last: BTreeMap<&'h str, usize>,
}

impl<'h> Names<'h> {
    /// The label itself the first time.
    pub(super) fn next(&mut self, label: &'h str) -> String {
        let last = self.last.entry(label).or_default();
        loop {
            *last = last.saturating_add(1);
            let name = if *last == 1 { label.to_owned() } else { format!("{label}~{last}") };
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// Seconds or milliseconds as a number.
pub(super) fn number(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spans: &[(&str, f64, f64)], want: &[(&str, &[usize])]) {
        let of =
            |&(label, start, end): &(&'static str, f64, f64)| Span { label, start, end, point: end <= start };
        let spans: Vec<_> = spans.iter().map(|it| of(&(Box::leak(it.0.into()), it.1, it.2))).collect();
        let tiers = assign(&spans);
        let got: Vec<_> = tiers.iter().map(|it| (it.name.as_str(), it.turns.as_slice())).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn what_overlaps_stands_on_a_tier_beside() {
        check(&[("A", 0.0, 1.0), ("B", 0.5, 2.0), ("A", 1.0, 2.0)], &[("A", &[0, 2]), ("B", &[1])]);
        check(&[("A", 0.0, 2.0), ("A", 1.0, 3.0), ("A", 2.0, 4.0)], &[("A", &[0, 2]), ("A~2", &[1])]);
        check(
            &[("A", 0.0, 2.0), ("A~2", 0.0, 2.0), ("A", 1.0, 2.0)],
            &[("A", &[0]), ("A~2", &[1]), ("A~3", &[2])],
        );
        check(&[("A", 1.0, 1.0), ("A", 1.0, 2.0)], &[("A", &[0]), ("A~2", &[1])]);
        let never = f64::INFINITY;
        check(
            &[("A", never, never), ("B", never, never), ("A", never, never)],
            &[("A", &[0, 2]), ("B", &[1])],
        );
    }

    #[test]
    fn turns_of_one_time_keep_their_order() {
        check(
            &[("A", 0.0, 1.0), ("B", 0.0, 1.0), ("A", 0.0, 1.0), ("B", 1.0, 2.0), ("A", 1.0, 2.0)],
            &[("A", &[0]), ("B", &[1, 3]), ("A~2", &[2, 4])],
        );
    }
}
