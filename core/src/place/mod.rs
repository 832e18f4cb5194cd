//! Where a tap was made, as far as the fix can tell, and what about it a person should look at.
//!
//! - [`Geofence`]: circles and polygons on WGS 84; it answers with a [`Placement`]: inside, outside or uncertain;
//! - [`Signal`]: what is worth a look, with its data; none of them ever blocks a tap;
//! - [`fix_signals`]: those that one tap shows by itself; [`speed_signal`]: what two of them show together;
//!   [`identical_places`]: what the taps of many people show together.

mod crowd;
mod geofence;
mod motion;
mod region;
mod signal;

pub use crowd::{Stand, identical_places};
pub use geofence::{Area, AreaError, Geofence, Place, Placement, UNCERTAINTY_FACTOR};
pub use motion::{Sighting, speed_signal};
pub use signal::{PlaceLimits, Signal, fix_signals};
