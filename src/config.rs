//! As written, then as checked: `vouchsafe.toml` and `study.toml`.
