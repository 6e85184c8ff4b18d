//! Which of its codes the roster gave to somebody, and up to where what is out was looked through for them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Error, Registry};
use crate::id::{Code, StudyId};

const LIST: &str = "joined";

/// What was taken up of a study's roster.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joined {
    /// Codes such as `person-12`, and whose they are.
    pub codes: BTreeMap<String, Code>,
    /// Codes that have come to stand for somebody else, and how many entries the log had then.
    pub moved: BTreeMap<String, u64>,
    /// The leaf below which all that is out was looked through for those.
    pub looked_below: u64,
}

impl Registry {
    /// What was taken up.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn joined(&self, study: &StudyId) -> Result<Joined, Error> {
        Ok(self.get_json(&[LIST], &[study.as_str()])?.unwrap_or_default())
    }

    /// Remembers it.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn note_joined(&mut self, study: &StudyId, joined: &Joined) -> Result<(), Error> {
        self.transaction(|it| it.put_json(&[LIST], &[study.as_str()], joined))
    }
}
