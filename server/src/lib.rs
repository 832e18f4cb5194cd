//! Hadir server.
