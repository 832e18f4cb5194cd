//! A phone as these tests open it: the real engine on the machine's disk, clocks and network.

use std::{path::Path, sync::Arc};

use hadir_core::{
    adapters::ProxySetting,
    engine::{CheckInEngine, EngineError, Ports, Settings},
};

use crate::vault::ConstantVault;

/// Opens the phone in a directory. Its segments are short, so that a few dozen records begin a new one.
///
/// # Errors
/// As [`CheckInEngine::open`].
pub fn open(directory: &Path) -> Result<CheckInEngine, EngineError> {
    let ports = Ports::system(directory, Arc::new(ConstantVault::new()), ProxySetting::default())?;
    CheckInEngine::open(ports, Settings { segment_bytes: 32 << 10, ..Settings::new("hadir-tests/1") })
}
