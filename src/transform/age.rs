//! Ages as bands.
