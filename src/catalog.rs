//! Jobs, objects and releases: the daemon's own record, without names.
