//! What may be a password: long enough for the role, none of those that are tried first, and not one's own login or name. Passwords that were there
//! before these rules go on working.

use domain::account::{Role, login_alike};

/// The fewest characters of a student's password.
const STUDENT_CHARS_MIN: usize = 8;
/// The fewest of a teacher's or administrator's, who can do and see more.
const STAFF_CHARS_MIN: usize = 12;
/// A password that only repeats a piece of at most this many characters is turned down.
const PIECE_CHARS_MAX: usize = 4;
/// Logins and names with fewer letters than this may be all the letters of a password by chance, so they are not compared with it.
const OWN_LETTERS_MIN: usize = 3;
/// Words that attackers try first, written down from common knowledge; they are turned down with digits or signs before or after them, too.
const TRIED_FIRST: &str = include_str!("tried_first.txt");

/// Judges a password for somebody in this role, whose login and name are `own`.
///
/// # Errors
/// Why it may not be a password, in words for people.
pub fn judge<'o>(password: &str, role: Role, own: impl IntoIterator<Item = &'o str>) -> Result<(), String> {
    let fewest = chars_min(role);
    if password.chars().count() < fewest {
        return Err(format!("it must have at least {fewest} characters"));
    }
    let alike = login_alike(password);
    if is_tried_first(&alike) {
        return Err("it is one of those that are tried first".to_owned());
    }
    let letters = letters_of(&alike);
    let is_own = |words: &str| {
        let words = login_alike(words);
        let (forth, back) = (letters_of(&words), words.split_whitespace().rev().map(letters_of).collect::<String>());
        forth.chars().count() >= OWN_LETTERS_MIN && (letters == forth || letters == back)
    };
    if own.into_iter().any(is_own) {
        return Err("it is the login or the name".to_owned());
    }
    Ok(())
}

/// The fewest characters of a password of somebody in this role.
pub fn chars_min(role: Role) -> usize {
    match role {
        Role::Student => STUDENT_CHARS_MIN,
        Role::Teacher | Role::Administrator => STAFF_CHARS_MIN,
    }
}

fn is_tried_first(alike: &str) -> bool {
    let chars: Vec<char> = alike.chars().filter(|letter| !letter.is_whitespace()).collect();
    let piece = piece_of(&chars);
    let text: String = piece.iter().collect();
    let word = text.trim_matches(|letter: char| !letter.is_alphabetic());
    piece.len() <= PIECE_CHARS_MAX || is_row(piece) || TRIED_FIRST.lines().any(|tried| tried == text || tried == word)
}

/// The shortest piece that the whole is made of by repeating it.
fn piece_of(chars: &[char]) -> &[char] {
    let repeats = |length: &usize| chars.len().is_multiple_of(*length) && chars.chunks(*length).all(|piece| piece == &chars[..*length]);
    &chars[..(1..=chars.len()).find(repeats).unwrap_or(0)]
}

/// `12345678`, `7654321`, `abcdefgh`: each the next of the one before, or each the one before it; after 9 comes 0.
fn is_row(chars: &[char]) -> bool {
    let step = |one: char, other: char| u32::from(one) + 1 == u32::from(other) || (one, other) == ('9', '0');
    chars.windows(2).all(|two| step(two[0], two[1])) || chars.windows(2).all(|two| step(two[1], two[0]))
}

fn letters_of(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphabetic()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_enough_and_none_that_everybody_thinks_of() {
        let own = ["ann.miller", "Ann Miller"];
        let judged = |password: &str, role| judge(password, role, own).err().unwrap_or_default();
        let (short, tried, is_own) = ("it must have at least", "it is one of those that are tried first", "it is the login or the name");
        for (password, student, staff) in [
            ("", short, short),
            ("seven77", short, short),
            ("söckchen", "", short),
            ("correct horse", "", ""),
            ("bamuri-tekadu-wisena-47", "", ""),
            ("elevenchars", "", short),
            ("twelve chars", "", ""),
            ("leftfold", tried, short),
            ("password", tried, short),
            ("PassWord2026!", tried, tried),
            ("!!password1234", tried, tried),
            ("passwordpassword", tried, tried),
            ("pass word pass word", tried, tried),
            ("qwertyuiop12", tried, tried),
            ("aaaaaaaaaaaa", tried, tried),
            ("abc1abc1abc1", tried, tried),
            ("123456789012", tried, tried),
            ("987654321098", tried, tried),
            ("abcdefghijkl", tried, tried),
            ("1q2w3e4r5t6y", tried, tried),
            ("Annmiller2026", is_own, is_own),
            ("miller.ann.2026", is_own, is_own),
            ("Ann likes Miller", "", ""),
        ] {
            for (role, expected) in [(Role::Student, student), (Role::Teacher, staff), (Role::Administrator, staff)] {
                let found = judged(password, role);
                assert!(found == expected || (expected == short && found.starts_with(short)), "{password} of a {role:?}: {found}");
            }
        }
        assert!(judge("anananan", Role::Student, ["an"]).is_err(), "a short piece, again and again");
        assert_eq!(judge("an apple a day", Role::Student, ["an"]), Ok(()));
    }

    #[test]
    fn the_list_is_as_it_is_compared() {
        let mut lines: Vec<&str> = TRIED_FIRST.lines().collect();
        assert!(lines.len() >= 300, "{}", lines.len());
        for line in &lines {
            assert_eq!(login_alike(line), *line);
            assert!(!line.contains(char::is_whitespace) && line.chars().count() > PIECE_CHARS_MAX, "{line}");
        }
        lines.sort_unstable();
        let before = lines.len();
        lines.dedup();
        assert_eq!(lines.len(), before, "nothing stands in it twice");
    }
}
