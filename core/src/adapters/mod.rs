//! The ports on a real phone or computer.

#[cfg(unix)]
pub mod disk;
