//! Tokens: what a session's cookie and a key of another system are, and what is stored of them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a session's token.
pub type TokenHash = [u8; 32];

/// A new random token.
pub fn new_token() -> String {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).expect("an operating system has random numbers");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a token.
pub fn hash_of(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}
