//! `vouchsafe init`: a station, its first study, keys, roster and drop folders.

use std::{fs, path::Path, process::ExitCode};

use super::{
    args,
    screen::{Colour, Failure, Screen},
};
use crate::{
    audit::note::{LogKey, Origin},
    clock::{Clock as _, SystemClock},
    config::{self, InitStudy, STATION_FILE, StaffId, Station},
    durable,
    item::Activity,
    keys::{Credentials, Steward},
    pipeline::participants,
    registry,
    roster::Roster,
    secret::Sensitive,
};

/// The folders of each participant.
const OWN: [Activity; 5] =
    [Activity::Interview, Activity::Notes, Activity::Recording, Activity::Consent, Activity::Instrument];
/// The folders of each group.
const JOINT: [Activity; 3] = [Activity::Session, Activity::Notes, Activity::Recording];

pub(super) fn run(screen: &Screen, arguments: args::Init) -> Result<ExitCode, Failure> {
    if arguments.approval_until < SystemClock::new().now().date() {
        return Err(Failure::new(
            "CL-24",
            format!("the ethics approval ended on {}", arguments.approval_until),
            "Give the last day of an approval that is in force, as YEAR-MONTH-DAY; nothing is released without one.",
        ));
    }
    let csv =
        Sensitive::new(fs::read(&arguments.from_roster).map_err(|_| unreadable(&arguments.from_roster))?);
    // EXPOSE: parsed; errors name lines and columns.
    let roster = Roster::from_csv(csv.expose())?;
    roster.check_codes(0)?;
    let mut stewards = Vec::new();
    for file in &arguments.steward {
        let text = fs::read_to_string(file).map_err(|_| unreadable(file))?;
        stewards.push(Steward::from_text(&text)?);
    }
    let names: Vec<StaffId> = stewards.iter().filter_map(|it| it.name.as_str().parse().ok()).collect();
    let study = InitStudy {
        station_id: arguments.station_id,
        study: arguments.study.clone(),
        ethics_approval: arguments.ethics_approval,
        approval_until: arguments.approval_until,
        languages: arguments.languages,
        stewards: names.clone(),
        waves: arguments.waves,
        own: OWN.to_vec(),
        joint: JOINT.to_vec(),
    };
    let people = participants(&roster);
    let fresh = !arguments.dir.join(STATION_FILE).exists();
    durable::make_dir(&arguments.dir)?;
    config::init(&arguments.dir, &study, &people)?;
    put_secrets(&arguments.dir, fresh, &arguments.study, &stewards, &csv)?;
    let station = Station::load(&arguments.dir.join(STATION_FILE))?;
    if screen.is_json() {
        screen.value(&serde_json::json!({
            "station": station.directories.root, "study": arguments.study, "participants": people.len(),
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let root = station.directories.root.display();
    let origin = Origin::of_station(&station.id).map_err(crate::audit::Error::from)?;
    let key = LogKey::new(&origin, Credentials::load(&station.directories.credentials)?.log.verifying_key());
    screen.heading(&format!("Study {} is ready in {root}", arguments.study));
    screen.line(&format!("  {} participants, {} stewards", people.len(), names.len()));
    screen.line(&format!(
        "  fieldworkers drop files in   {}",
        station.directories.intake_of(&arguments.study).display()
    ));
    screen.line(&format!("  stewards review in           {root}/review"));
    screen.line(&format!("  analysts read in             {}", station.directories.release.display()));
    screen.heading("What is left to do");
    screen.line(&format!(
        "  1. Delete {} or lock it away: its names are sealed in the station now.",
        arguments.from_roster.display()
    ));
    screen.line(&format!(
        "  2. Back up {} apart from the rest: without it nothing in the archive opens. Then move keystore.key out of it, off this machine.",
        station.directories.credentials.display()
    ));
    screen
        .line("  3. Give your auditors this line in person; with it they check the log without trusting us:");
    screen.line(&format!("       {key}"));
    screen.line(&format!("  4. Start:  vouchsafe run --station {}", quoted(&station.directories.root)));
    if names.len() < 2 {
        screen.line(&screen.paint(
            Colour::Yellow,
            "  Only one steward: if that key is lost, so is the archive. Make a second one now.",
        ));
    }
    for warning in roster.warnings() {
        screen
            .line(&screen.paint(Colour::Yellow, &format!("  roster: {}", super::roster::in_words(*warning))));
    }
    Ok(ExitCode::SUCCESS)
}

fn unreadable(file: &Path) -> Failure {
    Failure::new(
        "CL-23",
        format!("{} cannot be read", file.display()),
        "Correct the path; `vouchsafe keys steward new` makes a steward's files.",
    )
}

/// A path as a shell takes it for one word.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |it: char| it.is_alphanumeric() || "/._-+".contains(it);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// Credentials for a new station, the stewards' public halves, and the roster under the station's key.
fn put_secrets(
    dir: &Path,
    fresh: bool,
    study: &crate::id::StudyId,
    stewards: &[Steward],
    csv: &Sensitive<Vec<u8>>,
) -> Result<(), Failure> {
    let credentials_dir = dir.join("credentials");
    durable::make_dir(&credentials_dir)?;
    let credentials =
        if fresh { Credentials::generate(&credentials_dir)? } else { Credentials::load(&credentials_dir)? };
    let public = dir.join("stewards");
    durable::make_dir(&public)?;
    for steward in stewards {
        let name = format!("{}.steward.toml", steward.name);
        match durable::write_new(&public, &name, steward.to_text().as_bytes()) {
            // A second study may share its stewards; a file that says something else stays, and is refused later.
            Ok(()) | Err(durable::Error::Exists) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let review = dir.join("review");
    durable::make_dir(&review.join("out"))?;
    durable::make_dir(&review.join("in"))?;
    durable::make_dir(&review.join("work"))?;
    let sealed = registry::seal_roster(&credentials.roster, study, csv)?;
    Ok(durable::write_over(&dir.join("studies").join(study.as_str()), "roster.sealed", &sealed)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_blank_or_a_quote_is_one_word_of_the_shell() {
        assert_eq!(quoted(Path::new("/srv/vouchsafe-1")), "/srv/vouchsafe-1");
        assert_eq!(quoted(Path::new("/srv/研究 one")), "'/srv/研究 one'");
        assert_eq!(quoted(Path::new("/srv/Mei's")), r"'/srv/Mei'\''s'");
        assert_eq!(quoted(Path::new("/srv/$(id)")), "'/srv/$(id)'");
    }
}
