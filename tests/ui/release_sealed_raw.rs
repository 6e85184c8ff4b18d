//! An object that holds an item as it was dropped can't be prepared for release.
use vouchsafe::{
    audit::Receipt,
    release::{self, Account, Destination, Staged},
    seal::{Original, Sealed},
    verify::gate::Gate,
};

fn leak(sealed: Sealed<Original>, receipt: Receipt, staged: Staged, gate: &Gate, to: Destination, account: &Account) {
    let _ = release::prepare(sealed, receipt, staged, gate, to, account);
}

fn main() {}
