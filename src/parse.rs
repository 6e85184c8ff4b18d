//! Bytes in, a raw transcript out. Pure.
