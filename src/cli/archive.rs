//! `vouchsafe archive`: lists, checks and opens sealed objects. Changes nothing in the archive.
//!
//! To open an object takes a steward's secret and, for what belongs to a participant, the key store and
//! its secret half. What is opened lies in plain in a directory that the steward names.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::IsTerminal,
    path::Path,
    process::ExitCode,
};

use indicatif::{ProgressBar, ProgressStyle};

use super::{
    args,
    screen::{Colour, Failure, Screen, station, word},
};
use crate::{
    config::Directories,
    durable,
    fault::Fault,
    id::ObjectId,
    keys::{self, Credentials, Identity, KeyIndex, StewardSecret},
    seal::{self, Header, MAX_TAR_BYTES, Store, identities_for, inspect},
};

/// The file of the key store's secret half in the station's credentials.
const KEYSTORE_KEY: &str = "keystore.key";

pub(super) fn run(screen: &Screen, path: &Path, command: args::Archive) -> Result<ExitCode, Failure> {
    let directories = station(path)?.directories;
    let store = Store::new(&directories.objects);
    match command {
        args::Archive::Ls => ls(screen, &store),
        args::Archive::Inspect { object } => {
            let object = object.pick(store.list()?, "object", LIST)?;
            show(screen, &store, object)
        }
        args::Archive::Verify { identity, keystore_key } => {
            let opener = identity.map(|identity| args::Opener { identity, keystore_key });
            let opener = opener.map(|it| Keys::load(&directories, &it)).transpose()?;
            verify(screen, &store, opener.as_ref())
        }
        args::Archive::Open { object, opener, out } => {
            let object = object.pick(store.list()?, "object", LIST)?;
            open(screen, &store, object, &Keys::load(&directories, &opener)?, &out)
        }
    }
}

const LIST: &str = "vouchsafe archive ls";

/// What opens objects.
struct Keys {
    steward: StewardSecret,
    rolling: Identity,
    index: KeyIndex,
}

impl Keys {
    fn load(directories: &Directories, opener: &args::Opener) -> Result<Self, Failure> {
        let steward = StewardSecret::load(&opener.identity)?;
        let own = directories.credentials.join(KEYSTORE_KEY);
        let path = opener.keystore_key.as_deref().unwrap_or(&own);
        let rolling = Credentials::load_rolling(path).map_err(|error| {
            if matches!(error, keys::Error::Missing(_)) {
                Failure::new(
                    "CL-11",
                    format!("the key store's secret half is not at {}", path.display()),
                    "Say where it is kept with --keystore-key FILE.",
                )
            } else {
                error.into()
            }
        })?;
        Ok(Self { steward, rolling, index: KeyIndex::load(&directories.keystore)? })
    }

    fn identities(&self, header: &Header) -> Result<Vec<Identity>, seal::Error> {
        identities_for(header, &self.index, self.steward.identity(), &self.rolling)
    }
}

/// Says in plain words why an object does not open.
fn why_not(object: ObjectId, error: seal::Error) -> Failure {
    if matches!(error, seal::Error::Keys(keys::Error::Unknown)) {
        Failure::new(
            "CL-12",
            format!("object {object} can't be opened by anybody: its key is not in the key store"),
            "If the participant withdrew this is right: the key was destroyed. Else restore the key store from a backup.",
        )
    } else if matches!(error, seal::Error::NotForUs | seal::Error::Keys(keys::Error::NotForUs)) {
        Failure::new(
            "CL-13",
            format!("object {object} is not sealed to this steward, or it or its key is damaged"),
            "Use the secret of a steward of the object's study. If it is the right one, `vouchsafe archive verify` tells whether the object is damaged; if it is not, restore the key store from a backup.",
        )
    } else {
        error.into()
    }
}

fn ls(screen: &Screen, store: &Store) -> Result<ExitCode, Failure> {
    let mut rows = Vec::new();
    let mut values = Vec::new();
    let mut classes: BTreeMap<String, u64> = BTreeMap::new();
    let mut bad = 0_u64;
    for object in store.list()? {
        let bytes = fs::metadata(store.path(object)).map_err(durable::Error::from)?.len();
        let header = store.file(object).and_then(inspect);
        let (class, job) = if let Ok(it) = &header {
            (word(&it.class()), it.job().to_string())
        } else {
            bad = bad.saturating_add(1);
            ("DAMAGED".to_owned(), "-".to_owned())
        };
        let count = classes.entry(class.clone()).or_default();
        *count = count.saturating_add(1);
        if screen.is_json() {
            let (class, job) = (header.is_ok().then_some(class), header.is_ok().then_some(job));
            values.push(serde_json::json!({ "object": object, "class": class, "bytes": bytes, "job": job }));
        } else {
            rows.push(vec![object.to_string(), class, bytes.to_string(), job]);
        }
    }
    if screen.is_json() {
        screen.value(&values);
    } else if rows.is_empty() {
        screen.line("Nothing is sealed yet.");
    } else {
        screen.table(&["OBJECT", "CLASS", "BYTES", "ITEM"], &rows);
        let counts: Vec<_> = classes.iter().map(|(class, n)| format!("{n} {class}")).collect();
        screen.line("");
        screen.line(&format!("{} objects: {}.", rows.len(), counts.join(", ")));
    }
    if bad > 0 && !screen.is_json() {
        screen.line("Run `vouchsafe archive verify` to see what is wrong with those that are damaged.");
    }
    Ok(ExitCode::from(u8::from(bad > 0)))
}

fn show(screen: &Screen, store: &Store, object: ObjectId) -> Result<ExitCode, Failure> {
    let header = inspect(store.file(object)?)?;
    let bytes = fs::metadata(store.path(object)).map_err(durable::Error::from)?.len();
    if screen.is_json() {
        screen.value(&serde_json::json!({ "object": object, "bytes": bytes, "header": header }));
        return Ok(ExitCode::SUCCESS);
    }
    let list = |handles: &[crate::id::Handle]| match handles {
        [] => "-".to_owned(),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let keys = match header.keys() {
        [] => "none: sealed to the stewards themselves".to_owned(),
        some => format!("{} (the outermost first)", list(some)),
    };
    for (what, value) in [
        ("Object", object.to_string()),
        ("Class", word(&header.class())),
        ("Item", header.job().to_string()),
        ("Bytes", bytes.to_string()),
        ("Study", header.study().map_or_else(|| "-".to_owned(), |it| it.to_string())),
        ("Participants", list(header.participants())),
        ("Keys", keys),
        ("File", store.path(object).display().to_string()),
    ] {
        screen.line(&format!("{}  {value}", screen.paint(Colour::Bold, &format!("{what:<12}"))));
    }
    Ok(ExitCode::SUCCESS)
}

/// A bar for long work, where somebody sees it.
fn bar(screen: &Screen, len: u64, style: &str) -> ProgressBar {
    if screen.is_json() || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(len);
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}

fn verify(screen: &Screen, store: &Store, keys: Option<&Keys>) -> Result<ExitCode, Failure> {
    let objects = store.list()?;
    let bar = bar(screen, objects.len() as u64, "{bar:30} {pos} of {len} objects, {eta} left");
    let mut wrong: Vec<(ObjectId, Failure)> = Vec::new();
    for object in &objects {
        if let Err(failure) = verify_one(store, *object, keys) {
            wrong.push((*object, failure));
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let code = ExitCode::from(u8::from(!wrong.is_empty()));
    if screen.is_json() {
        let list: Vec<_> = wrong
            .iter()
            .map(|(object, it)| {
                serde_json::json!({ "object": object, "code": it.code, "what": it.what, "remedy": it.remedy })
            })
            .collect();
        screen.value(&serde_json::json!({
            "objects": objects.len(), "opened": keys.is_some(), "wrong": list,
        }));
        return Ok(code);
    }
    for (object, it) in &wrong {
        screen.line(&format!("{} {object}", screen.paint(Colour::Red, "WRONG")));
        screen.line(&format!("      {} ({}). {}", it.what, it.code, it.remedy));
    }
    let how = if keys.is_some() {
        "read, compared with their ids, and opened"
    } else {
        "read and compared with their ids, not opened (give -i to open them too)"
    };
    screen.line(&format!("{} objects {how}; {} wrong.", objects.len(), wrong.len()));
    Ok(code)
}

fn verify_one(store: &Store, object: ObjectId, keys: Option<&Keys>) -> Result<(), Failure> {
    let structure = store.verify(object)?;
    let Some(keys) = keys else { return Ok(()) };
    let opened =
        keys.identities(&structure.header).and_then(|it| seal::open(store.file(object)?, &it)?.verify());
    opened.map_err(|error| why_not(object, error))
}

fn open(
    screen: &Screen,
    store: &Store,
    object: ObjectId,
    keys: &Keys,
    out: &Path,
) -> Result<ExitCode, Failure> {
    if fs::symlink_metadata(out).is_ok() {
        return Err(Failure::new(
            "CL-03",
            format!("{} exists already", out.display()),
            "Name a directory that does not exist; vouchsafe makes it, for you alone.",
        ));
    }
    let file = store.file(object)?;
    let len = file.metadata().map_err(durable::Error::from)?.len();
    let bar = bar(screen, len, "{bar:30} {bytes} of {total_bytes}, {eta} left");
    let identities = inspect_identities(store, object, keys)?;
    let opened = seal::open(bar.wrap_read(file), &identities).map_err(|error| why_not(object, error))?;
    durable::make_dir(out)?;
    let names = opened.extract(out, MAX_TAR_BYTES).map_err(|error| {
        Failure::new(
            error.code(),
            format!("{error}; what lies in {} so far is genuine, and not all", out.display()),
            error.remedy(),
        )
    });
    bar.finish_and_clear();
    let names = names?;
    if screen.is_json() {
        screen.value(&serde_json::json!({ "object": object, "directory": out, "files": names }));
        return Ok(ExitCode::SUCCESS);
    }
    screen.line(&format!("Opened into {}, readable by you alone:", out.display()));
    for it in &names {
        screen.line(&format!("  {it}"));
    }
    let text = "This is what people said, in plain. Delete it when you have done what you opened it for.";
    screen.line(&screen.paint(Colour::Yellow, text));
    Ok(ExitCode::SUCCESS)
}

fn inspect_identities(store: &Store, object: ObjectId, keys: &Keys) -> Result<Vec<Identity>, Failure> {
    let file: File = store.file(object)?;
    keys.identities(&inspect(file)?).map_err(|error| why_not(object, error))
}
