//! Compresses, encrypts and authenticates into objects.
