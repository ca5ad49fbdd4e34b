//! Sentences about figures.
