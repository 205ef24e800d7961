//! The layer: finds the machine a message belongs to, and keeps the limits.
