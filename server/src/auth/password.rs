//! Passwords: argon2id hashes, made and compared, in memory that is lent for it.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{Output, PasswordHash, Salt, SaltString},
};

pub mod rules;

/// The fewest characters that are ever hashed.
const PASSWORD_CHARS_MIN: usize = 8;
/// The most memory that a stored hash may ask for, in blocks of 1 KiB; this build asks for 19 MiB. It is more than the largest piece that glibc ever
/// takes from what it keeps (32 MiB), so that the system maps it apart, gives it page by page as it is used, and has it back when it is dropped.
const BLOCKS_MAX: usize = 64 * 1024;
/// The length of a hash, in bytes.
const HASH_BYTES: usize = 32;

/// The memory in which one password at a time is hashed. It grows to what a hash asks for, and is reused for the next one.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    fn blocks(&mut self, params: &Params) -> Option<&mut [Block]> {
        let wanted = params.block_count();
        if wanted > BLOCKS_MAX {
            return None;
        }
        if self.0.capacity() == 0 {
            self.0 = Vec::with_capacity(BLOCKS_MAX);
        }
        if self.0.len() < wanted {
            self.0.resize(wanted, Block::new());
        }
        self.0.get_mut(..wanted)
    }
}

/// Hashes a password with a new salt, as a PHC string, in memory of its own.
///
/// # Errors
/// When it is too short or too long, in words for people.
pub fn hash(password: &str) -> Result<String, String> {
    hash_in(&mut Memory::default(), password)
}

/// The same, in memory that is lent.
///
/// # Errors
/// As [`hash`].
pub fn hash_in(memory: &mut Memory, password: &str) -> Result<String, String> {
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > 1_024 {
        return Err(format!("a password has at least {PASSWORD_CHARS_MIN} characters"));
    }
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|fault| fault.to_string())?;
    let salt = SaltString::encode_b64(&salt).map_err(|fault| fault.to_string())?;
    let (algorithm, version, params) = (Algorithm::default(), Version::default(), Params::default());
    let output = digest(memory, password, salt.as_salt(), algorithm, version, &params, HASH_BYTES).ok_or("it could not be hashed")?;
    let params = (&params).try_into().map_err(|fault: argon2::password_hash::Error| fault.to_string())?;
    let (algorithm, version) = (algorithm.ident(), Some(version.into()));
    Ok(PasswordHash { algorithm, version, params, salt: Some(salt.as_salt()), hash: Some(output) }.to_string())
}

/// Whether a password matches a hash; the comparison uses memory that is lent.
pub fn fits(memory: &mut Memory, password: &str, phc: &str) -> bool {
    compare(memory, password, phc).unwrap_or(false)
}

/// `None` if this build cannot compare with this hash.
fn compare(memory: &mut Memory, password: &str, phc: &str) -> Option<bool> {
    let stored = PasswordHash::new(phc).ok()?;
    let (expected, salt) = (stored.hash?, stored.salt?);
    let algorithm = Algorithm::try_from(stored.algorithm).ok()?;
    let version = stored.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    let params = Params::try_from(&stored).ok()?;
    // Equality of outputs takes the same time wherever they differ.
    Some(digest(memory, password, salt, algorithm, version, &params, expected.len())? == expected)
}

fn digest(
    memory: &mut Memory,
    password: &str,
    salt: Salt<'_>,
    algorithm: Algorithm,
    version: Version,
    params: &Params,
    bytes: usize,
) -> Option<Output> {
    let mut decoded = [0_u8; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut decoded).ok()?;
    let blocks = memory.blocks(params)?;
    let argon2 = Argon2::new(algorithm, version, params.clone());
    Output::init_with(bytes, |out| Ok(argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, blocks)?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{PasswordHasher as _, PasswordVerifier as _};

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let mut memory = Memory::default();
        let hash = hash("leftfold").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        let mut fits = |password: &str, phc: &str| super::fits(&mut memory, password, phc);
        assert!(fits("leftfold", &hash) && !fits("Leftfold", &hash) && !fits("leftfold", "nonsense"));
        assert!(fits("leftfold", &hash), "the memory is as good as new");
        assert!(super::hash("short").is_err());
    }

    /// Earlier builds made their hashes by the library's own function.
    #[test]
    fn hashes_are_the_library_s_and_those_of_other_sizes_are_compared_up_to_a_bound() {
        let mut memory = Memory::default();
        let ours = hash("leftfold").unwrap();
        assert!(Argon2::default().verify_password(b"leftfold", &PasswordHash::new(&ours).unwrap()).is_ok());
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        for (kibibytes, rounds, lanes) in [(19 * 1024, 2, 1), (64, 1, 2), (40 * 1024, 1, 1)] {
            let params = Params::new(kibibytes, rounds, lanes, None).unwrap();
            let theirs = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let theirs = theirs.hash_password(b"leftfold", &salt).unwrap().to_string();
            assert!(fits(&mut memory, "leftfold", &theirs) && !fits(&mut memory, "leftfolds", &theirs), "{theirs}");
        }
        let huge = ours.replace("m=19456", "m=4000000");
        assert_ne!(huge, ours);
        assert!(!fits(&mut memory, "leftfold", &huge), "nobody is made to take 4 GB");
    }
}
