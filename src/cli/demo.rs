//! `vouchsafe demo`.

use std::process::ExitCode;

use super::{
    args,
    screen::{Failure, Screen},
};

pub(super) fn run(_: &Screen, _: args::Demo) -> Result<ExitCode, Failure> {
    Ok(ExitCode::SUCCESS)
}
