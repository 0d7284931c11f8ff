//! Who may come in: passwords, tokens, tries, and what is known of devices. It knows nothing of HTTP's routes.

pub mod address;
pub mod cookie;
pub mod doorkeeper;
pub mod guesses;
pub mod known_devices;
pub mod password;
pub mod seal;
pub mod token;
