//! webvtt
