//! `vouchsafe archive`.

use std::{path::Path, process::ExitCode};

use super::{
    args,
    screen::{Failure, Screen},
};

pub(super) fn run(_: &Screen, _: &Path, _: args::Archive) -> Result<ExitCode, Failure> {
    Ok(ExitCode::SUCCESS)
}
