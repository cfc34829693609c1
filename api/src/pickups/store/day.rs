//! What crews do, and chains of custody.
