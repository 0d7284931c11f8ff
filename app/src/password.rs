//! Passwords that a page makes up: of chance, easy to read aloud and to type.

use crate::device;

const CONSONANTS: &[u8] = b"bdfghkmnprstvwyz";
const VOWELS: &[u8] = b"aeiu";

/// A password like `bamuri-tekadu-wisena-47`: three words of three syllables and two digits, about 60 bits of chance.
pub fn password() -> String {
    let chance = device::chance::<22>();
    let letter = |among: &[u8], byte: u8| char::from(among[usize::from(byte) % among.len()]);
    let word = |bytes: &[u8]| -> String {
        bytes.chunks(2).flat_map(|two| [letter(CONSONANTS, two[0]), letter(VOWELS, two[two.len() - 1])]).collect()
    };
    let number = u16::from_be_bytes([chance[20], chance[21]]) % 100;
    format!("{}-{}-{}-{number:02}", word(&chance[..6]), word(&chance[6..12]), word(&chance[12..18]))
}
