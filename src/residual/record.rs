//! What two readers found, in numbers: how many identifiers are left in 10,000 words, how far the readers agree, and how
//! much both missed by estimate. What is kept names nobody: ids of turns and counts.

use serde::{Deserialize, Serialize};

use super::{
    Error,
    draw::Draw,
    sheet::{Identifier, ReadTurn},
    words::Words,
};
use crate::{
    clock::Timestamp,
    estimate::{
        Interval,
        rate::{self, rate},
        readers::{Agreement, Found},
        real,
    },
    id::StudyId,
};

/// What rates are given by.
pub const PER_WORDS: f64 = 10_000.0;

/// A reading, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The version of this form: 1.
    pub schema: u32,
    /// The draw.
    pub draw: String,
    /// The study.
    pub study: StudyId,
    /// When it was recorded.
    pub recorded_at: String,
    /// How many readers what is counted had: 2, or 1 where no turn was read by both.
    pub readers: usize,
    /// How many turns are counted.
    pub turns: usize,
    /// Turns that were drawn and are not counted: nobody, or only one of two, has read them.
    pub left_out: usize,
    /// The words of those that are counted.
    pub words: Words,
    /// Direct identifiers.
    pub direct: Outcome,
    /// Quasi-identifiers.
    pub quasi: Outcome,
    /// Identifiers that one reader calls direct and the other quasi; they count as direct.
    pub disputed: usize,
    /// Agreement on whether a turn holds any identifier.
    pub kappa: Option<f64>,
    /// By stratum: how many turns and words are counted.
    pub strata: Vec<(usize, Words)>,
    /// The turns in which something was found: id, direct, quasi.
    pub found: Vec<(String, usize, usize)>,
}

/// What was found of one class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// By one reader at least.
    pub either: usize,
    /// By the first.
    pub first: usize,
    /// By the second.
    pub second: usize,
    /// By both.
    pub both: usize,
    /// In 10,000 words.
    pub rate: f64,
    /// Where that lies at 95 %.
    pub interval: Option<Interval>,
    /// Agreement on identifiers: twice what both found of what each found.
    pub agreement: Option<f64>,
    /// What both missed in the turns that they read, by estimate.
    pub unseen: Option<f64>,
    /// Where that lies at 95 %.
    pub unseen_interval: Option<Interval>,
    /// In 10,000 words, with what both missed.
    pub rate_with_unseen: Option<f64>,
}

/// Counts a reading.
///
/// # Errors
///
/// Fails if nobody has read anything.
pub fn record(draw: &Draw, turns: &[ReadTurn], at: Timestamp) -> Result<Record, Error> {
    let by_two = turns.iter().any(|it| it.read == [true; 2]);
    let is_counted = |it: &ReadTurn| if by_two { it.read == [true; 2] } else { it.read.contains(&true) };
    let counted: Vec<_> = draw.turns.iter().zip(turns).filter(|(_, it)| is_counted(it)).collect();
    if counted.is_empty() {
        return Err(Error::NothingRead);
    }
    let mut strata = vec![(0_usize, Words::default()); draw.strata.len()];
    let mut agreement = Agreement::default();
    let mut found = Vec::new();
    for (drawn, it) in &counted {
        if let Some((turns, words)) = strata.get_mut(drawn.stratum) {
            *turns = turns.saturating_add(1);
            *words = words.and(drawn.words);
        }
        agreement.add(it.found.iter().any(|it| it.by[0]), it.found.iter().any(|it| it.by[1]));
        let direct = it.found.iter().filter(|it| it.direct).count();
        if !it.found.is_empty() {
            found.push((drawn.turn.clone(), direct, it.found.len().saturating_sub(direct)));
        }
    }
    let outcome = |direct: bool| {
        let mut parts: Vec<rate::Stratum> = Vec::new();
        for (index, (whole, (read, words))) in draw.strata.iter().zip(&strata).enumerate() {
            let here = counted.iter().filter(|(drawn, _)| drawn.stratum == index);
            let of = here.map(|(_, it)| it.found.iter().filter(|it| it.direct == direct).count());
            parts.push(rate::Stratum {
                units: real(whole.turns),
                read: real(*read),
                words: real(words.all()),
                found: of.filter(|it| *it > 0).collect(),
            });
        }
        let all = counted.iter().flat_map(|it| &it.1.found).filter(|it| it.direct == direct);
        told(&parts, all, by_two)
    };
    let disputed = counted.iter().flat_map(|it| &it.1.found).filter(|it| it.disputed).count();
    Ok(Record {
        schema: 1,
        draw: draw.id.clone(),
        study: draw.study.clone(),
        recorded_at: at.to_string(),
        readers: if by_two { 2 } else { 1 },
        turns: counted.len(),
        left_out: draw.turns.len().saturating_sub(counted.len()),
        words: strata.iter().fold(Words::default(), |sum, it| sum.and(it.1)),
        direct: outcome(true),
        quasi: outcome(false),
        disputed,
        kappa: agreement.kappa().filter(|_| by_two),
        strata,
        found,
    })
}

fn told<'f>(parts: &[rate::Stratum], all: impl Iterator<Item = &'f Identifier>, by_two: bool) -> Outcome {
    let mut found = Found::default();
    for it in all {
        found.first = found.first.saturating_add(usize::from(it.by[0]));
        found.second = found.second.saturating_add(usize::from(it.by[1]));
        found.both = found.both.saturating_add(usize::from(it.by == [true; 2]));
    }
    let rate = rate(parts);
    let per = |it: f64| it * PER_WORDS;
    let unseen = found.unseen().filter(|_| by_two);
    let either = real(found.either());
    Outcome {
        either: found.either(),
        first: found.first,
        second: found.second,
        both: found.both,
        rate: rate.map_or(0.0, |it| per(it.rate)),
        interval: rate.map(|it| Interval { low: per(it.interval.low), high: per(it.interval.high) }),
        agreement: found.agreement().filter(|_| by_two),
        unseen: unseen.map(|it| it.estimate),
        unseen_interval: unseen.and_then(|it| it.interval),
        rate_with_unseen: unseen
            .zip(rate)
            .filter(|_| either > 0.0)
            .map(|(unseen, rate)| per(rate.rate) * (1.0 + unseen.estimate / either)),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{
        super::sheet::{Reading, tests::filled},
        *,
    };

    pub(crate) fn recorded(cells: &[[&str; 6]]) -> Result<(Draw, Record), Error> {
        let (draw, sheet) = filled(cells);
        let mut reading = Reading::default();
        reading.add(sheet.as_bytes(), &draw).unwrap();
        let record = record(&draw, &reading.turns(&draw), Timestamp::from_millis(0))?;
        Ok((draw, record))
    }

    /// By hand: three turns of three words read by both; two direct identifiers, one by both: 2 in 9 words; Chapman:
    /// (2+1)(1+1)/(1+1) − 1 = 2, so that none is missed by estimate.
    #[test]
    fn what_was_found_is_given_by_words() {
        let (_, it) = recorded(&[
            ["x", "yes", "said", "x", "yes", "said"],
            ["x", "said", "", "x", "", ""],
            ["x", "", "", "x", "", ""],
            ["x", "", "", "", "", ""],
        ])
        .unwrap();
        assert_eq!((it.readers, it.turns, it.left_out, it.words.all()), (2, 3, 1, 9));
        let direct = &it.direct;
        assert_eq!((direct.first, direct.second, direct.both, direct.either), (2, 1, 1, 2));
        assert!((direct.rate - 2.0 / 9.0 * PER_WORDS).abs() < 1e-6, "{direct:?}");
        let interval = direct.interval.unwrap();
        // Garwood's table: 2 gives 0.2422 – 7.2247.
        assert!((interval.low - 0.2422 / 9.0 * PER_WORDS).abs() < 0.1, "{interval:?}");
        assert!((interval.high - 7.2247 / 9.0 * PER_WORDS).abs() < 0.1, "{interval:?}");
        assert_eq!((direct.unseen, direct.rate_with_unseen), (Some(0.0), Some(direct.rate)));
        // Turns by hand: both in one, one alone in one, neither in one: (2/3 − 4/9) / (5/9) = .4.
        assert!((it.kappa.unwrap() - 0.4).abs() < 1e-9);
        assert_eq!(it.found, [("0a1b2c3d-0001".into(), 1, 1), ("0a1b2c3d-0002".into(), 1, 0)]);
    }

    #[test]
    fn one_reader_alone_tells_a_rate_and_nothing_of_what_is_missed() {
        let (_, it) = recorded(&[["x", "yes", "", "", "", ""], ["x", "", "", "", "", ""]]).unwrap();
        assert_eq!((it.readers, it.turns, it.left_out), (1, 2, 2));
        assert_eq!((it.kappa, it.direct.unseen, it.direct.agreement), (None, None, None));
        assert_eq!(recorded(&[]).unwrap_err(), Error::NothingRead);
    }

    #[test]
    fn what_is_kept_holds_no_words() {
        let (_, it) = recorded(&[["x", "yes", "", "x", "", "yes"]]).unwrap();
        let kept = serde_json::to_string(&it).unwrap();
        assert!(!kept.contains("yes") && !kept.contains("said"), "{kept}");
        assert_eq!((it.disputed, it.direct.both, it.quasi.either), (1, 1, 0));
        let back: Record = serde_json::from_str(&kept).unwrap();
        assert_eq!(back.found, it.found);
    }
}
