//! Proofs can't be copied.
fn copy(receipt: &vouchsafe::audit::Receipt) -> vouchsafe::audit::Receipt {
    receipt.clone()
}

fn main() {
    let _ = copy;
}
