//! Passwords and codes that a page makes up: of chance, easy to read aloud and to type.

use crate::device;

const CONSONANTS: &[u8] = b"bdfghkmnprstvwyz";
const VOWELS: &[u8] = b"aeiu";
/// Without letters and digits that are taken for one another: 0 and O, 1, I and L, 5 and S, 2 and Z, 8 and B, U and V.
const CODE: &[u8] = b"ACDEFGHJKMNPQRTWXY34679";
const CODE_LENGTH: usize = 8;

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

/// A code to join a class with. A byte that would make some letters more likely than others is passed over.
pub fn code() -> String {
    let fair = u8::MAX - u8::MAX % CODE.len() as u8;
    let mut code = String::new();
    while code.len() < CODE_LENGTH {
        let letters = device::chance::<16>().into_iter().filter(|byte| *byte < fair);
        code.extend(letters.map(|byte| char::from(CODE[usize::from(byte) % CODE.len()])));
        code.truncate(CODE_LENGTH);
    }
    code
}
