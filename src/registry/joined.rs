//! Which of its codes the roster gave to somebody, as they were when what is out was last looked through for them.

use std::collections::BTreeMap;

use super::{Error, Registry};
use crate::id::{Code, StudyId};

const LIST: &str = "joined";

impl Registry {
    /// Codes such as `person-12`, and whose they were said to be.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn joined(&self, study: &StudyId) -> Result<BTreeMap<String, Code>, Error> {
        Ok(self.get_json(&[LIST], &[study.as_str()])?.unwrap_or_default())
    }

    /// Remembers that what is out has been looked through for these.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn note_joined(&mut self, study: &StudyId, joined: &BTreeMap<String, Code>) -> Result<(), Error> {
        self.transaction(|it| it.put_json(&[LIST], &[study.as_str()], joined))
    }
}
