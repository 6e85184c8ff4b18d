//! Who has to agree before an item leaves, and how their votes count. Pure; stores nothing.
//!
//! ```text
//! Proposed ──vote──▶ Reviewed(1) ──vote──▶ Reviewed(2) ──settle──▶ Approved ──release──▶ Released
//!    ▲                   │                     │       └────────▶ Rejected
//!    └──── an edit ──────┴─────────────────────┘       any but Rejected ──withdraw──▶ Withdrawn
//! ```
//!
//! A vote is for exact bytes: whoever changes them starts the count again. What has been voted is not
//! told before all votes are in.

use serde::{Deserialize, Serialize};

use crate::{
    config::{Gate, StaffId},
    id::Digest,
    keys::VerifyingKey,
};

/// What a reviewer says of the bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ballot {
    /// They may go out.
    Approve,
    /// They may not.
    Reject,
}

/// A vote whose signature has been checked.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// Who votes.
    pub reviewer: StaffId,
    /// With which key.
    pub key: VerifyingKey,
    /// SHA-256 of the bytes that the reviewer was shown as the proposal.
    pub base: Digest,
    /// SHA-256 of the bytes that the reviewer votes about; another than `base` after an edit.
    pub result: Digest,
    /// What is said.
    pub ballot: Ballot,
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Waits for its first vote.
    Proposed,
    /// So many votes are in.
    Reviewed(u8),
    /// All votes that the gate asks for are in, and all agree.
    Approved,
    /// It is out.
    Released,
    /// Somebody said no.
    Rejected,
    /// Taken back.
    Withdrawn,
}

/// Why a vote or a step was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The votes are settled, or all of them are in.
    #[error("the vote on this item is over")]
    Over,
    /// The bytes have changed since this reviewer looked.
    #[error("the item has been edited since this reviewer looked at it")]
    Stale,
    /// This person, or this key, has voted on these bytes.
    #[error("this reviewer has voted on these bytes")]
    Again,
    /// The reviewer handed the file in.
    #[error("who handed a file in cannot vote on it")]
    Submitter,
    /// Nobody knows who handed the file in, and the gate needs to.
    #[error("it is not known who handed the file in")]
    NoSubmitter,
    /// Votes are missing, or the item is not approved.
    #[error("the item has not the votes that its gate asks for")]
    NotYet,
}

/// The votes on one version of one item.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Votes {
    needed: u8,
    gate: Gate,
    submitter: Option<StaffId>,
    result: Digest,
    cast: Vec<Vote>,
    stage: Stage,
}

impl Votes {
    /// Proposes bytes. `undecided` counts the findings that nobody has been sure of: the automatic gate
    /// passes none of them, and asks for one person instead.
    #[must_use]
    pub fn propose(gate: Gate, submitter: Option<StaffId>, result: Digest, undecided: usize) -> Self {
        let needed = match gate {
            Gate::Automatic => u8::from(undecided > 0),
            Gate::OnePerson => 1,
            Gate::TwoPerson => 2,
        };
        Self { needed, gate, submitter, result, cast: Vec::new(), stage: Stage::Proposed }
    }

    /// Where the item stands. Says nothing of what was voted before all votes are in.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// How many votes the gate asks for.
    #[must_use]
    pub const fn needed(&self) -> u8 {
        self.needed
    }

    /// The gate that the item was proposed under.
    #[must_use]
    pub const fn gate(&self) -> Gate {
        self.gate
    }

    /// The bytes in question.
    #[must_use]
    pub const fn result(&self) -> Digest {
        self.result
    }

    /// The votes, once they are settled; nothing before that, so that no reviewer follows another.
    #[must_use]
    pub fn opened(&self) -> &[Vote] {
        match self.stage {
            Stage::Proposed | Stage::Reviewed(_) => &[],
            Stage::Approved | Stage::Released | Stage::Rejected | Stage::Withdrawn => &self.cast,
        }
    }

    /// Counts a vote. An approval of edited bytes drops the votes on the bytes before.
    ///
    /// # Errors
    ///
    /// Refuses it, and leaves everything as it was.
    pub fn cast(&mut self, vote: Vote) -> Result<Stage, Refused> {
        let cast = match self.stage {
            Stage::Proposed => 0,
            Stage::Reviewed(n) if n < self.needed => n,
            Stage::Reviewed(_) | Stage::Approved | Stage::Released | Stage::Rejected | Stage::Withdrawn => {
                return Err(Refused::Over);
            }
        };
        if self.needed == 0 {
            return Err(Refused::Over);
        }
        match &self.submitter {
            Some(submitter) if *submitter == vote.reviewer => return Err(Refused::Submitter),
            None if self.gate == Gate::TwoPerson => return Err(Refused::NoSubmitter),
            Some(_) | None => {}
        }
        if vote.base != self.result {
            return Err(Refused::Stale);
        }
        if self.cast.iter().any(|it| it.key == vote.key || it.reviewer == vote.reviewer) {
            return Err(Refused::Again);
        }
        let edited = vote.result != self.result && vote.ballot == Ballot::Approve;
        if edited {
            self.cast.clear();
            self.result = vote.result;
        }
        self.cast.push(vote);
        self.stage = Stage::Reviewed(if edited { 1 } else { cast.saturating_add(1) });
        Ok(self.stage)
    }

    /// Puts bytes in question again, because they or the ones before did not pass: what was voted is void. One
    /// person has to look now, also where the gate is automatic.
    pub fn restart(&mut self, result: Digest) {
        self.needed = self.needed.max(1);
        self.result = result;
        self.cast.clear();
        self.stage = Stage::Proposed;
    }

    /// Opens the votes, once all of them are in.
    ///
    /// # Errors
    ///
    /// Refuses while one is missing, and after the first time.
    pub fn settle(&mut self) -> Result<Stage, Refused> {
        let cast = match self.stage {
            Stage::Proposed => 0,
            Stage::Reviewed(n) => n,
            Stage::Approved | Stage::Released | Stage::Rejected | Stage::Withdrawn => {
                return Err(Refused::Over);
            }
        };
        if cast < self.needed {
            return Err(Refused::NotYet);
        }
        let yes = self.cast.iter().filter(|it| it.ballot == Ballot::Approve && it.result == self.result);
        self.stage = if yes.count() >= usize::from(self.needed) { Stage::Approved } else { Stage::Rejected };
        Ok(self.stage)
    }

    /// Says that exactly these bytes went out.
    ///
    /// # Errors
    ///
    /// Refuses unless these bytes are approved.
    pub fn release(&mut self, result: Digest) -> Result<Stage, Refused> {
        match self.stage {
            Stage::Approved if result == self.result => self.stage = Stage::Released,
            Stage::Approved => return Err(Refused::Stale),
            Stage::Proposed | Stage::Reviewed(_) => return Err(Refused::NotYet),
            Stage::Released | Stage::Rejected | Stage::Withdrawn => return Err(Refused::Over),
        }
        Ok(self.stage)
    }

    /// Takes the item back, before or after its release.
    ///
    /// # Errors
    ///
    /// Refuses what has been rejected or taken back already.
    pub fn withdraw(&mut self) -> Result<Stage, Refused> {
        match self.stage {
            Stage::Proposed | Stage::Reviewed(_) | Stage::Approved | Stage::Released => {
                self.stage = Stage::Withdrawn;
                Ok(self.stage)
            }
            Stage::Rejected | Stage::Withdrawn => Err(Refused::Over),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::keys::SigningKey;

    fn staff(n: usize) -> StaffId {
        ["ana", "ben", "chi", "dov"][n].parse().unwrap()
    }

    fn keys() -> Vec<VerifyingKey> {
        (1..=4_u8)
            .map(|n| {
                let text = format!("ed25519-secret:{}", Digest::from_bytes([n; 32]));
                SigningKey::from_text(&text).unwrap().verifying_key()
            })
            .collect()
    }

    const fn bytes(n: u8) -> Digest {
        Digest::from_bytes([n; 32])
    }

    fn vote(who: usize, base: u8, result: u8, ballot: Ballot) -> Vote {
        Vote { reviewer: staff(who), key: keys()[who], base: bytes(base), result: bytes(result), ballot }
    }

    use Ballot::{Approve, Reject};

    /// Casts votes, then settles; says what came of each.
    fn check(
        gate: Gate,
        undecided: usize,
        submitter: Option<usize>,
        votes: &[(Vote, Result<Stage, Refused>)],
        settled: Result<Stage, Refused>,
    ) {
        let mut poll = Votes::propose(gate, submitter.map(staff), bytes(0), undecided);
        for (n, (vote, want)) in votes.iter().enumerate() {
            assert_eq!(poll.cast(vote.clone()), *want, "vote {n}");
            assert!(poll.opened().is_empty(), "votes are blind until they are settled");
        }
        assert_eq!(poll.settle(), settled);
    }

    #[test]
    fn the_automatic_gate_passes_only_what_is_sure() {
        check(Gate::Automatic, 0, None, &[], Ok(Stage::Approved));
        check(Gate::Automatic, 1, None, &[], Err(Refused::NotYet));
        let one = (vote(0, 0, 0, Approve), Ok(Stage::Reviewed(1)));
        check(Gate::Automatic, 1, None, &[one], Ok(Stage::Approved));
        check(Gate::Automatic, 0, None, &[(vote(0, 0, 0, Approve), Err(Refused::Over))], Ok(Stage::Approved));
    }

    #[test]
    fn one_person_who_is_not_the_submitter_is_enough() {
        check(Gate::OnePerson, 0, Some(1), &[], Err(Refused::NotYet));
        let own = (vote(1, 0, 0, Approve), Err(Refused::Submitter));
        let other = (vote(0, 0, 0, Approve), Ok(Stage::Reviewed(1)));
        check(Gate::OnePerson, 0, Some(1), &[own, other.clone()], Ok(Stage::Approved));
        check(Gate::OnePerson, 0, None, &[other], Ok(Stage::Approved));
        let no = (vote(0, 0, 0, Reject), Ok(Stage::Reviewed(1)));
        check(Gate::OnePerson, 0, Some(1), &[no], Ok(Stage::Rejected));
    }

    #[test]
    fn two_persons_vote_on_the_same_bytes() {
        let first = (vote(0, 0, 0, Approve), Ok(Stage::Reviewed(1)));
        let second = (vote(1, 0, 0, Approve), Ok(Stage::Reviewed(2)));
        let again = (vote(0, 0, 0, Approve), Err(Refused::Again));
        let no = (vote(1, 0, 0, Reject), Ok(Stage::Reviewed(2)));
        let late = (vote(3, 0, 0, Approve), Err(Refused::Over));
        check(Gate::TwoPerson, 0, Some(2), std::slice::from_ref(&first), Err(Refused::NotYet));
        check(Gate::TwoPerson, 0, Some(2), &[first.clone(), again, second.clone()], Ok(Stage::Approved));
        check(Gate::TwoPerson, 0, Some(2), &[first.clone(), no, late], Ok(Stage::Rejected));
        let unmapped = (vote(0, 0, 0, Approve), Err(Refused::NoSubmitter));
        check(Gate::TwoPerson, 0, None, &[unmapped], Err(Refused::NotYet));
        let edit = (vote(1, 0, 7, Approve), Ok(Stage::Reviewed(1)));
        let stale = (vote(3, 0, 0, Approve), Err(Refused::Stale));
        let fresh = (vote(0, 7, 7, Approve), Ok(Stage::Reviewed(2)));
        check(Gate::TwoPerson, 0, Some(2), &[first.clone(), edit.clone(), stale, fresh], Ok(Stage::Approved));
        check(Gate::TwoPerson, 0, Some(2), &[first, edit], Err(Refused::NotYet));
    }

    #[test]
    fn what_did_not_pass_is_voted_on_anew() {
        for (gate, needed) in [(Gate::Automatic, 1), (Gate::OnePerson, 1), (Gate::TwoPerson, 2)] {
            let mut poll = Votes::propose(gate, Some(staff(2)), bytes(0), 0);
            if gate != Gate::Automatic {
                poll.cast(vote(0, 0, 0, Approve)).unwrap();
            }
            poll.restart(bytes(5));
            assert_eq!((poll.stage(), poll.needed(), poll.result()), (Stage::Proposed, needed, bytes(5)));
            assert_eq!(poll.settle(), Err(Refused::NotYet));
            assert_eq!(poll.cast(vote(0, 0, 0, Approve)), Err(Refused::Stale));
            assert_eq!(poll.cast(vote(0, 5, 5, Approve)), Ok(Stage::Reviewed(1)));
        }
    }

    #[test]
    fn one_key_under_two_names_counts_once() {
        let mut poll = Votes::propose(Gate::TwoPerson, Some(staff(2)), bytes(0), 0);
        poll.cast(vote(0, 0, 0, Approve)).unwrap();
        let disguised = Vote { reviewer: staff(1), ..vote(0, 0, 0, Approve) };
        assert_eq!(poll.cast(disguised), Err(Refused::Again));
        let second_key = Vote { key: keys()[1], ..vote(0, 0, 0, Approve) };
        assert_eq!(poll.cast(second_key), Err(Refused::Again));
    }

    #[test]
    fn only_the_approved_bytes_go_out_and_only_once() {
        let mut poll = Votes::propose(Gate::OnePerson, None, bytes(0), 0);
        assert_eq!(poll.release(bytes(0)), Err(Refused::NotYet));
        poll.cast(vote(0, 0, 0, Approve)).unwrap();
        assert_eq!(poll.release(bytes(0)), Err(Refused::NotYet));
        poll.settle().unwrap();
        assert_eq!(poll.release(bytes(1)), Err(Refused::Stale));
        assert_eq!(poll.release(bytes(0)), Ok(Stage::Released));
        assert_eq!(poll.release(bytes(0)), Err(Refused::Over));
        assert_eq!(poll.withdraw(), Ok(Stage::Withdrawn));
        assert_eq!(poll.withdraw(), Err(Refused::Over));
    }

    proptest! {
        /// Whatever happens, approved means: two people who did not hand it in, with two keys, said yes to
        /// exactly the bytes that are approved.
        #[test]
        fn no_path_to_approved_without_two_others_who_approve_the_same_bytes(
            steps in prop::collection::vec((0..4_usize, 0..4_usize, 0..3_u8, 0..3_u8, any::<bool>(), 0..8_u8), 0..40)
        ) {
            let keys = keys();
            let mut poll = Votes::propose(Gate::TwoPerson, Some(staff(2)), bytes(0), 0);
            let mut approvals: Vec<(StaffId, String, Digest)> = Vec::new();
            for (who, key, base, result, yes, act) in steps {
                match act {
                    0 => drop(poll.settle()),
                    1 => drop(poll.release(bytes(result))),
                    _ => {
                        let ballot = if yes { Approve } else { Reject };
                        let vote = Vote { reviewer: staff(who), key: keys[key], base: bytes(base), result: bytes(result), ballot };
                        if poll.cast(vote).is_ok() && yes {
                            approvals.push((staff(who), keys[key].to_string(), bytes(result)));
                        }
                    }
                }
                if matches!(poll.stage(), Stage::Approved | Stage::Released) {
                    let same = approvals.iter().filter(|it| it.2 == poll.result());
                    let people: BTreeSet<_> = same.clone().map(|it| it.0.to_string()).collect();
                    let used: BTreeSet<_> = same.map(|it| it.1.clone()).collect();
                    prop_assert!(people.len() >= 2 && used.len() >= 2);
                    prop_assert!(!people.contains(&staff(2).to_string()));
                }
            }
        }
    }
}
