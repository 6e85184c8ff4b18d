//! The one binary: daemon, worker and tools.

use std::process::ExitCode;

fn main() -> ExitCode {
    vouchsafe::cli::main()
}
