//! `prepare` as a whole; what a single file does alone is tested beside it.

mod facts;
mod hostile;
mod pictures;
mod samples;
