//! Draws turns: at random within strata, from a seed. The same seed, copies and settings give the same turns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Error, Turn, words::Words};
use crate::{
    clock::Timestamp,
    estimate::Dice,
    id::{Digest, StudyId},
    item::Profile,
};

/// What turns are parted by before they are drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// What was going on: interview, session, focus group, notes.
    Kind,
    /// In which script most of the turn is: Latin, Han, or both.
    Language,
}

/// How many are drawn from each stratum.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Allocation {
    /// As many as its share of all turns, and one at least.
    Proportional,
    /// As many from each, so that small ones are known as well as large ones.
    Equal,
}

/// How much is drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Size {
    /// So many turns.
    Turns(usize),
    /// Turns of about so many words together.
    Words(usize),
}

/// How turns are drawn.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The study.
    pub study: StudyId,
    /// Whose copies.
    pub profile: Profile,
    /// How many.
    pub size: Size,
    /// Within which strata.
    pub by: Vec<By>,
    /// How many from each.
    pub allocation: Allocation,
    /// The seed.
    pub seed: u64,
    /// The draw's id: 8 hexadecimal digits.
    pub id: String,
    /// Now.
    pub at: Timestamp,
}

/// A draw, as it is kept: no text and no name.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draw {
    /// The version of this form: 1.
    pub schema: u32,
    /// Its id.
    pub id: String,
    /// The study.
    pub study: StudyId,
    /// Whose copies.
    pub profile: Profile,
    /// When.
    pub drawn_at: String,
    /// The seed.
    pub seed: u64,
    /// What the strata are made by.
    pub by: Vec<By>,
    /// How many were drawn from each.
    pub allocation: Allocation,
    /// How many copies there were.
    pub copies: usize,
    /// The strata.
    pub strata: Vec<Stratum>,
    /// The turns, in the order of the sheet.
    pub turns: Vec<Drawn>,
}

/// One stratum of all that is released.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    /// `interview, han`.
    pub name: String,
    /// How many turns it has.
    pub turns: usize,
    /// How many words.
    pub words: Words,
}

/// A turn that was drawn.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drawn {
    /// Its id in the sheet: the draw's and a number.
    pub turn: String,
    /// Which stratum it is of.
    pub stratum: usize,
    /// The SHA-256 of the released copy.
    pub copy: Digest,
    /// Which turn of the copy.
    pub number: u32,
    /// How many words.
    pub words: Words,
}

/// Draws turns of all that is released, and gives those drawn in the order of the copies.
///
/// # Errors
///
/// Fails if there is nothing to draw from.
pub fn draw<'t>(turns: &'t [Turn], plan: &Plan) -> Result<(Draw, Vec<&'t Turn>), Error> {
    let mut parted: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, it) in turns.iter().enumerate() {
        parted.entry(stratum(it, &plan.by)).or_default().push(n);
    }
    if turns.is_empty() {
        return Err(Error::NothingReleased);
    }
    let sizes: Vec<usize> = parted.values().map(Vec::len).collect();
    let words: usize = turns.iter().map(|it| it.words.all()).sum();
    let wanted = match plan.size {
        Size::Turns(n) => n,
        Size::Words(n) => n.saturating_mul(turns.len()).div_ceil(words.max(1)),
    };
    let counts = match plan.allocation {
        Allocation::Proportional => proportional(&sizes, wanted),
        Allocation::Equal => equal(&sizes, wanted),
    };
    let mut dice = Dice::new(plan.seed);
    let mut strata = Vec::new();
    let mut drawn: Vec<(usize, usize)> = Vec::new();
    for (index, ((name, of), count)) in parted.into_iter().zip(counts).enumerate() {
        let all = of.iter().filter_map(|it| turns.get(*it));
        let words = all.fold(Words::default(), |sum, it| sum.and(it.words));
        let some = dice.some_of(count, of.len());
        drawn.extend(some.into_iter().filter_map(|it| of.get(it)).map(|it| (*it, index)));
        strata.push(Stratum { name, turns: of.len(), words });
    }
    drawn.sort_unstable();
    let chosen: Vec<(&Turn, usize)> =
        drawn.into_iter().filter_map(|(n, stratum)| Some((turns.get(n)?, stratum))).collect();
    let kept = (1_usize..).zip(&chosen).map(|(n, (it, stratum))| Drawn {
        turn: format!("{}-{n:04}", plan.id),
        stratum: *stratum,
        copy: it.copy,
        number: it.number,
        words: it.words,
    });
    let copies: std::collections::BTreeSet<_> = turns.iter().map(|it| it.copy).collect();
    let draw = Draw {
        schema: 1,
        id: plan.id.clone(),
        study: plan.study.clone(),
        profile: plan.profile,
        drawn_at: plan.at.to_string(),
        seed: plan.seed,
        by: plan.by.clone(),
        allocation: plan.allocation,
        copies: copies.len(),
        strata,
        turns: kept.collect(),
    };
    Ok((draw, chosen.into_iter().map(|it| it.0).collect()))
}

fn stratum(turn: &Turn, by: &[By]) -> String {
    let named = by.iter().map(|it| match it {
        By::Kind => turn.kind.folder(),
        By::Language => turn.words.script(),
    });
    let named: Vec<_> = named.collect();
    if named.is_empty() { "all".to_owned() } else { named.join(", ") }
}

/// By largest remainders, one at least of each and never more than there are.
fn proportional(sizes: &[usize], wanted: usize) -> Vec<usize> {
    let all: usize = sizes.iter().sum();
    let wanted = wanted.min(all);
    let share = |size: usize| size.saturating_mul(wanted);
    let mut counts: Vec<usize> = sizes.iter().map(|it| (share(*it) / all.max(1)).max(1).min(*it)).collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse(sizes.get(*n).map(|it| share(*it) % all.max(1))));
    let mut missing = wanted.saturating_sub(counts.iter().sum());
    for n in order {
        if let (Some(count), Some(size)) = (counts.get_mut(n), sizes.get(n))
            && missing > 0
            && *count < *size
        {
            *count = count.saturating_add(1);
            missing = missing.saturating_sub(1);
        }
    }
    counts
}

/// The same from each; what a small stratum has not, the others give.
fn equal(sizes: &[usize], wanted: usize) -> Vec<usize> {
    let mut counts = vec![0_usize; sizes.len()];
    let mut missing = wanted.min(sizes.iter().sum());
    while missing > 0 {
        for (count, size) in counts.iter_mut().zip(sizes) {
            if missing > 0 && *count < *size {
                *count = count.saturating_add(1);
                missing = missing.saturating_sub(1);
            }
        }
    }
    counts
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::item::Activity;

    /// Turns of three words each, in interviews and one in a session.
    pub(crate) fn turns(latin: usize, han: usize) -> Vec<Turn> {
        let turn = |n: usize, kind, text: &str| Turn {
            name: "S_D01_PIR_W1_interview_v1.txt".into(),
            copy: Digest::from_bytes([7; 32]),
            number: u32::try_from(n).unwrap(),
            kind,
            speaker: "PIR-03".into(),
            text: text.to_owned(),
            words: Words::of(text),
        };
        let interviews = (0..latin).map(|n| turn(n, Activity::Interview, "yes [person-1] said"));
        let sessions = (0..han).map(|n| turn(latin + n, Activity::Session, "係咁講"));
        interviews.chain(sessions).collect()
    }

    pub(crate) fn plan(size: Size, by: &[By], allocation: Allocation) -> Plan {
        Plan {
            study: "HARBOUR".parse().unwrap(),
            profile: Profile::Team,
            size,
            by: by.to_vec(),
            allocation,
            seed: 11,
            id: "0a1b2c3d".into(),
            at: Timestamp::from_millis(0),
        }
    }

    fn check(size: Size, by: &[By], allocation: Allocation, want: &[(&str, usize)]) {
        let turns = turns(90, 10);
        let (draw, chosen) = draw(&turns, &plan(size, by, allocation)).unwrap();
        let count = |n: usize| draw.turns.iter().filter(|it| it.stratum == n).count();
        let told: Vec<_> =
            draw.strata.iter().enumerate().map(|(n, it)| (it.name.as_str(), count(n))).collect();
        assert_eq!(told, want, "{size:?} {by:?} {allocation:?}");
        assert!(chosen.is_sorted_by_key(|it| it.number), "in the order of the copies");
    }

    #[test]
    fn each_stratum_has_its_share_and_one_at_least() {
        use Allocation::{Equal, Proportional};
        let parts = ["interview", "session"];
        check(Size::Turns(20), &[], Proportional, &[("all", 20)]);
        check(Size::Turns(20), &[By::Kind], Proportional, &[(parts[0], 18), (parts[1], 2)]);
        check(Size::Turns(3), &[By::Kind], Proportional, &[(parts[0], 2), (parts[1], 1)]);
        check(Size::Turns(15), &[By::Kind], Proportional, &[(parts[0], 14), (parts[1], 1)]);
        check(Size::Turns(30), &[By::Kind], Equal, &[(parts[0], 20), (parts[1], 10)]);
        check(Size::Words(60), &[By::Language], Proportional, &[("han", 2), ("latin", 18)]);
        check(
            Size::Turns(900),
            &[By::Kind, By::Language],
            Equal,
            &[("interview, latin", 90), ("session, han", 10)],
        );
    }

    #[test]
    fn a_seed_draws_the_same_again_and_another_something_else() {
        let turns = turns(90, 10);
        let of = |seed| {
            let plan = Plan { seed, ..plan(Size::Turns(12), &[], Allocation::Proportional) };
            draw(&turns, &plan).unwrap().0.turns
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
        let nothing = draw(&[], &plan(Size::Turns(1), &[], Allocation::Equal));
        assert_eq!(nothing.unwrap_err(), Error::NothingReleased);
    }

    #[test]
    fn what_is_kept_of_a_draw_holds_no_words() {
        let turns = turns(9, 9);
        let (draw, _) = draw(&turns, &plan(Size::Turns(4), &[By::Kind], Allocation::Equal)).unwrap();
        let kept = serde_json::to_string(&draw).unwrap();
        assert!(!kept.contains("said") && !kept.contains('係') && !kept.contains("D01"), "{kept}");
        assert_eq!(serde_json::from_str::<Draw>(&kept).unwrap(), draw);
    }
}
