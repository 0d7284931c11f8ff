//! What the server draws by chance: identifiers that nobody can compute from anything, and codes.

use domain::{
    class::{CODE_LENGTH, CODE_LETTERS},
    ids::{AccountId, DeviceId},
};
use uuid::{Builder, Uuid};

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("an operating system has random numbers");
    bytes
}

fn identifier() -> Uuid {
    Builder::from_random_bytes(bytes()).into_uuid()
}

/// A random identifier for a new account.
pub fn account() -> AccountId {
    AccountId(identifier())
}

/// The device that the record of something asked for by HTTP names.
pub fn device() -> DeviceId {
    DeviceId(identifier())
}

/// A random code to join a class with. A byte that would make some letters more likely than others is skipped.
pub fn code() -> String {
    let letters = CODE_LETTERS.len() as u8;
    let fair = u8::MAX - u8::MAX % letters;
    let mut code = String::new();
    while code.len() < CODE_LENGTH {
        let drawn = bytes::<16>().into_iter().filter(|byte| *byte < fair);
        code.extend(drawn.map(|byte| CODE_LETTERS[usize::from(byte % letters)]));
        code.truncate(CODE_LENGTH);
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_have_the_form_that_the_rules_ask_for_and_do_not_repeat() {
        let codes: BTreeSet<String> = (0..1_000).map(|_| code()).collect();
        assert!(codes.iter().all(|code| code.chars().count() == CODE_LENGTH && code.chars().all(|letter| CODE_LETTERS.contains(&letter))));
        // Among 482 million codes two of a thousand are the same about once in a thousand runs, and so three practically never.
        assert!(codes.len() >= 998);
        let drawn: BTreeSet<char> = codes.iter().flat_map(|code| code.chars()).collect();
        assert_eq!(drawn.len(), CODE_LETTERS.len(), "every letter comes up");
    }
}
