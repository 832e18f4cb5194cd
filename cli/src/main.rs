//! The binary `hadir`.
fn main() {}
