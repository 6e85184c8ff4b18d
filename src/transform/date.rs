//! Dates as people write them in English and Chinese: read, moved, written in the same form.
