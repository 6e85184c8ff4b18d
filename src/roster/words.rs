//! Words that are also names, so that a name that is one of them is never certain by itself.

/// Whether a squeezed alias is a common word of English or Chinese.
pub(crate) fn is_common(folded: &str) -> bool {
    ENGLISH.binary_search(&folded).is_ok() || CHINESE.contains(&folded)
}

const ENGLISH: &[&str] = &["may"];
const CHINESE: &[&str] = &["大家"];
