//! From a dropped file to a claimed one, and the receipts beside it.
