//! Lists and figures for the office.
