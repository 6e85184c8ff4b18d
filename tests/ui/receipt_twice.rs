//! A receipt is used up by the step that it allows.
use vouchsafe::{
    audit::Receipt,
    release::{self, Account, Destination, Staged},
    seal::Sealed,
    verify::{Deidentified, gate::Gate},
};

fn twice(
    sealed: [Sealed<Deidentified>; 2],
    receipt: Receipt,
    staged: [Staged; 2],
    gate: &Gate,
    to: Destination,
    account: &Account,
) {
    let ([a, b], [c, d]) = (sealed, staged);
    let _ = release::prepare(a, receipt, c, gate, to.clone(), account);
    let _ = release::prepare(b, receipt, d, gate, to, account);
}

fn main() {}
