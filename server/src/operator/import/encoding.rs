//! What encoding a file is in: UTF-8 where it is that, else what it was saved in by the look of its letters, or what somebody says.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a line is shown, in characters.
const LINE_CHARS_MAX: usize = 72;

/// The text of a file, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text; what could not be read in a file that is otherwise UTF-8 is U+FFFD.
    pub text: String,
    /// What whoever gave the file should know of its encoding, as sentences: none where it is plainly UTF-8.
    pub told: Option<String>,
}

/// Reads a file whose encoding may be named, by any of its usual labels, and is otherwise found out. The error is a sentence.
pub fn decoded(bytes: &[u8], named: Option<&str>) -> Result<Decoded, String> {
    if let Some(label) = named {
        let encoding = known(label)?;
        // A byte order mark outranks what anybody says about the file.
        let (text, used, broken) = encoding.decode(bytes);
        if broken {
            return Err(format!("The file is not {}.", used.name()));
        }
        let told = (used != UTF_8).then(|| told(&text, used)).flatten();
        return Ok(Decoded { told, text: text.into_owned() });
    }
    let encoding = found(bytes);
    let (text, used, broken) = encoding.decode(bytes);
    if broken && used != UTF_8 {
        return Err(format!("The file looks like {} and is not quite. Name its encoding with --encoding.", used.name()));
    }
    let told = match (broken, used == UTF_8) {
        (false, true) => None,
        (true, _) => Some(damaged(&text)),
        (false, false) => told(&text, used).map(|told| format!("{told} If that reads wrongly, name its encoding with --encoding.")),
    };
    Ok(Decoded { told, text: text.into_owned() })
}

/// The text of a file: UTF-8 unless an encoding is named. Nothing is guessed; the error is a sentence that says what the file looks like.
pub fn decode(bytes: &[u8], named: Option<&str>) -> Result<String, String> {
    let (text, used, broken) = named.map_or(Ok(UTF_8), known)?.decode(bytes);
    match (broken, named) {
        (false, _) => Ok(text.into_owned()),
        (true, None) if used == UTF_8 => {
            let line = 1 + valid_prefix(bytes).iter().filter(|byte| **byte == b'\n').count();
            let looks = found(bytes);
            let (guess, _, _) = looks.decode(bytes);
            let shown = sample(&guess).filter(|_| looks != UTF_8);
            let hint = shown.map_or_else(
                || "Save it as UTF-8, or name its encoding with --encoding.".to_owned(),
                |(number, shown)| {
                    let name = looks.name();
                    format!("As {name}, line {number} reads “{shown}”; if that is right, add --encoding {name}.")
                },
            );
            Err(format!("The file is not UTF-8 (line {line}). {hint}"))
        }
        (true, _) => Err(format!("The file is not {}.", used.name())),
    }
}

fn known(label: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(label.trim().as_bytes())
        .ok_or_else(|| format!("“{label}” is not the name of an encoding; try windows-1252, windows-1251 or macintosh."))
}

/// The encoding that a file is most likely in.
fn found(bytes: &[u8]) -> &'static Encoding {
    if Encoding::for_bom(bytes).is_some() {
        return UTF_8;
    }
    if let Some(wide) = wide(bytes) {
        return wide;
    }
    let is_japanese = bytes.windows(2).any(|pair| pair == b"\x1b$" || pair == b"\x1b(");
    if is_mostly_utf_8(bytes) && !is_japanese {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // What is the same in both is called by the usual name.
    let reads = |encoding: &'static Encoding| encoding.decode_without_bom_handling(bytes).0;
    if guess.is_single_byte() && reads(guess) == reads(WINDOWS_1252) && !is_macintosh(bytes) {
        return WINDOWS_1252;
    }
    // The detector does not know the Macintosh's, whose letters are where others have punctuation.
    if guess.is_single_byte() && is_macintosh(bytes) { MACINTOSH } else { guess }
}

/// UTF-16 without a byte order mark: every other byte of what is mostly ASCII, or at least its line ends and signs, is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if bytes.len() < 4 || bytes.len() % 2 == 1 || (even + odd) * 20 < bytes.len() {
        return None;
    }
    match (even, odd) {
        (even, odd) if odd > 8 * even => Some(UTF_16LE),
        (even, odd) if even > 8 * odd => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether a file is UTF-8, but for a few bytes perhaps: hardly anything else has letters that happen to be sound sequences of it.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken == 0 || sound > 4 * broken
}

/// Whether most bytes that stand beside small letters are letters on a Macintosh and something else elsewhere.
fn is_macintosh(bytes: &[u8]) -> bool {
    let (mut there, mut elsewhere) = (0, 0);
    for at in (0..bytes.len()).filter(|at| bytes[*at] >= 0x80) {
        let is_small = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_lowercase);
        if !is_small(at.checked_sub(1)) && !is_small(Some(at + 1)) {
            continue;
        }
        let letter = |encoding: &'static Encoding| encoding.decode_without_bom_handling(&bytes[at..=at]).0.chars().next();
        let small = |encoding| letter(encoding).is_some_and(char::is_lowercase);
        match (small(MACINTOSH), small(WINDOWS_1252)) {
            (true, false) => there += 1,
            (false, true) => elsewhere += 1,
            // The apostrophes of both.
            (true, true) | (false, false) => {}
        }
    }
    there > elsewhere
}

/// What was taken, and a line as it reads. None where the text is the same in any encoding.
fn told(text: &str, used: &'static Encoding) -> Option<String> {
    let name = used.name();
    match sample(text) {
        Some((line, shown)) => Some(format!("The file was read as {name}: its line {line} reads “{shown}”.")),
        None if used == UTF_16LE || used == UTF_16BE => Some(format!("The file was read as {name}.")),
        None => None,
    }
}

fn damaged(text: &str) -> String {
    let broken = |line: &str| line.contains(char::REPLACEMENT_CHARACTER);
    let lines: Vec<String> =
        text.lines().zip(1..).filter(|(line, _)| broken(line)).map(|(_, number)| number.to_string()).take(10).collect();
    format!(
        "The file is UTF-8 but for some characters (line {}); questions with them are refused. Save it anew as UTF-8, or name its encoding \
         with --encoding.",
        lines.join(", ")
    )
}

/// The first line that has other than ASCII letters, and its number.
fn sample(text: &str) -> Option<(usize, String)> {
    let (line, number) = text.split(['\n', '\r']).zip(1..).find(|(line, _)| !line.is_ascii())?;
    // What matters stands near the first such letter.
    let from = line.char_indices().position(|(_, c)| !c.is_ascii()).unwrap_or(0).saturating_sub(LINE_CHARS_MAX / 2);
    let shown: String = line.chars().skip(from).filter(|c| !c.is_control()).take(LINE_CHARS_MAX).collect();
    Some((number, shown.trim().to_owned()))
}

fn valid_prefix(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Ok(_) => bytes,
        Err(error) => &bytes[..error.valid_up_to()],
    }
}
