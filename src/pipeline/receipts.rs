//! Says beside the drop what became of it. A receipt that can't be written stops nothing: the file is safe
//! with or without it, and the next change of state writes it again.

use super::{Error, Line};
use crate::{
    catalog::{Job, State},
    fault::{Disposition, Fault},
    id::JobId,
    intake::{
        claim::Claimed,
        receipt::{self, Receipt},
        scan::DropPath,
    },
    registry::Origin,
};

impl Line {
    /// Keeps where each file was dropped, encrypted, so that its receipt can be renewed later.
    pub(super) fn remember_origins<'c>(
        &mut self,
        claims: impl Iterator<Item = &'c Claimed>,
    ) -> Result<(), Error> {
        let origins: Vec<_> =
            claims.map(|it| (it.job(), Origin { path: it.path().to_sensitive() })).collect();
        Ok(self.registry.remember(&origins, &[])?)
    }

    /// Writes the receipts of some jobs as their states are now.
    pub(super) fn tell(&mut self, jobs: &[JobId]) -> Result<(), Error> {
        let mut receipts = Vec::new();
        for id in jobs {
            let (Some(job), Some(origin)) = (self.catalog.job(*id)?, self.registry.origin(*id)?) else {
                continue;
            };
            receipts.push((DropPath::from_sensitive(origin.path), self.receipt(&job)));
        }
        match receipt::put(&self.intake, &receipts) {
            // What a failed sync lost may be more than receipts, and no later sync would tell.
            Err(error) if error.disposition() == Disposition::Halt => Err(error.into()),
            Err(error) => {
                tracing::warn!(code = error.code(), "receipts could not be written");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn receipt(&self, job: &Job) -> Receipt {
        let sealed = !matches!(job.state, State::Claimed | State::Sealed);
        let state = match job.state {
            State::Claimed | State::Sealed => receipt::State::Received,
            State::Logged
            | State::Reviewed
            | State::Approved
            | State::Released
            | State::Done
            | State::Duplicate
            | State::Rejected => receipt::State::Safe,
            State::Proposed | State::Held => receipt::State::Waiting,
            State::Quarantined => receipt::State::PleaseFix,
        };
        Receipt {
            state,
            may_delete: sealed && state != receipt::State::PleaseFix,
            reasons: job.facts.reason.iter().cloned().collect(),
            left_out: job.facts.left_out.clone(),
            at: self.clock.now(),
        }
    }
}
