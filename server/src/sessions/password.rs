//! Passwords: argon2id hashes, made and compared.

use argon2::{Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _, password_hash::SaltString};
use std::sync::OnceLock;

/// The fewest characters of a password.
const PASSWORD_CHARS_MIN: usize = 8;

/// Hashes a password with a new salt, as a PHC string.
///
/// # Errors
/// When it is too short or too long, in words for people.
pub fn hash(password: &str) -> Result<String, String> {
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > 1_024 {
        return Err(format!("a password has at least {PASSWORD_CHARS_MIN} characters"));
    }
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|fault| fault.to_string())?;
    let salt = SaltString::encode_b64(&salt).map_err(|fault| fault.to_string())?;
    Argon2::default().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(|fault| fault.to_string())
}

/// Whether a password fits a hash. Without a hash the same time passes, and the answer is no.
pub fn fits(password: &str, phc: Option<&str>) -> bool {
    static NOBODYS: OnceLock<String> = OnceLock::new();
    let nobodys = || NOBODYS.get_or_init(|| hash("nobody has this password").expect("it is long enough")).as_str();
    let hash = PasswordHash::new(phc.unwrap_or_else(nobodys));
    let fits = hash.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    fits && phc.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let hash = hash("leftfold").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(fits("leftfold", Some(&hash)) && !fits("Leftfold", Some(&hash)) && !fits("leftfold", Some("nonsense")));
        assert!(!fits("nobody has this password", None));
        assert!(super::hash("short").is_err());
    }
}
