//! Stewards: the people who can open the archive and whose signed votes count.
//!
//! The secret file stays on the steward's own computer; the public file goes to the station.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use serde::{Deserialize, Serialize, de};

use super::{Error, Identity, Recipient, SigningKey, VerifyingKey, credentials::read_private};
use crate::{durable, secret::Sensitive};

const PUBLIC_ENDING: &str = ".steward.toml";
const SECRET_ENDING: &str = ".steward.key";
const SIGNING_LINE: &str = "# vouchsafe signing key: ";
const NAME_LINE: &str = "# vouchsafe steward: ";
const NO_PUBLIC_FILE: Error =
    Error::Malformed("a steward's public file with name, recipient and verifying_key");
const NO_SECRET_FILE: Error =
    Error::Malformed("a steward's secret file as `vouchsafe keys steward new` writes it");

/// What a steward is called in votes and logs: 1 to 32 lower-case letters, digits or hyphens.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize)]
#[serde(transparent)]
pub struct StewardName(String);

/// A steward as everybody may know them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steward {
    /// What they are called.
    pub name: StewardName,
    /// What is sealed to them.
    pub recipient: Recipient,
    /// What checks their votes.
    pub verifying_key: VerifyingKey,
}

/// A steward's secrets.
#[derive(Debug)]
pub struct StewardSecret {
    name: StewardName,
    identity: Identity,
    signing_key: SigningKey,
}

impl StewardName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StewardName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let fits = (1..=32).contains(&text.len())
            && !text.starts_with('-')
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::Malformed("a steward's name: 1 to 32 lower-case letters, digits or hyphens"))
        }
    }
}

impl fmt::Display for StewardName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for StewardName {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl Steward {
    /// The public file's text.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!(
            "# The public half of a vouchsafe steward's keys: no secret. Put it into the station's steward folder.\n\
             # 保管人的公開鑰匙，並非機密：請放入工作站的保管人資料夾。\n\
             name = \"{}\"\nrecipient = \"{}\"\nverifying_key = \"{}\"\n",
            self.name, self.recipient, self.verifying_key
        )
    }

    /// From the public file's text.
    ///
    /// # Errors
    ///
    /// Refuses anything but the three members.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|_| NO_PUBLIC_FILE)
    }
}

impl StewardSecret {
    /// Makes a steward's keys.
    ///
    /// # Errors
    ///
    /// Fails if the operating system gives no randomness.
    pub fn generate(name: StewardName) -> Result<Self, Error> {
        Ok(Self { name, identity: Identity::generate()?, signing_key: SigningKey::generate()? })
    }

    /// What the steward is called.
    #[must_use]
    pub const fn name(&self) -> &StewardName {
        &self.name
    }

    /// What opens the archive.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What signs votes.
    #[must_use]
    pub const fn signing_key(&self) -> &SigningKey {
        &self.signing_key
    }

    /// The half that everybody may know.
    ///
    /// # Errors
    ///
    /// Does not fail for keys made here; the library says it could.
    pub fn public(&self) -> Result<Steward, Error> {
        Ok(Steward {
            name: self.name.clone(),
            recipient: self.identity.recipient()?,
            verifying_key: self.signing_key.verifying_key(),
        })
    }

    /// The secret file's text. It is an age identity file: `age -d -i` takes it as it is.
    ///
    /// # Errors
    ///
    /// Does not fail for keys made here; the library says it could.
    pub fn to_text(&self) -> Result<Sensitive<String>, Error> {
        let (signing, identity) = (self.signing_key.to_text(), self.identity.to_text()?);
        // EXPOSE: into a text that is wiped on drop.
        let (signing, identity) = (signing.expose(), identity.expose());
        Ok(Sensitive::new(format!(
            "# SECRET. Whoever has this file can open everything that the study has sealed, and vote in your name.\n\
             # Keep it on your own computer and on one copy locked away; never on the station, in mail or in the cloud.\n\
             # 機密！持有此檔案者可開啟研究的所有封存資料，並可以你的名義投票。只可存放於你自己的電腦，另備一份鎖好。\n\
             {NAME_LINE}{}\n{SIGNING_LINE}{signing}\n{identity}\n",
            self.name
        )))
    }

    /// From the secret file's text.
    ///
    /// # Errors
    ///
    /// Refuses anything that [`Self::to_text`] does not write.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let line = |start| text.lines().find_map(|it| it.strip_prefix(start)).ok_or(NO_SECRET_FILE);
        Ok(Self {
            name: line(NAME_LINE)?.trim().parse()?,
            identity: Identity::from_file_text(text)?,
            signing_key: SigningKey::from_text(line(SIGNING_LINE)?)?,
        })
    }

    /// Writes both files into `dir`: first the secret one, readable by its owner alone, then the public one.
    ///
    /// # Errors
    ///
    /// Fails if either name is taken.
    pub fn write(&self, dir: &Path) -> Result<(PathBuf, PathBuf), Error> {
        let (secret, public) =
            (format!("{}{SECRET_ENDING}", self.name), format!("{}{PUBLIC_ENDING}", self.name));
        let text = self.to_text()?;
        // EXPOSE: into the steward's own file, mode 0600.
        durable::write_new(dir, &secret, text.expose().as_bytes())?;
        durable::write_new(dir, &public, self.public()?.to_text().as_bytes())?;
        Ok((dir.join(secret), dir.join(public)))
    }

    /// Reads the secret file.
    ///
    /// # Errors
    ///
    /// Refuses a file that others can read.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = read_private(path, "of the steward")?;
        // EXPOSE: to the parser.
        Self::from_text(text.expose())
    }
}

/// Reads every `*.steward.toml` in a directory, in the order of their names.
///
/// # Errors
///
/// Fails with [`Error::NoSteward`] if there is none; one malformed file fails all.
pub fn load_stewards(dir: &Path) -> Result<Vec<Steward>, Error> {
    let mut stewards = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|it| it.ends_with(PUBLIC_ENDING) && !it.starts_with('.')) {
            stewards.push(Steward::from_text(&std::fs::read_to_string(entry.path())?)?);
        }
    }
    stewards.sort_by(|a, b| a.name.cmp(&b.name));
    if stewards.windows(2).any(|pair| matches!(pair, [a, b] if a.name == b.name)) {
        return Err(Error::Malformed("one public file for each steward's name"));
    }
    if stewards.is_empty() { Err(Error::NoSteward) } else { Ok(stewards) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_back_as_they_went() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(load_stewards(dir.path()), Err(Error::NoSteward)));
        for name in ["second", "first"] {
            let secret = StewardSecret::generate(name.parse().unwrap()).unwrap();
            let (path, _) = secret.write(dir.path()).unwrap();
            assert_eq!(StewardSecret::load(&path).unwrap().public().unwrap(), secret.public().unwrap());
            assert!(secret.write(dir.path()).is_err(), "a steward's keys are never overwritten");
        }
        let names: Vec<_> =
            load_stewards(dir.path()).unwrap().into_iter().map(|it| it.name.to_string()).collect();
        assert_eq!(names, ["first", "second"]);
    }

    #[test]
    fn names_and_files_of_other_shapes_are_refused() {
        for bad in ["", "Ann", "a b", "../a", "-a", "陳"] {
            assert!(bad.parse::<StewardName>().is_err(), "{bad}");
        }
        assert!(Steward::from_text("name = \"a\"").is_err());
        assert!(StewardSecret::from_text("AGE-SECRET-KEY-PQ-1").is_err());
    }
}
