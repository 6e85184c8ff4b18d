//! Up to which release a name was looked for in what is out, so that no copy is searched twice for one name.

use super::{Error, Registry, Scope};

impl Registry {
    /// The leaf below which a group's releases were searched for a name.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn searched(&self, scope: &Scope, name: &str) -> Result<u64, Error> {
        let place = [scope.group.as_str(), name];
        Ok(self.get_json(&["searched", scope.study.as_str()], &place)?.unwrap_or(0))
    }

    /// Remembers that they were, in one durable transaction.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn note_searched(&mut self, scope: &Scope, names: &[&str], below: u64) -> Result<(), Error> {
        self.transaction(|it| {
            let list = ["searched", scope.study.as_str()];
            names.iter().try_for_each(|name| it.put_json(&list, &[scope.group.as_str(), name], &below))
        })
    }
}
