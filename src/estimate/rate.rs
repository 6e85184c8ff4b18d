//! How often something happens per word, with the interval of that rate. The counts are Poisson, or several at once.

use super::Interval;

/// Stands for 0 where it would be divided by.
const TINY: f64 = 1e-300;

/// What was read of one stratum.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stratum {
    /// How many units there are in all: turns, say.
    pub units: f64,
    /// How many of them were read.
    pub read: f64,
    /// How many words those have.
    pub words: f64,
    /// What was found in each unit read; units without may be left out.
    pub found: Vec<usize>,
}

/// A rate per word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The estimate.
    pub rate: f64,
    /// Where it lies at 95 %.
    pub interval: Interval,
}

/// The rate over all strata. Strata of which nothing was read do not count.
///
/// Each unit stands for as many as its stratum has for each that was read; what was found and the words are summed up so, and
/// one is divided by the other (the combined ratio estimator, Cochran 1977, 6.11). The interval is the gamma interval of
/// a weighted sum of Poisson counts (Fay and Feuer 1997); of one stratum it is the exact interval of Garwood (1936).
/// Where a unit holds several, they came together: the variance of such a sum is that of its squares (compound
/// Poisson), which widens the interval. That units were drawn without replacement is not made use of, which errs to the
/// wide side.
#[must_use]
pub fn rate(strata: &[Stratum]) -> Option<Rate> {
    let read: Vec<&Stratum> = strata.iter().filter(|it| it.read > 0.0 && it.units > 0.0).collect();
    let words: f64 = read.iter().map(|it| it.units / it.read * it.words).sum();
    if words <= 0.0 {
        return None;
    }
    let (mut rate, mut variance, mut heaviest) = (0.0_f64, 0.0_f64, 0.0_f64);
    for it in read {
        let weight = it.units / it.read / words;
        heaviest = heaviest.max(weight);
        for found in it.found.iter().map(|it| super::real(*it)) {
            rate += weight * found;
            variance += weight * weight * found * found;
        }
    }
    let low = if rate > 0.0 { quantile(0.025, rate, variance) } else { 0.0 };
    let high = quantile(0.975, rate + heaviest, variance + heaviest * heaviest);
    Some(Rate { rate, interval: Interval { low, high } })
}

/// The quantile of the gamma distribution of that mean and variance, by bisection.
fn quantile(p: f64, mean: f64, variance: f64) -> f64 {
    let (shape, scale) = (mean * mean / variance, variance / mean);
    let (mut low, mut high) = (0.0, shape + 1.0);
    while below(shape, high) < p {
        low = high;
        high *= 2.0;
    }
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if below(shape, middle) < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high) * scale
}

/// The regularized lower incomplete gamma function P(a, x): its series, or beyond the mean its continued fraction
/// (Abramowitz and Stegun 6.5.29 and 6.5.31).
fn below(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..10_000 {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * 1e-15 {
                break;
            }
        }
        return front * sum;
    }
    1.0 - front * fraction(a, x)
}

/// The continued fraction, summed up in Lentz's way.
fn fraction(a: f64, x: f64) -> f64 {
    let mut part = x + 1.0 - a;
    let (mut above, mut under) = (1.0 / TINY, 1.0 / part);
    let (mut whole, mut n) = (under, 0.0);
    for _ in 0..10_000 {
        n += 1.0;
        let numerator = -n * (n - a);
        part += 2.0;
        under = 1.0 / nonzero(numerator * under + part);
        above = nonzero(part + numerator / above);
        whole *= under * above;
        if (under * above - 1.0).abs() < 1e-15 {
            break;
        }
    }
    whole
}

fn nonzero(it: f64) -> f64 {
    if it.abs() < TINY { TINY } else { it }
}

/// The logarithm of the gamma function, by Stirling's series from 10 on and downwards from there.
fn ln_gamma(mut x: f64) -> f64 {
    let mut less = 0.0;
    while x < 10.0 {
        less += x.ln();
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - less
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many turns in all, so many of them read, with so many words.
    fn of(units: f64, read: f64, words: f64, found: &[usize]) -> Stratum {
        Stratum { units, read, words, found: found.to_vec() }
    }

    fn check(strata: &[Stratum], rate_per: (f64, f64, f64)) {
        let told = rate(strata).unwrap();
        for (told, want) in
            [(told.rate, rate_per.0), (told.interval.low, rate_per.1), (told.interval.high, rate_per.2)]
        {
            let told = told * 10_000.0;
            assert!((told - want).abs() < 0.002 * want.max(0.5), "{told}, not {want}");
        }
    }

    /// Garwood's table: 0 gives 0 – 3.689, 1 gives 0.0253 – 5.572, 5 gives 1.623 – 11.668, 20 gives 12.217 – 30.888.
    #[test]
    fn one_stratum_has_the_exact_interval() {
        check(&[of(9_000.0, 500.0, 10_000.0, &[])], (0.0, 0.0, 3.689));
        check(&[of(9_000.0, 500.0, 10_000.0, &[1])], (1.0, 0.0253, 5.572));
        check(&[of(9_000.0, 500.0, 10_000.0, &[1; 5])], (5.0, 1.623, 11.668));
        check(&[of(9_000.0, 500.0, 10_000.0, &[1; 20])], (20.0, 12.217, 30.888));
        check(&[of(9_000.0, 500.0, 10_000.0, &[1; 100])], (100.0, 81.364, 121.627));
    }

    #[test]
    fn what_comes_together_widens_the_interval() {
        let apart = rate(&[of(1e4, 1e3, 1e4, &[1; 12])]).unwrap();
        let together = rate(&[of(1e4, 1e3, 1e4, &[4, 4, 4])]).unwrap();
        assert!((apart.rate - together.rate).abs() < 1e-12);
        assert!(together.interval.low < apart.interval.low && together.interval.high > apart.interval.high);
    }

    /// By hand: a turn stands for 9 and for 1; (9·2 + 1·10) / (9·1000 + 1·1000) = .0028.
    #[test]
    fn a_unit_stands_for_those_of_its_stratum_that_were_not_read() {
        let told = rate(&[of(90.0, 10.0, 1e3, &[1, 1]), of(10.0, 10.0, 1e3, &[1; 10])]).unwrap();
        assert!((told.rate - 0.0028).abs() < 1e-9, "{}", told.rate);
        assert!(told.interval.low < 0.0028 && told.interval.high > 0.0028);
        assert_eq!(rate(&[of(90.0, 0.0, 0.0, &[])]), None);
        let half = [of(90.0, 10.0, 1e3, &[1, 1]), of(10.0, 0.0, 0.0, &[])];
        assert!((rate(&half).unwrap().rate - 0.002).abs() < 1e-9, "what was not read does not count");
    }

    #[test]
    fn strata_that_were_read_alike_are_as_good_as_one() {
        let parts = [of(900.0, 90.0, 1e3, &[1, 1]), of(100.0, 10.0, 10.0, &[1])];
        let (parted, whole) = (rate(&parts).unwrap(), rate(&[of(1e3, 1e2, 1_010.0, &[1; 3])]).unwrap());
        assert!((parted.rate - whole.rate).abs() < 1e-12);
        assert!((parted.interval.high - whole.interval.high).abs() < 1e-9, "{parted:?} {whole:?}");
    }

    #[test]
    fn the_gamma_function_is_that_of_the_tables() {
        assert!((ln_gamma(0.5) - 0.572_364_942_9).abs() < 1e-9);
        assert!(ln_gamma(1.0).abs() < 1e-9 && (ln_gamma(11.0) - 3_628_800_f64.ln()).abs() < 1e-9);
        assert!((below(1.0, 2.0) - (1.0 - (-2.0_f64).exp())).abs() < 1e-12);
    }
}
