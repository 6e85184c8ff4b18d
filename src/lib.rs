//! vouchsafe: collects what people confide to researchers, and shares only what is safe.
//!
//! Modules stand in the order in which they are read and in which they depend on each other: a module
//! may use those above it and no others. `tests/architecture.rs` holds us to that.

#![cfg_attr(
    test,
    expect(
        clippy::disallowed_methods,
        clippy::string_slice,
        reason = "unit tests set their scenes by plain means; the build without them keeps the ban"
    )
)]

// The words.
pub mod fault;
pub mod secret;
pub mod id;
pub mod clock;
pub mod durable;
pub mod item;
pub mod entity;
pub mod transcript;
pub mod view;

// The settings.
pub mod config;
pub mod rules;
pub mod roster;
pub mod keys;
pub mod plugin;

// The line.
pub mod intake;
pub mod parse;
pub mod render;
pub mod detect;
pub mod transform;
pub mod verify;
pub mod seal;
pub mod audit;
pub mod review;
pub mod release;

// What stands around it.
pub mod catalog;
pub mod ledger;
pub mod registry;
pub mod worker;
pub mod pipeline;
pub mod daemon;
pub mod estimate;
pub mod eval;
pub mod residual;
pub mod export;
pub mod sample;
pub mod cli;
