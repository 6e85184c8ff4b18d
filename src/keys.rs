//! Stewards, participant keys, credentials.
