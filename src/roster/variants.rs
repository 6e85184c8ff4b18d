//! Traditional and simplified forms of characters that stand in names.
