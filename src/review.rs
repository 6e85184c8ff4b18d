//! Review bundles and decision bundles.
