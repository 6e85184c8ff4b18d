//! The process that parses and detects, and the daemon's end of its pipe.
