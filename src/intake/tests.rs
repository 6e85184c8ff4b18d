//! What must hold from the drop to the claim, on a real file system.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{Read, Write},
    os::unix::{ffi::OsStrExt, fs::symlink},
    path::{Path, PathBuf},
    time::Duration,
};

use super::*;
use crate::{clock::Timestamp, config::Timing, durable, transcript::LeftOut};

struct Bench {
    _dir: tempfile::TempDir,
    intake: PathBuf,
    claimed: PathBuf,
    root: IntakeRoot,
}

fn bench() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let (intake, claimed) = (dir.path().join("intake"), dir.path().join("claimed"));
    fs::create_dir_all(intake.join("S/D03/PIR/W2/interview")).unwrap();
    fs::create_dir(&claimed).unwrap();
    let root = IntakeRoot::open(&intake).unwrap();
    Bench { _dir: dir, intake, claimed, root }
}

const FOLDER: &str = "S/D03/PIR/W2/interview";

impl Bench {
    fn put(&self, name: impl AsRef<OsStr>, bytes: &[u8]) -> PathBuf {
        let path = self.intake.join(FOLDER).join(name.as_ref());
        fs::write(&path, bytes).unwrap();
        path
    }

    fn seen(&self) -> Vec<Seen> {
        let mut seen = Vec::new();
        self.root.scan(&mut |it| seen.push(it)).unwrap();
        seen
    }

    fn files(&self) -> Vec<Observation> {
        let files = |it| if let Seen::File(file) = it { Some(file) } else { None };
        self.seen().into_iter().filter_map(files).collect()
    }

    /// How many files are claimed, with whatever belongs to them.
    fn jobs(&self) -> usize {
        fs::read_dir(&self.claimed).unwrap().count()
    }

    /// How many files with these bytes there are, at the drop or claimed.
    fn copies(&self, bytes: &[u8]) -> usize {
        let claimed = fs::read_dir(&self.claimed).unwrap().map(|it| it.unwrap().path());
        let dropped = fs::read_dir(self.intake.join(FOLDER)).unwrap().map(|it| it.unwrap().path());
        claimed.chain(dropped).filter(|it| fs::read(it).is_ok_and(|it| it == bytes)).count()
    }
}

fn claim_one(bench: &Bench) -> Result<Claimed, Error> {
    claim(&bench.root, &bench.claimed, &bench.files()).unwrap().pop().unwrap()
}

#[test]
fn a_drop_is_claimed_read_once_and_unlinked() {
    let bench = bench();
    let path = bench.put("a b.TXT", b"hello");
    let mut claimed = claim_one(&bench).unwrap();
    assert!(!path.exists());
    assert_eq!(claimed.read(5).unwrap().expose(), b"hello");
    assert_eq!((claimed.size(), claimed.path().extension().as_deref()), (5, Some("txt")));
    assert_eq!(claimed.path().study(), "S".parse().ok());
    claimed.unlink().unwrap();
    assert_eq!(bench.jobs(), 0);
}

#[test]
fn the_limit_is_taken_and_one_past_it_is_not() {
    let bench = bench();
    bench.put("a.txt", b"12345");
    let mut claimed = claim_one(&bench).unwrap();
    assert!(claimed.read(5).is_ok());
    assert!(matches!(claimed.read(4), Err(Error::TooLarge { bytes: 5, limit: 4 })));
    assert!(matches!(claimed.stream(4), Err(Error::TooLarge { .. })));
}

#[test]
fn an_empty_file_is_told_apart() {
    let bench = bench();
    bench.put("a.txt", b"");
    assert!(matches!(claim_one(&bench).unwrap().read(9), Err(Error::Empty)));
}

#[test]
fn names_of_any_bytes_are_taken_and_never_printed() {
    let bench = bench();
    let long = "x".repeat(251) + ".txt";
    let names: [&[u8]; 6] = [
        b"a\nb.txt",
        b"\x1b[31mred.txt",
        "\u{202e}txt.exe".as_bytes(),
        long.as_bytes(),
        b"\xff\xfe.txt",
        b"-rf",
    ];
    for name in names {
        bench.put(OsStr::from_bytes(name), name);
    }
    let claimed = claim(&bench.root, &bench.claimed, &bench.files()).unwrap();
    assert_eq!(claimed.len(), names.len());
    for it in claimed {
        let mut it = it.unwrap();
        assert!(!format!("{it:?}").contains("txt"), "no name in Debug");
        let name = it.path().file_name().to_vec();
        assert_eq!(it.read(999).unwrap().expose(), &name);
        let receipt = receipt::Receipt {
            state: receipt::State::Received,
            may_delete: false,
            reasons: vec![],
            left_out: LeftOut::default(),
            at: Timestamp::from_millis(0),
        };
        receipt::put(&bench.root, &[(it.path().clone(), receipt)]).unwrap();
    }
    assert!(bench.files().is_empty(), "receipts are no drops");
    assert_eq!(fs::read_dir(bench.intake.join(FOLDER)).unwrap().count(), names.len());
}

#[test]
fn what_is_no_plain_file_is_refused_with_a_reason() {
    let bench = bench();
    let folder = bench.intake.join(FOLDER);
    symlink("/etc/hostname", folder.join("link.txt")).unwrap();
    symlink("/etc", folder.join("linked-folder")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        folder.join("pipe.txt"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    let outside = bench.intake.parent().unwrap().join("outside");
    fs::write(&outside, b"x").unwrap();
    fs::hard_link(&outside, folder.join("hard.txt")).unwrap();
    let deep = bench.intake.join("S/1/2/3/4/5/6/7/8/9");
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("a.txt"), b"x").unwrap();
    let mut refused: Vec<_> = bench
        .seen()
        .into_iter()
        .filter_map(|it| if let Seen::Refused(_, why) = it { Some(why) } else { None })
        .collect();
    refused.sort();
    let want = [Refusal::Symlink, Refusal::Symlink, Refusal::HardLink, Refusal::Special, Refusal::TooDeep];
    assert_eq!(refused, want);
    assert!(bench.files().is_empty());
    for why in want {
        use crate::fault::Fault;
        let code = Error::from(why).code();
        assert!(receipt::has_words(code), "{code}");
    }
}

#[test]
fn a_file_swapped_for_a_link_between_look_and_deed_is_not_followed() {
    let bench = bench();
    let path = bench.put("a.txt", b"x");
    let seen = bench.files();
    fs::remove_file(&path).unwrap();
    symlink("/etc/hostname", &path).unwrap();
    let result = claim(&bench.root, &bench.claimed, &seen).unwrap().pop().unwrap();
    assert!(matches!(result, Err(Error::Symlink)), "{result:?}");
    assert_eq!(bench.jobs(), 0);
    // A folder above it swapped for a link.
    fs::remove_file(&path).unwrap();
    bench.put("b.txt", b"x");
    let seen = bench.files();
    fs::rename(bench.intake.join("S/D03"), bench.intake.parent().unwrap().join("D03")).unwrap();
    symlink(bench.intake.parent().unwrap().join("D03"), bench.intake.join("S/D03")).unwrap();
    assert!(claim(&bench.root, &bench.claimed, &seen).unwrap().pop().unwrap().is_err());
    assert_eq!(bench.jobs(), 0);
}

#[test]
fn a_file_that_changed_or_vanished_since_the_look_stays() {
    let bench = bench();
    let path = bench.put("a.txt", b"x");
    let seen = bench.files();
    fs::write(&path, b"longer").unwrap();
    let result = claim(&bench.root, &bench.claimed, &seen).unwrap().pop().unwrap();
    assert!(matches!(result, Err(Error::Changed)));
    assert_eq!(fs::read(&path).unwrap(), b"longer");
    fs::remove_file(&path).unwrap();
    let result = claim(&bench.root, &bench.claimed, &seen).unwrap().pop().unwrap();
    assert!(matches!(result, Err(Error::Vanished)));
    assert_eq!(bench.jobs(), 0);
}

#[test]
fn an_uploader_that_still_writes_loses_nothing() {
    let bench = bench();
    let path = bench.put("a.txt", b"first ");
    let mut uploader = File::options().append(true).open(path).unwrap();
    let mut claimed = claim_one(&bench).unwrap();
    let mut stream = claimed.stream(99).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    uploader.write_all(b"second").unwrap();
    assert!(matches!(stream.finish(), Err(Error::Changed)));
    assert_eq!(claimed.read(99).unwrap().expose(), b"first second");
    uploader.write_all(b" third").unwrap();
    assert!(matches!(claimed.unlink(), Err(Error::Changed)), "what was not read is not removed");
    let mut again = resume(&bench.root, &bench.claimed).unwrap().pop().unwrap();
    assert_eq!(again.read(99).unwrap().expose(), b"first second third");
}

#[test]
fn a_writer_in_another_thread_never_has_half_a_file_taken() {
    let bench = bench();
    let path = bench.put("a.txt", b"");
    let mut tracker = Tracker::new(&Timing {
        settle: Duration::from_millis(60),
        media_settle: Duration::from_millis(60),
        rescan: Duration::ZERO,
        sidecar_grace: Duration::ZERO,
        receipt_keep: Duration::ZERO,
    });
    let writer = std::thread::spawn(move || {
        let mut file = File::options().append(true).open(path).unwrap();
        for _ in 0..40 {
            file.write_all(&[b'x'; 1000]).unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let clock = crate::clock::SystemClock::new();
    let mut claimed = loop {
        use crate::clock::Clock;
        for it in bench.files() {
            tracker.observe(it, clock.monotonic(), clock.now());
        }
        if let Some(Ok(it)) = claim(&bench.root, &bench.claimed, &tracker.ready(1)).unwrap().pop() {
            break it;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    writer.join().unwrap();
    assert_eq!(claimed.read(99_999).unwrap().len(), 40_000);
}

#[test]
fn whatever_step_is_cut_off_one_copy_is_found() {
    const BYTES: &[u8] = b"the only copy";
    const JOB: &str = "00112233445566778899aabbccddeeff";
    type Cut<'c> = &'c dyn Fn(&Path, &Path);
    // Each leaves the station as a kill after that step of `claim` or `unlink` would.
    let copied = |claimed: &Path| fs::write(claimed.join(format!("{JOB}.copied")), b"").unwrap();
    let cuts: [(&str, bool, Cut<'_>); 5] = [
        ("origins written", false, &|_, _| ()),
        ("renamed", true, &|claimed, drop| fs::rename(drop, claimed.join(JOB)).unwrap()),
        ("copying", false, &|claimed, _| {
            copied(claimed);
            fs::write(claimed.join(".draft-1"), b"the on").unwrap();
        }),
        ("copied, source there", true, &|claimed, drop| {
            copied(claimed);
            fs::copy(drop, claimed.join(JOB)).map(std::mem::drop).unwrap();
        }),
        ("copied, source gone", true, &|claimed, drop| {
            copied(claimed);
            fs::rename(drop, claimed.join(JOB)).unwrap();
        }),
    ];
    for (step, want_claimed, cut) in cuts {
        let bench = bench();
        let drop = bench.put("a.txt", BYTES);
        let path = format!("{FOLDER}/a.txt").into_bytes();
        let file = serde_json::json!({"job": JOB, "path": path, "uid": 7, "conflict": false});
        let record = serde_json::json!({"schema": 1, "files": [file]}).to_string();
        fs::write(bench.claimed.join("0.origins"), record).unwrap();
        cut(&bench.claimed, &drop);
        let mut found = resume(&bench.root, &bench.claimed).unwrap();
        assert_eq!(found.len(), usize::from(want_claimed), "{step}");
        assert_eq!(bench.copies(BYTES), 1, "{step}");
        assert_eq!(bench.files().len(), usize::from(!want_claimed), "{step}");
        if let Some(it) = found.first_mut() {
            assert_eq!(it.read(99).unwrap().expose(), BYTES, "{step}");
            assert_eq!((it.uid(), it.path().file_name()), (7, b"a.txt".as_slice()), "{step}");
        }
        assert_eq!(resume(&bench.root, &bench.claimed).unwrap().len(), found.len(), "again: {step}");
    }
}

#[test]
fn a_copy_whose_source_says_something_new_leaves_both() {
    let bench = bench();
    bench.put("a.txt", b"old");
    let claimed = claim_one(&bench).unwrap();
    fs::write(bench.claimed.join(format!("{}.copied", claimed.job())), b"").unwrap();
    bench.put("a.txt", b"new");
    assert_eq!(resume(&bench.root, &bench.claimed).unwrap().len(), 1);
    assert_eq!(bench.files().len(), 1, "a new version is a new drop");
}

#[test]
fn a_job_that_can_not_be_understood_stops_and_removes_nothing() {
    let bench = bench();
    let item = bench.claimed.join("00112233445566778899aabbccddeeff");
    let record = bench.claimed.join("0.origins");
    fs::write(&item, b"x").unwrap();
    assert!(matches!(resume(&bench.root, &bench.claimed), Err(Error::Damaged)), "nobody knows its origin");
    fs::write(&record, b"{").unwrap();
    assert!(matches!(resume(&bench.root, &bench.claimed), Err(Error::Damaged)), "nobody can read it");
    assert!(item.exists() && record.exists());
}

#[test]
fn a_link_or_pipe_put_in_the_item_s_place_stops_no_other_job() {
    let bench = bench();
    for name in ["a.txt", "b.txt", "c.txt", "d.txt"] {
        bench.put(name, name.as_bytes());
    }
    let claimed = claim(&bench.root, &bench.claimed, &bench.files()).unwrap();
    let jobs: Vec<_> = claimed.iter().map(|it| it.as_ref().unwrap().job()).collect();
    let items: Vec<_> = jobs.iter().map(|it| bench.claimed.join(it.to_string())).collect();
    drop(claimed);
    for bad in &items[1..] {
        fs::remove_file(bad).unwrap();
    }
    symlink("/nowhere", &items[1]).unwrap();
    fs::create_dir(&items[2]).unwrap();
    let (fifo, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
    rustix::fs::mknodat(rustix::fs::CWD, &items[3], fifo, mode, 0).unwrap();
    let found = resume(&bench.root, &bench.claimed).unwrap();
    assert_eq!(found.iter().map(Claimed::job).collect::<Vec<_>>(), [jobs[0]]);
    assert!(items.iter().all(|it| fs::symlink_metadata(it).is_ok()), "nothing is removed");
}

#[test]
fn a_sidecar_too_long_says_nothing() {
    let bench = bench();
    bench.put("a.txt", b"x");
    let long = ["group: D03\n", &"#\n".repeat(8 * 1024), "group: D04\n"].concat();
    bench.put("a.txt.vouchsafe.yaml", long.as_bytes());
    assert!(matches!(claim_one(&bench).unwrap().sidecar(), Err(Error::TooLarge { .. })));
}

#[test]
fn across_file_systems_the_drop_is_copied_and_then_unlinked() {
    // Another file system where the machine has one.
    let Ok(other) = tempfile::tempdir_in("/dev/shm") else { return };
    let bench = bench();
    let path = bench.put("a.txt", b"hello");
    let mut claimed = claim(&bench.root, other.path(), &bench.files()).unwrap().pop().unwrap().unwrap();
    assert!(!path.exists());
    assert_eq!(claimed.read(9).unwrap().expose(), b"hello");
    claimed.unlink().unwrap();
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
}

#[test]
fn a_sidecar_goes_with_its_file_and_is_no_drop() {
    let bench = bench();
    bench.put("a.txt", b"x");
    let sidecar = bench.put("a.txt.vouchsafe.toml", b"group = \"D03\"");
    bench.put("b.txt.vouchsafe.yaml", b"group: D04");
    fs::write(bench.intake.join("S/register.csv"), b"file,group,role,wave,activity\n").unwrap();
    assert_eq!(bench.files().len(), 1);
    let said = sidecar::of(&bench.root, &bench.files()[0].path).unwrap();
    let claimed = claim_one(&bench).unwrap();
    assert!(!sidecar.exists() && said.is_some());
    assert_eq!(claimed.sidecar().unwrap(), said);
    claimed.unlink().unwrap();
    assert_eq!(bench.jobs(), 0);
    assert!(sidecar::Register::load(&bench.root, &"S".parse().unwrap()).is_ok());
}

#[test]
fn a_claim_that_fails_for_all_leaves_all() {
    let bench = bench();
    let path = bench.put("a.txt", b"x");
    let nowhere = bench.claimed.join("no/such");
    fs::write(bench.claimed.join("no"), b"a file in the way").unwrap();
    assert!(claim(&bench.root, &nowhere, &bench.files()).is_err());
    assert!(path.exists());
}

#[test]
fn an_intake_folder_that_was_replaced_is_gone_and_not_empty() {
    let bench = bench();
    bench.put("a.txt", b"x");
    fs::rename(&bench.intake, bench.intake.with_extension("old")).unwrap();
    assert!(matches!(bench.root.scan(&mut |_| ()), Err(Error::RootGone)));
    fs::create_dir(&bench.intake).unwrap();
    assert!(matches!(bench.root.scan(&mut |_| ()), Err(Error::RootGone)));
}

#[test]
fn a_folder_moved_in_with_files_is_seen() {
    let bench = bench();
    let outside = bench.intake.parent().unwrap().join("W3");
    fs::create_dir_all(outside.join("interview")).unwrap();
    fs::write(outside.join("interview/a.txt"), b"x").unwrap();
    fs::rename(&outside, bench.intake.join("S/D03/PIR/W3")).unwrap();
    let mut files = 0;
    let folder = DropPath::new(b"S/D03/PIR/W3".to_vec());
    bench.root.scan_folder(&folder, &mut |it| files += usize::from(matches!(it, Seen::File(_)))).unwrap();
    assert_eq!(files, 1);
}

fn receipt(state: receipt::State, reasons: Vec<String>) -> receipt::Receipt {
    let may_delete = state == receipt::State::Safe;
    receipt::Receipt {
        state,
        may_delete,
        reasons,
        left_out: LeftOut::default(),
        at: Timestamp::from_millis(1_770_000_000_000),
    }
}

#[test]
fn a_receipt_replaces_its_own_kind_only() {
    let bench = bench();
    let drop = DropPath::new(format!("{FOLDER}/a.txt").into_bytes());
    let theirs = bench.put("a.txt.receipt.txt", b"a fieldworker's own notes");
    for state in [receipt::State::Received, receipt::State::Safe] {
        receipt::put(&bench.root, &[(drop.clone(), receipt(state, vec![]))]).unwrap();
    }
    assert_eq!(fs::read(&theirs).unwrap(), b"a fieldworker's own notes");
    let ours = fs::read_to_string(theirs.with_file_name("a.txt-2.receipt.txt")).unwrap();
    assert!(ours.contains("YOU MAY DELETE YOUR COPY") && ours.contains("你可以刪除你的副本"));
    assert!(!ours.contains("a.txt"));
    assert_eq!(bench.files().len(), 1, "only the fieldworker's own file is a drop");
}

#[test]
fn a_receipt_is_not_written_through_a_link() {
    let bench = bench();
    let target = bench.intake.parent().unwrap().join("target");
    fs::write(&target, b"precious").unwrap();
    symlink(&target, bench.intake.join(FOLDER).join("a.txt.receipt.txt")).unwrap();
    let drop = DropPath::new(format!("{FOLDER}/a.txt").into_bytes());
    receipt::put(&bench.root, &[(drop, receipt(receipt::State::Safe, vec![]))]).unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"precious");
}

#[test]
fn a_final_receipt_goes_after_its_time_and_no_other() {
    let bench = bench();
    let keep = Duration::from_mins(1);
    for (state, later, gone) in [
        (receipt::State::Safe, 59, false),
        (receipt::State::Safe, 61, true),
        (receipt::State::PleaseFix, 61, true),
        (receipt::State::Waiting, 61, false),
        (receipt::State::Received, 61, false),
    ] {
        let drop = DropPath::new(format!("{FOLDER}/a.txt").into_bytes());
        receipt::put(&bench.root, &[(drop, receipt(state, vec![]))]).unwrap();
        let found = bench
            .seen()
            .into_iter()
            .find_map(|it| if let Seen::Receipt(path, at) = it { Some((path, at)) } else { None });
        let (path, at) = found.unwrap();
        let now = Timestamp::from_millis(u64::try_from(at / 1_000_000).unwrap() + 1 + later * 1000);
        assert_eq!(receipt::sweep(&bench.root, &path, at, now, keep).unwrap(), gone, "{state:?} {later}");
    }
}

#[test]
fn an_unreadable_file_says_whose_it_is() {
    use std::os::unix::fs::PermissionsExt;
    if rustix::process::geteuid().is_root() {
        // Root reads everything; the text of the error is what can be held to here.
        let error = Error::Denied { uid: 1001, gid: 100, mode: 0o600 };
        assert!(error.to_string().contains("owner 1001, group 100, mode 600"));
        return;
    }
    let bench = bench();
    let path = bench.put("a.txt", b"x");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    assert!(matches!(claim_one(&bench), Err(Error::Denied { mode: 0, .. })));
    assert!(path.exists());
}

#[test]
fn drafts_of_ours_in_the_intake_folder_are_no_drops() {
    let bench = bench();
    let draft = durable::Draft::create(&bench.intake.join(FOLDER)).unwrap();
    assert!(bench.files().is_empty());
    drop(draft);
}
