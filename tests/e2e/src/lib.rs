//! The built binary, over its real interfaces.
