//! `vouchsafe keys`: makes a steward's two files and says which of them goes where.

use std::process::ExitCode;

use super::{
    args,
    screen::{Colour, Failure, Screen},
};
use crate::{
    durable,
    keys::{StewardName, StewardSecret},
};

pub(super) fn run(screen: &Screen, command: args::Keys) -> Result<ExitCode, Failure> {
    let args::Keys::Steward { what: args::Steward::New { name, out } } = command;
    let name: StewardName = name.to_string().parse()?;
    if !out.is_dir() {
        durable::make_dir(&out)?;
    }
    let (secret, public) = StewardSecret::generate(name.clone())?.write(&out)?;
    if screen.is_json() {
        screen.value(&serde_json::json!({ "steward": name.as_str(), "secret": secret, "public": public }));
        return Ok(ExitCode::SUCCESS);
    }
    screen.line(&format!("Made the keys of steward {name}."));
    screen.heading("SECRET");
    screen.line(&screen.paint(Colour::Red, &secret.display().to_string()));
    screen.line("  Opens everything that is sealed to you, and votes in your name. It has no password.");
    screen.line(
        "  Keep it offline: on your own encrypted disk or stick, with one more copy locked away elsewhere.",
    );
    screen.line(
        "  Never on the station, in mail, chat or a cloud folder. Nobody can replace it if it is lost.",
    );
    screen.heading("PUBLIC");
    screen.line(&screen.paint(Colour::Green, &public.display().to_string()));
    screen.line(&format!(
        "  Hand it to whoever runs the station. It goes to stewards/{name}.steward.toml there,"
    ));
    screen.line("  or to `vouchsafe init --steward FILE` when the station is made.");
    screen.line("");
    screen.line("A study needs two stewards: if there is one, and that key is lost, so is the archive.");
    Ok(ExitCode::SUCCESS)
}
