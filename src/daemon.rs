//! Watches, batches, stops in order.
