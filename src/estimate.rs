//! What a sample tells of the whole: intervals, comparisons, and what two readers together missed. Pure; chance
//! comes from a seed that is given, so that the same figures come out of the same texts anywhere.
//!
//! Mentions of one text resemble each other, so that a hundred in two texts say less than a hundred in fifty. Shares
//! are therefore given with intervals that take the document for the unit that was drawn.

pub mod rate;
pub mod readers;

/// The 0.975 quantile of the normal distribution, as Wilson's interval is commonly computed.
const Z: f64 = 1.96;

/// How often documents are drawn anew for the interval of a difference.
pub const DRAWS: usize = 2_000;

/// The seed of those draws.
pub const SEED: u64 = 20_260_101;

/// The 0.975 quantiles of Student's t at 1 to 30 degrees of freedom.
const STUDENT: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// A lower and an upper bound at 95 %.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// So many of a total; of one document, say.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Part {
    /// How many.
    pub hit: usize,
    /// Of how many.
    pub of: usize,
}

impl Part {
    fn sum(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::default(), |sum, it| Self {
            hit: sum.hit.saturating_add(it.hit),
            of: sum.of.saturating_add(it.of),
        })
    }

    /// The share; 0 of nothing.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { real(self.hit) / real(self.of) }
    }
}

/// A count as a number to reckon with.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of characters, mentions and documents")]
pub const fn real(n: usize) -> f64 {
    n as f64
}

/// Wilson's interval of a share (Wilson 1927), which takes each of `of` for drawn by itself.
#[must_use]
pub fn wilson(part: Part) -> Interval {
    wilson_of(part.share(), real(part.of))
}

fn wilson_of(p: f64, n: f64) -> Interval {
    if n <= 0.0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let width = (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let (middle, half, scale) = (p + Z * Z / (2.0 * n), Z * width, 1.0 + Z * Z / n);
    Interval { low: ((middle - half) / scale).max(0.0), high: ((middle + half) / scale).min(1.0) }
}

/// The interval of a share whose parts are documents.
///
/// The variance is that of a ratio estimator over clusters (Cochran 1977, 6.3 and 9A). What it is more than that of
/// independent mentions, the design effect, shortens the number of mentions that Wilson's interval is computed with,
/// and so does the small number of documents, by Student's t (Korn and Graubard 1998). Where nothing or everything
/// leaks, a design effect can't be seen and only the number of documents counts. Of one document, it is Wilson's.
#[must_use]
pub fn clustered(parts: &[Part]) -> Interval {
    let drawn: Vec<Part> = parts.iter().copied().filter(|it| it.of > 0).collect();
    let whole = Part::sum(drawn.iter().copied());
    let (p, n, m) = (whole.share(), real(whole.of), real(drawn.len()));
    if drawn.len() < 2 {
        return wilson(whole);
    }
    let alone = p * (1.0 - p) / n;
    let effect = if whole.hit == 0 || whole.hit == whole.of {
        1.0
    } else {
        let squares: f64 = drawn.iter().map(|it| (real(it.hit) - p * real(it.of)).powi(2)).sum();
        (m / (m - 1.0) * squares / (n * n) / alone).max(1.0)
    };
    let few = Z / student(drawn.len().saturating_sub(1));
    wilson_of(p, n / effect * few * few)
}

fn student(freedom: usize) -> f64 {
    // Beyond the table, the first term of the expansion in 1/freedom (Abramowitz and Stegun 26.7.5).
    let beyond = Z + (Z.powi(3) + Z) / (4.0 * real(freedom.max(1)));
    STUDENT.get(freedom.saturating_sub(1)).copied().unwrap_or(beyond)
}

/// How much larger the second share is than the first, of the same documents, with the interval of that difference.
///
/// Documents are drawn anew with replacement, both programs' figures together, [`DRAWS`] times; the interval lies
/// between the 2.5th and the 97.5th percentile (Efron and Tibshirani 1993, 13.3). Of one document there is none.
#[must_use]
pub fn paired(parts: &[(Part, Part)], seed: u64) -> (f64, Option<Interval>) {
    let difference = |parts: &mut dyn Iterator<Item = (Part, Part)>| {
        let (a, b): (Vec<Part>, Vec<Part>) = parts.unzip();
        Part::sum(b.into_iter()).share() - Part::sum(a.into_iter()).share()
    };
    let told = difference(&mut parts.iter().copied());
    if parts.len() < 2 {
        return (told, None);
    }
    let mut dice = Dice::new(seed);
    let mut drawn: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let mut any = (0..parts.len()).filter_map(|_| parts.get(dice.below(parts.len())).copied());
            difference(&mut any)
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    let at = |per_mille: usize| {
        let rank = drawn.len().saturating_mul(per_mille) / 1000;
        drawn.get(rank.min(drawn.len().saturating_sub(1))).copied().unwrap_or(told)
    };
    (told, Some(Interval { low: at(25), high: at(975) }))
}

/// Chance from a seed: `SplitMix64` (Steele, Lea and Flood 2014). For samples, never for secrets.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same seed gives the same draws.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 if `n` is 0. What it favours is less than one part in 2³².
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.next()).saturating_mul(n as u128) >> 64;
        usize::try_from(wide).unwrap_or(0)
    }

    /// `count` of the numbers below `n`, each once, in order; all of them if there are no more.
    pub fn some_of(&mut self, count: usize, n: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        for at in 0..count.min(n) {
            let with = at.saturating_add(self.below(n.saturating_sub(at)));
            all.swap(at, with);
        }
        all.truncate(count);
        all.sort_unstable();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(told: f64, want: f64) {
        assert!((told - want).abs() < 0.0006, "{told}, not {want}");
    }

    fn parts(of: &[(usize, usize)]) -> Vec<Part> {
        of.iter().map(|(hit, of)| Part { hit: *hit, of: *of }).collect()
    }

    #[test]
    fn wilson_s_interval_is_that_of_the_books() {
        let it = wilson(Part { hit: 1, of: 10 });
        near(it.low, 0.0179);
        near(it.high, 0.4042);
    }

    /// By hand: p = 4/10; squares of hit − p·of: .36 + .64 + 1.44 + .04 = 2.48; variance 4/3 · 2.48/100 = .03307,
    /// alone .024, effect 1.378; t of 3 is 3.182, so (1.96/3.182)² = .3794; Wilson's with 10/1.378 · .3794 = 2.754.
    #[test]
    fn mentions_of_one_document_are_not_taken_for_independent() {
        let it = clustered(&parts(&[(1, 4), (0, 2), (2, 2), (1, 2), (0, 0)]));
        near(it.low, 0.0798);
        near(it.high, 0.8367);
        let evenly = clustered(&parts(&[(1, 10); 40]));
        let alone = wilson(Part { hit: 40, of: 400 });
        assert!(
            evenly.low < alone.low && evenly.high > alone.high,
            "never narrower than of independent mentions"
        );
    }

    #[test]
    fn of_one_document_or_none_there_is_no_cluster() {
        assert_eq!(clustered(&parts(&[(1, 10)])), wilson(Part { hit: 1, of: 10 }));
        assert_eq!(clustered(&[]), Interval { low: 0.0, high: 1.0 });
        let none = clustered(&parts(&[(0, 10), (0, 10)]));
        assert!(none.low.abs() < 1e-9 && none.high > wilson(Part { hit: 0, of: 20 }).high);
    }

    #[test]
    fn a_difference_is_drawn_by_document_and_comes_out_the_same_again() {
        let same: Vec<_> = parts(&[(1, 4), (0, 2), (2, 2)]).into_iter().map(|it| (it, it)).collect();
        assert_eq!(paired(&same, SEED), (0.0, Some(Interval { low: 0.0, high: 0.0 })));
        let better: Vec<_> =
            (0..50).map(|n| (Part { hit: 2 + n % 2, of: 4 }, Part { hit: 1, of: 4 })).collect();
        let (told, interval) = paired(&better, SEED);
        near(told, -0.375);
        let it = interval.unwrap();
        // Standard error by hand: half a hit in four, over 50 documents: .125/√50 = .0177.
        assert!(
            (it.low + 0.375 + 0.0346).abs() < 0.006 && (it.high + 0.375 - 0.0346).abs() < 0.006,
            "{it:?}"
        );
        assert_eq!(paired(&better, SEED).1, Some(it));
        assert_eq!(paired(&better[..1], SEED).1, None);
    }

    #[test]
    fn a_draw_has_each_number_once_and_favours_none() {
        let mut dice = Dice::new(7);
        assert_eq!(dice.some_of(9, 5), [0, 1, 2, 3, 4]);
        let mut counts = [0_usize; 5];
        for _ in 0..5_000 {
            let drawn = dice.some_of(2, 5);
            assert!(drawn.len() == 2 && drawn[0] < drawn[1]);
            for it in drawn {
                counts[it] += 1;
            }
        }
        assert!(counts.iter().all(|it| (1_850..2_150).contains(it)), "{counts:?}");
        assert_eq!(Dice::new(3).some_of(4, 99), Dice::new(3).some_of(4, 99));
    }
}
