//! labels

/// Whether a speaker label is the name of a role (`Interviewer 2`, `受訪者`) and not of a person.
#[must_use]
pub fn is_role_word(_label: &str) -> bool {
    false
}
