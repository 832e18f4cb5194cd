//! The randomness of the machine.

use crate::ports::{Entropy, EntropyError};

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl SystemEntropy {
    /// Makes the source.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(buffer).map_err(|_| EntropyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_randomness_of_the_machine_keeps_the_contract() {
        crate::ports::entropy::conformance::run(&SystemEntropy::new());
    }
}
