//! Identifiers: a newtype for each kind of thing, written as 22 characters of base64url wherever they are stored, sent or shown.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The namespace of every derived identifier.
const LEFTFOLD: Uuid = Uuid::from_u128(0x6c65_6674_666f_6c64_8000_0000_0000_0001);

/// The text was not 22 characters of base64url (or 43 for a hash).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The identifier that follows from a path of names: the same names, the same identifier, on every machine.
            pub fn derived(parts: &[&str]) -> Self {
                Self(derive(stringify!($name), parts))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(encode(self.0.as_bytes(), &mut [0; 22]))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Ok(Self(Uuid::from_bytes(decode(text)?)))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(encode(self.0.as_bytes(), &mut [0; 22]))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str(Text(|text: &str| text.parse()))
            }
        }
    )+};
}

ids! {
    /// A person's account: student, teacher or administrator.
    AccountId
    /// One account in one browser profile.
    DeviceId
    /// A class of students with its teachers.
    ClassId
    /// A course that teachers assign from.
    CourseId
    /// What can be worked on as a whole: a section, a drill.
    UnitId
    /// A question within a course; keeps its identifier from edition to edition.
    QuestionId
    /// One student's work on one unit; derived from the [`crate::event::AttemptKey`].
    AttemptId
    /// One recorded event; derived from the command that caused it.
    EventId
    /// A school.
    SchoolId
    /// One log: a store keeps it for life, a restored copy keeps it too.
    LogId
}

/// The SHA-256 of a document's stored bytes; a document is fetched, cached and referred to by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(encode(&self.0, &mut [0; 43]))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

impl FromStr for ContentHash {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Ok(Self(decode(text)?))
    }
}

impl Serialize for ContentHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(encode(&self.0, &mut [0; 43]))
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Text(|text: &str| text.parse()))
    }
}

/// UUIDv5 of a kind and a path of names; the parts are length-prefixed, so that no two paths run together.
fn derive(kind: &str, parts: &[&str]) -> Uuid {
    let mut name = String::from(kind);
    for part in parts {
        name.push_str(&format!("/{}:{part}", part.len()));
    }
    Uuid::new_v5(&LEFTFOLD, name.as_bytes())
}

fn encode<'b>(bytes: &[u8], buffer: &'b mut [u8]) -> &'b str {
    let written = URL_SAFE_NO_PAD.encode_slice(bytes, buffer).expect("the buffer is as long as the encoding");
    std::str::from_utf8(&buffer[..written]).expect("base64 is ASCII")
}

/// The value of each digit of base64url; [`NO_DIGIT`] for other bytes.
const DIGITS: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 64 {
        digits[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    digits
};
const NO_DIGIT: u8 = 0x80;

/// Written by hand because it is half the work of reading an event, and the browser's program is built to be small, not fast.
fn decode<const N: usize>(text: &str) -> Result<[u8; N], NotAnId> {
    let text = text.as_bytes();
    if text.len() != (N * 4).div_ceil(3) {
        return Err(NotAnId);
    }
    let (mut bytes, mut strange, mut left_over) = ([0_u8; N], 0_u8, 0_u32);
    for (four, three) in text.chunks(4).zip(bytes.chunks_mut(3)) {
        let digit = |place: usize| four.get(place).map_or(0, |byte| DIGITS[usize::from(*byte)]);
        let digits = [digit(0), digit(1), digit(2), digit(3)];
        strange |= digits[0] | digits[1] | digits[2] | digits[3];
        let bits = digits.iter().fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit));
        let [_, first @ ..] = bits.to_be_bytes();
        three.copy_from_slice(&first[..three.len()]);
        left_over = bits & ((1 << (24 - 8 * three.len())) - 1);
    }
    // Left-over bits must be zero, so that an identifier has one text only.
    if strange & NO_DIGIT != 0 || left_over != 0 { Err(NotAnId) } else { Ok(bytes) }
}

/// Reads a string in place, whether the format lends it or not.
struct Text<F>(F);

impl<T, F: Fn(&str) -> Result<T, NotAnId>> de::Visitor<'_> for Text<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an identifier in base64url")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}
