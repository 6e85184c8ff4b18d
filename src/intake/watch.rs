//! Turns what the operating system tells of a folder into hints. Hints may be late, doubled or lost:
//! the next scan is the truth.
//!
//! One watch a folder, not recursive and never through a link, so that nothing but folders that the scan
//! has seen is watched; [`Watch::folder`] is called for each that a scan tells of.

use std::path::{Path, PathBuf};

use notify::{
    Config, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, ModifyKind, RenameMode},
};
use tokio::sync::mpsc;

use super::{
    name::{self, Name},
    scan::{DropPath, IntakeRoot},
};

/// How many hints wait at most; a hint too many becomes a scan.
pub const MAX_HINTS: usize = 1024;

/// What an event says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Hint {
    /// A file was closed after writing, or renamed in: look at it now, tell the tracker, look again.
    Closed(DropPath),
    /// Something changed in this folder: scan it.
    Folder(DropPath),
    /// Events were lost: scan everything.
    Rescan,
}

/// Watches the intake folder.
#[derive(Debug)]
pub struct Watch {
    watcher: RecommendedWatcher,
    root: PathBuf,
}

/// Whether watching works.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Watching {
    /// The folder is watched.
    Yes,
    /// The operating system has no more watches (`fs.inotify.max_user_watches`), or can't: scan more often.
    Poll,
}

impl Watch {
    /// Starts; hints come out of the other end. `None` if the operating system can't: poll then.
    #[must_use]
    pub fn start(root: &IntakeRoot) -> Option<(Self, mpsc::Receiver<Hint>)> {
        let (sender, receiver) = mpsc::channel(MAX_HINTS);
        let path = root.path().to_owned();
        let base = path.clone();
        let handler = move |event: notify::Result<notify::Event>| {
            for hint in hints(&base, event) {
                // A full channel already holds enough to wake the daemon, whose next scan sees it all.
                drop(sender.try_send(hint));
            }
        };
        let config = Config::default().with_follow_symlinks(false);
        let watcher = RecommendedWatcher::new(handler, config).ok()?;
        let mut watch = Self { watcher, root: path };
        match watch.folder(&DropPath::new(Vec::new())) {
            Watching::Yes => Some((watch, receiver)),
            Watching::Poll => None,
        }
    }

    /// Watches a folder that a scan has seen. Scan it afterwards: what came before the watch was not told.
    pub fn folder(&mut self, folder: &DropPath) -> Watching {
        match self.watcher.watch(&folder.under(&self.root), RecursiveMode::NonRecursive) {
            Ok(()) => Watching::Yes,
            Err(_) => Watching::Poll,
        }
    }
}

/// What an event says, once, whether or not it names paths.
fn hints(root: &Path, event: notify::Result<notify::Event>) -> Vec<Hint> {
    let Ok(event) = event else { return vec![Hint::Rescan] };
    if event.need_rescan() {
        return vec![Hint::Rescan];
    }
    let closed = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => true,
        EventKind::Access(_) => return Vec::new(),
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => false,
    };
    let below = event.paths.iter().filter_map(|it| DropPath::below(root, it));
    below
        .filter(|it| name::classify(it.file_name()) != Name::Ignore)
        .map(|it| if closed { Hint::Closed(it) } else { Hint::Folder(it.parent()) })
        .collect()
}

#[cfg(test)]
mod tests {
    use notify::{
        Event,
        event::{CreateKind, Flag},
    };

    use super::*;

    fn check(event: Event, want: &[Hint]) {
        assert_eq!(hints(Path::new("/in"), Ok(event)), want);
    }

    #[test]
    fn an_event_becomes_the_hint_it_is() {
        let closed = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let path = DropPath::new(b"S/a.txt".to_vec());
        check(Event::new(closed).add_path("/in/S/a.txt".into()), &[Hint::Closed(path)]);
        check(Event::new(closed).add_path("/in/S/.DS_Store".into()), &[]);
        check(Event::new(closed).add_path("/elsewhere/a.txt".into()), &[]);
        let made = EventKind::Create(CreateKind::Folder);
        check(Event::new(made).add_path("/in/S/D".into()), &[Hint::Folder(DropPath::new(b"S".to_vec()))]);
        check(Event::new(EventKind::Access(AccessKind::Read)).add_path("/in/S/a.txt".into()), &[]);
    }

    #[test]
    fn lost_events_ask_for_one_scan_even_without_a_path() {
        check(Event::new(EventKind::Other).set_flag(Flag::Rescan), &[Hint::Rescan]);
        let two = Event::new(EventKind::Other)
            .set_flag(Flag::Rescan)
            .add_path("/in/a".into())
            .add_path("/in/b".into());
        check(two, &[Hint::Rescan]);
        assert_eq!(hints(Path::new("/in"), Err(notify::Error::generic("x"))), [Hint::Rescan]);
    }

    #[test]
    fn a_file_that_is_written_is_told_of() {
        let dir = tempfile::tempdir().unwrap();
        let root = IntakeRoot::open(dir.path()).unwrap();
        let (_watch, mut hints) = Watch::start(&root).unwrap();
        std::fs::write(dir.path().join("a.txt"), b"x").unwrap();
        let want = Hint::Closed(DropPath::new(b"a.txt".to_vec()));
        loop {
            if hints.blocking_recv().unwrap() == want {
                break;
            }
        }
    }
}
