//! The time rules as examples, and against a slow and obvious reference.
