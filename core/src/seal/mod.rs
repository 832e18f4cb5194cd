//! Sealing: what lies on the phone's disk, and what only the health office may read.

pub mod frame;
pub mod health;
pub mod wrap;
