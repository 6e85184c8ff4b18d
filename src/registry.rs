//! What the station remembers of names.
