//! The slip of paper beside a drop, in a fieldworker's words, English and 繁體中文.
//!
//! It says where the file stands, whether the copy may be deleted, why, and what to do. It holds no
//! hash, nothing of what the file says, and no file's name.

mod words;

use std::{io::Write, os::fd::OwnedFd};

use rustix::fs::{AtFlags, OFlags};
use sha2::{Digest as _, Sha256};

use self::words::Words;
use super::{
    Error,
    name::RECEIPT,
    scan::{DropPath, IntakeRoot, fd_path, os_name},
};
use crate::{
    clock::Timestamp,
    durable::{self, Draft, Synced, Written},
    transcript::LeftOut,
};

/// How many bytes tell a receipt of ours.
pub(super) const MARKER_BYTES: u64 = 64;
const MARKER: &str = "vouchsafe receipt 收據 / ";
/// What a file system takes at most.
pub(super) const MAX_NAME_BYTES: usize = 255;

/// Where a drop stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum State {
    /// Taken over.
    Received,
    /// Sealed.
    Safe,
    /// Sealed; a steward has to decide.
    Waiting,
    /// Not usable as it is.
    PleaseFix,
}

/// What a receipt says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Receipt {
    /// Where the drop stands.
    pub state: State,
    /// Whether the copy may be deleted: only once its object, row and leaf are durable.
    pub may_delete: bool,
    /// Why: codes of faults, such as `PA-03`.
    pub reasons: Vec<String>,
    /// What the file holds that is not in the transcript.
    pub left_out: LeftOut,
    /// When.
    pub at: Timestamp,
}

/// A receipt that is written and has no name yet.
#[derive(Debug)]
#[must_use]
pub struct Slip {
    written: Written,
    folder: OwnedFd,
    root_path: DropPath,
}

impl State {
    const ALL: [Self; 4] = [Self::Received, Self::Safe, Self::Waiting, Self::PleaseFix];

    const fn word(self) -> &'static str {
        match self {
            Self::Received => "RECEIVED",
            Self::Safe => "SAFE",
            Self::Waiting => "WAITING FOR STEWARD",
            Self::PleaseFix => "PLEASE FIX",
        }
    }

    /// Whether nothing more will happen, so that the receipt may go after a while.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Safe | Self::PleaseFix => true,
            Self::Received | Self::Waiting => false,
        }
    }
}

impl Receipt {
    /// The whole text.
    #[must_use]
    pub fn text(&self) -> String {
        let state = words::state(self.state);
        let keep = if self.may_delete { words::MAY_DELETE } else { words::KEEP };
        let mut reasons: Vec<Words> = self.reasons.iter().map(|code| words::reason(code)).collect();
        reasons.dedup();
        if reasons.is_empty() {
            reasons.push(words::todo(self.state));
        }
        let mut text = format!("{MARKER}{}\n\n", self.state.word());
        for (language, lines) in [("English", 0), ("繁體中文", 1)] {
            let pick = |words: Words| if lines == 0 { words.en } else { words.zh };
            text.extend([language, "\n  ", pick(state), "\n  ", pick(keep), "\n"]);
            for reason in &reasons {
                text.extend(["  ", pick(*reason), "\n"]);
            }
            if !self.left_out.is_empty() {
                let said = if lines == 0 {
                    words::left_out_en(&self.left_out)
                } else {
                    words::left_out_zh(&self.left_out)
                };
                text.extend(["  ", &said, "\n"]);
            }
            text.push('\n');
        }
        if !self.reasons.is_empty() {
            text.extend(["For the steward 給資料管理員: ", &self.reasons.join(", "), "\n"]);
        }
        text + &format!("{}\n", self.at)
    }
}

/// Whether a code has words of its own for fieldworkers, rather than those of its stage.
#[must_use]
pub fn has_words(code: &str) -> bool {
    words::REASONS.iter().any(|it| it.0 == code)
}

/// What a code means, in English, for whoever reads a list of items.
#[must_use]
pub fn meaning(code: &str) -> &'static str {
    words::reason(code).en
}

/// What was left out of an item, in English, for whoever reviews it.
#[must_use]
pub fn not_taken_over(left_out: &LeftOut) -> String {
    words::left_out_en(left_out)
}

/// What state a file's first bytes speak of, if it is a receipt of ours.
pub(super) fn state_of(start: &[u8]) -> Option<State> {
    let rest = start.strip_prefix(MARKER.as_bytes())?;
    State::ALL
        .into_iter()
        .find(|it| rest.strip_prefix(it.word().as_bytes()).is_some_and(|it| it.starts_with(b"\n")))
}

/// Writes a receipt without a name: many, then one `durable::sync` of the intake folder, then each
/// [`Slip::commit`].
///
/// # Errors
///
/// Fails with [`Error::Vanished`] if the drop's folder is gone: there is nobody to tell then.
pub fn draft(root: &IntakeRoot, drop: &DropPath, receipt: &Receipt) -> Result<Slip, Error> {
    let folder = root.open_beneath(&drop.parent(), OFlags::DIRECTORY | OFlags::RDONLY)?;
    let mut draft = Draft::create(&fd_path(&folder))?;
    draft.set_mode(0o644)?;
    draft.write_all(receipt.text().as_bytes())?;
    Ok(Slip { written: draft.finish()?, folder, root_path: drop.clone() })
}

impl Slip {
    /// Gives the receipt its name, in the place of an earlier one of ours and of nothing else.
    ///
    /// # Errors
    ///
    /// Fails if nine other files have taken the names it could have.
    pub fn commit(self, root: &IntakeRoot, synced: &Synced) -> Result<(), Error> {
        let Self { written, folder, root_path } = self;
        for number in 1..=9 {
            let name = name(root_path.file_name(), number);
            let at = root_path.sibling(&name);
            let there = rustix::fs::statat(&folder, os_name(&name), AtFlags::SYMLINK_NOFOLLOW).is_ok();
            if there && !root.is_receipt(&at) {
                continue;
            }
            let path = fd_path(&folder).join(os_name(&name));
            if there {
                durable::unlink(&path)?;
            }
            return Ok(written.commit(synced, &path)?);
        }
        Err(Error::Durable(durable::Error::Exists))
    }
}

/// Writes one receipt, or several after one sync. The first error is told after all were tried.
///
/// # Errors
///
/// Fails as [`draft`] and [`Slip::commit`] do.
pub fn put(root: &IntakeRoot, receipts: &[(DropPath, Receipt)]) -> Result<(), Error> {
    let mut first = Ok(());
    let mut slips = Vec::new();
    for (drop, receipt) in receipts {
        match draft(root, drop, receipt) {
            Ok(slip) => slips.push(slip),
            Err(error) => first = first.and(Err(error)),
        }
    }
    let synced = durable::sync(root.path())?;
    for slip in slips {
        first = first.and(slip.commit(root, &synced));
    }
    first
}

/// Removes a receipt that says something final and has stood for long. Takes what a scan saw.
///
/// # Errors
///
/// Fails if the operating system refuses.
pub fn sweep(
    root: &IntakeRoot,
    receipt: &DropPath,
    written: i128,
    now: Timestamp,
    keep: std::time::Duration,
) -> Result<bool, Error> {
    let age = i128::from(now.as_millis()) * 1_000_000 - written;
    if age < i128::try_from(keep.as_nanos()).unwrap_or(i128::MAX) || !is_final(root, receipt)? {
        return Ok(false);
    }
    let folder = root.open_beneath(&receipt.parent(), OFlags::DIRECTORY | OFlags::RDONLY)?;
    durable::unlink(&fd_path(&folder).join(os_name(receipt.file_name())))?;
    Ok(true)
}

fn is_final(root: &IntakeRoot, receipt: &DropPath) -> Result<bool, Error> {
    use std::io::Read;
    let mut start = Vec::new();
    let file = std::fs::File::from(root.open_beneath(receipt, OFlags::RDONLY)?);
    file.take(MARKER_BYTES).read_to_end(&mut start)?;
    Ok(state_of(&start).is_some_and(State::is_final))
}

/// The receipt's name; a name that would get too long is cut and numbered by a digest of itself.
fn name(drop: &[u8], number: u8) -> Vec<u8> {
    let end = if number == 1 { RECEIPT.to_owned() } else { format!("-{number}{RECEIPT}") };
    if drop.len() + end.len() <= MAX_NAME_BYTES {
        return [drop, end.as_bytes()].concat();
    }
    let digest: [u8; 32] = Sha256::digest(drop).into();
    let tag = digest.iter().take(4).fold(0_u32, |tag, byte| tag << 8 | u32::from(*byte));
    let end = format!("~{:06}{end}", tag % 1_000_000);
    let mut cut = MAX_NAME_BYTES - end.len();
    // Not inside a character, where the name is UTF-8.
    while cut > 0 && drop.get(cut).is_some_and(|byte| byte & 0xc0 == 0x80) {
        cut -= 1;
    }
    [drop.get(..cut).unwrap_or_default(), end.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Omission;

    #[test]
    fn a_receipt_says_state_copy_why_and_what_to_do_in_both_languages() {
        for (state, may_delete, reasons, want) in [
            (State::Received, false, vec![], ["RECEIVED", "KEEP YOUR COPY", "已收到", "請保留你的副本"]),
            (
                State::Safe,
                true,
                vec![],
                ["SAFE", "YOU MAY DELETE YOUR COPY", "已安全存放", "你可以刪除你的副本"],
            ),
            (
                State::Waiting,
                true,
                vec!["IN-14"],
                ["WAITING FOR STEWARD", "IN-14", "等待資料管理員處理", "指定的資料夾"],
            ),
            (State::PleaseFix, false, vec!["IN-12"], ["PLEASE FIX", "Upload it again", "請修正", "重新上載"]),
        ] {
            let reasons = reasons.into_iter().map(str::to_owned).collect();
            let left_out = LeftOut::default();
            let text = Receipt { state, may_delete, reasons, left_out, at: Timestamp::from_millis(0) }.text();
            for it in want {
                assert!(text.contains(it), "{it} in {text}");
            }
            assert_eq!(text.matches("YOUR COPY").count(), 1, "one instruction: {text}");
            assert_eq!(state_of(text.as_bytes().get(..64).unwrap()), Some(state));
        }
        assert_eq!(state_of(b"vouchsafe receipt"), None);
    }

    #[test]
    fn a_receipt_says_what_was_not_taken_over() {
        let left_out = [(Omission::Comments, 3), (Omission::Pictures, 1), (Omission::HiddenText, 2)];
        let receipt = Receipt {
            state: State::Safe,
            may_delete: true,
            reasons: Vec::new(),
            left_out: left_out.into_iter().collect(),
            at: Timestamp::from_millis(0),
        };
        for it in [
            "Not taken over: 3 comments, 2 hidden passages, 1 picture. If it belongs to the transcript, put it into the text",
            "未有採用：3 個註解、2 段隱藏文字、1 張圖片。如屬逐字稿內容，請放入正文後再次提交。",
        ] {
            assert!(receipt.text().contains(it), "{}", receipt.text());
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters_and_stays_its_own() {
        let (one, other) = ("訪".repeat(84) + "a", "訪".repeat(84) + "b");
        let names = [name(one.as_bytes(), 1), name(other.as_bytes(), 1), name(one.as_bytes(), 2)];
        for it in &names {
            assert!(it.len() <= MAX_NAME_BYTES && str::from_utf8(it).is_ok());
            assert!(super::super::name::classify(it) == super::super::name::Name::Receipt);
        }
        assert!(names[0] != names[1] && names[0] != names[2]);
        let fits = "x".repeat(MAX_NAME_BYTES - RECEIPT.len());
        assert!(name(fits.as_bytes(), 1).starts_with(fits.as_bytes()));
        assert!(name((fits + "x").as_bytes(), 1).contains(&b'~'));
    }
}
