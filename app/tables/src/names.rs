//! Names of files that every system takes.

/// The longest that a part of a name becomes.
const PART_LETTERS_MAX: usize = 40;

/// A file's name of what it is about, such as class, table and date: letters and digits of any language with hyphens between, so that nothing
/// in it leads out of a folder, turns the reading direction or hides the ending.
pub fn file_name(parts: &[&str], ending: &str) -> String {
    let parts = parts.iter().map(|part| safe(part)).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    // The first word is ours, so that no device of an old system ("CON", "NUL") is named.
    format!("leftfold-{}.{ending}", if parts.is_empty() { "export".to_owned() } else { parts.join("-") })
}

fn safe(part: &str) -> String {
    let hyphened: String = part.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
    let words = hyphened.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let cut: String = words.chars().take(PART_LETTERS_MAX).collect();
    cut.trim_end_matches('-').to_owned()
}
