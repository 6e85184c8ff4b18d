//! The study's roster: who takes part, under which code, by which names, with which consent.

pub mod matcher;
