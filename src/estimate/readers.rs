//! What two readers who read by themselves tell together: how far they agree, and how much both missed.

use super::{Interval, Z, real};

/// What two readers found.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Found {
    /// By the first.
    pub first: usize,
    /// By the second.
    pub second: usize,
    /// By both.
    pub both: usize,
}

/// How much both missed, by estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unseen {
    /// How much.
    pub estimate: f64,
    /// Where it lies at 95 %; not known where the readers found the same throughout.
    pub interval: Option<Interval>,
}

/// Units on which two readers agree and differ: yes by both, by one alone, by the other alone, by neither.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Agreement {
    /// Yes by both.
    pub both: usize,
    /// Yes by the first alone.
    pub first: usize,
    /// Yes by the second alone.
    pub second: usize,
    /// No by both.
    pub neither: usize,
}

impl Found {
    /// What at least one of them found.
    #[must_use]
    pub const fn either(self) -> usize {
        self.first.saturating_add(self.second).saturating_sub(self.both)
    }

    /// How much both missed: Chapman's estimate (1951) with the variance of Seber (1970), and an interval on the
    /// scale of logarithms, since less than what was found there can't be (Chao 1987). It takes the readers for
    /// independent and every identifier for as easy to see as any other. What is hard for one is hard for both, so
    /// the truth lies rather above. None where they found nothing, or share nothing: that fits any number.
    #[must_use]
    pub fn unseen(self) -> Option<Unseen> {
        let (first, second, both) = (real(self.first), real(self.second), real(self.both));
        if self.both == 0 {
            return None;
        }
        let estimate = ((first + 1.0) * (second + 1.0) / (both + 1.0) - 1.0 - real(self.either())).max(0.0);
        let variance = (first + 1.0) * (second + 1.0) * (first - both) * (second - both)
            / ((both + 1.0).powi(2) * (both + 2.0));
        let interval = (estimate > 0.0).then(|| {
            let spread = (Z * (1.0 + variance / (estimate * estimate)).ln().sqrt()).exp();
            Interval { low: estimate / spread, high: estimate * spread }
        });
        Some(Unseen { estimate, interval })
    }

    /// Twice what both found of what each found: the agreement on identifiers, where what neither marked can't be
    /// counted (Hripcsak and Rothschild 2005).
    #[must_use]
    pub fn agreement(self) -> Option<f64> {
        let all = self.first.saturating_add(self.second);
        (all > 0).then(|| 2.0 * real(self.both) / real(all))
    }
}

impl Agreement {
    /// Counts one unit.
    pub fn add(&mut self, first: bool, second: bool) {
        let cell = match (first, second) {
            (true, true) => &mut self.both,
            (true, false) => &mut self.first,
            (false, true) => &mut self.second,
            (false, false) => &mut self.neither,
        };
        *cell = cell.saturating_add(1);
    }

    /// Cohen's kappa (1960). None where chance alone would agree on everything.
    #[must_use]
    pub fn kappa(self) -> Option<f64> {
        let [both, first, second, neither] = [self.both, self.first, self.second, self.neither].map(real);
        let n = both + first + second + neither;
        if n <= 0.0 {
            return None;
        }
        let chance = ((both + first) * (both + second) + (neither + first) * (neither + second)) / (n * n);
        (chance < 1.0).then(|| ((both + neither) / n - chance) / (1.0 - chance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: (10+1)(8+1)/(6+1) − 1 = 13.143, of which 12 were seen; variance 11·9·4·2/(49·8) = 2.0204.
    #[test]
    fn what_both_missed_is_estimated_from_what_they_share() {
        let it = Found { first: 10, second: 8, both: 6 };
        let unseen = it.unseen().unwrap();
        assert_eq!(it.either(), 12);
        assert!((unseen.estimate - 1.1429).abs() < 1e-3, "{unseen:?}");
        // ln(1 + 2.0204/1.3061) = .9348; exp(1.96·.9669) = 6.652.
        let interval = unseen.interval.unwrap();
        assert!((interval.low - 0.1718).abs() < 2e-3 && (interval.high - 7.602).abs() < 2e-2, "{interval:?}");
        assert!((it.agreement().unwrap() - 12.0 / 18.0).abs() < 1e-12);
    }

    #[test]
    fn readers_who_share_nothing_tell_nothing() {
        assert_eq!(Found { first: 3, second: 2, both: 0 }.unseen(), None);
        let same = Found { first: 4, second: 4, both: 4 }.unseen().unwrap();
        assert_eq!((same.estimate, same.interval), (0.0, None));
        assert_eq!((Found::default().unseen(), Found::default().agreement()), (None, None));
    }

    /// By hand: 20 yes by both, 5 and 10 by one, 15 by neither: .7 observed, .5 by chance.
    #[test]
    fn kappa_is_cohen_s() {
        let it = Agreement { both: 20, first: 5, second: 10, neither: 15 };
        assert!((it.kappa().unwrap() - 0.4).abs() < 1e-9);
        assert_eq!(Agreement { neither: 9, ..Agreement::default() }.kappa(), None);
        let mut counted = Agreement::default();
        counted.add(true, false);
        counted.add(false, false);
        assert_eq!(counted, Agreement { first: 1, neither: 1, ..Agreement::default() });
    }
}
