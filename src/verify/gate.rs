//! The byte gate: the last search through the final bytes of every release.
