//! Names of people: what may be one, how one is shown safely wherever it came from, and how much of it tells people of a class apart.

use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The longest name, in characters.
pub const LETTERS_MAX: usize = 120;

/// The characters that begin and end a text with a writing direction of its own, which changes nothing around it.
const ISOLATED: [char; 2] = ['\u{2068}', '\u{2069}'];

/// Why a text cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoName {
    /// Nothing that can be seen.
    Empty,
    /// Longer than [`LETTERS_MAX`]: so many characters.
    TooLong(usize),
    /// There is a control character or an override of the writing direction in it.
    Invisible(char),
}

/// A name as it is kept, without outer spaces.
///
/// # Errors
/// Why it cannot be a name.
pub fn checked(name: &str) -> Result<&str, NoName> {
    let name = name.trim();
    let letters = name.chars().count();
    match name.chars().find(|letter| misleads(*letter)) {
        Some(letter) => Err(NoName::Invisible(letter)),
        None if letters > LETTERS_MAX => Err(NoName::TooLong(letters)),
        None if name.chars().all(is_unseen) => Err(NoName::Empty),
        None => Ok(name),
    }
}

/// A name that may have been kept before names were checked, as it can be shown: a space for each line end or tab, nothing for what would turn
/// the text around it, and no longer than a name may be.
pub fn shown(name: &str) -> String {
    let is_space = |letter: char| letter.is_whitespace() || matches!(letter, '\u{2028}' | '\u{2029}');
    let letters = name.chars().filter(|letter| is_space(*letter) || !misleads(*letter));
    let seen: String = letters.map(|letter| if is_space(letter) { ' ' } else { letter }).collect();
    let seen = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    match seen.char_indices().nth(LETTERS_MAX) {
        None => seen,
        Some(_) => seen.chars().take(LETTERS_MAX - 1).chain(['…']).collect(),
    }
}

/// A name in a sentence: whatever direction it is written in, the sentence around it keeps its own.
pub fn isolated(name: &str) -> String {
    let [begin, end] = ISOLATED;
    format!("{begin}{name}{end}")
}

/// A text without the marks that [`isolated`] puts around names, for files and other programs.
pub fn plain(text: &str) -> String {
    text.replace(ISOLATED, "")
}

/// Moves a cursor, ends a line, or turns the direction of what comes after.
fn misleads(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Takes no room of its own.
fn is_unseen(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{feff}')
}

/// How each of these people is called among the others: the first name; where somebody else is called so, with as much of the last name as tells
/// them apart; else the whole name; and where that is the same, with a number in the order given. No two are the same.
pub fn short_forms(names: &[&str]) -> Vec<String> {
    let names: Vec<Name> = names.iter().map(|name| Name::of(name)).collect();
    let forms: Vec<Vec<String>> = names.iter().map(Name::forms).collect();
    let at = |level: usize| forms.iter().map(move |forms| &forms[level.min(forms.len() - 1)]);
    let mut chosen: Vec<Option<String>> = vec![None; names.len()];
    for level in 0..forms.iter().map(Vec::len).max().unwrap_or_default() {
        let often = counted(at(level));
        for (chosen, form) in chosen.iter_mut().zip(at(level)) {
            if chosen.is_none() && often[&alike(form)] == 1 {
                *chosen = Some(form.clone());
            }
        }
    }
    let chosen: Vec<String> = chosen.into_iter().zip(&names).map(|(form, name)| form.unwrap_or_else(|| name.whole.clone())).collect();
    // One person's short form can be another's whole name.
    let often = counted(chosen.iter());
    numbered(chosen.into_iter().zip(names).map(|(form, name)| if often[&alike(&form)] == 1 { form } else { name.whole }).collect())
}

/// A name in the parts that people are called by.
struct Name {
    /// What comes first that can stand alone.
    first: String,
    /// What stands before the last word and goes with it (`van der`), with a space behind; and that word.
    last: Option<(String, String)>,
    /// All of it.
    whole: String,
}

impl Name {
    fn of(name: &str) -> Self {
        let whole = shown(name);
        // Lists of schools have the last name first and a comma behind it.
        let in_order = match whole.split_once(", ") {
            Some((last, first)) if !first.contains(',') => format!("{first} {last}"),
            Some(_) | None => whole.clone(),
        };
        let words: Vec<&str> = in_order.split_whitespace().collect();
        let stands_alone = |word: &&str| !is_particle(word) && !is_initial(word);
        let first = words.iter().position(stands_alone).map_or(words.len(), |place| place + 1);
        let (begin, rest) = words.split_at(first);
        let last = rest.split_last().map(|(word, before)| {
            let particles = before.iter().rev().take_while(|word| is_particle(word)).count();
            (before[before.len() - particles..].iter().map(|word| format!("{word} ")).collect(), (*word).to_owned())
        });
        Self { first: begin.join(" "), last, whole }
    }

    /// Longer and longer ways to say it; the last is the whole name.
    fn forms(&self) -> Vec<String> {
        let Some((particles, word)) = &self.last else { return vec![self.whole.clone()] };
        let beginnings = letters(word).scan(String::new(), |beginning, letter| {
            beginning.push_str(&letter);
            Some(beginning.clone())
        });
        let cut = beginnings.filter(|beginning| beginning != word).map(|beginning| format!("{} {particles}{beginning}.", self.first));
        let ends = [format!("{} {particles}{word}", self.first), self.whole.clone()];
        [self.first.clone()].into_iter().chain(cut).chain(ends).collect()
    }
}

/// Letters with the marks that stand on them.
fn letters(word: &str) -> impl Iterator<Item = String> {
    let mut rest = word.chars().peekable();
    std::iter::from_fn(move || {
        let mut letter = String::from(rest.next()?);
        while let Some(mark) = rest.next_if(|next| is_combining_mark(*next)) {
            letter.push(mark);
        }
        Some(letter)
    })
}

/// Words that belong to what comes after them, in the languages of many classes; nobody is called by one alone.
const PARTICLES: &[&str] = &[
    "'t", "aan", "abd", "abu", "af", "ait", "al", "av", "bij", "bint", "d'", "da", "das", "de", "degli", "dei", "del", "della", "den",
    "der", "des", "di", "do", "dos", "du", "el", "het", "ibn", "in", "la", "las", "le", "lo", "los", "mac", "mc", "op", "ould", "over",
    "saint", "san", "santa", "st", "st.", "te", "ten", "ter", "tot", "uit", "van", "vom", "von", "y", "zu", "zum", "zur", "’t",
];

/// Those that are first names, too, when they begin with a capital.
const SMALL_PARTICLES: &[&str] = &["ben", "bin", "e", "i"];

fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&word.to_lowercase().as_str()) || SMALL_PARTICLES.contains(&word)
}

/// One letter, or letters with dots.
fn is_initial(word: &str) -> bool {
    word.ends_with('.') || (letters(word).count() == 1 && word.chars().all(|letter| letter.is_lowercase() || letter.is_uppercase()))
}

/// A form in which names that look the same to a reader are equal.
fn alike(form: &str) -> String {
    form.nfkc().collect::<String>().to_lowercase().trim_end_matches('.').to_owned()
}

fn counted<'f>(forms: impl Iterator<Item = &'f String>) -> BTreeMap<String, usize> {
    let mut often = BTreeMap::new();
    for form in forms {
        *often.entry(alike(form)).or_default() += 1;
    }
    often
}

fn numbered(forms: Vec<String>) -> Vec<String> {
    let often = counted(forms.iter());
    let mut taken: BTreeSet<String> = often.keys().cloned().collect();
    let number = |form: String| {
        if often[&alike(&form)] == 1 {
            return form;
        }
        let free = (1..).map(|number| format!("{form} ({number})")).find(|form| taken.insert(alike(form)));
        free.expect("numbers do not end")
    };
    forms.into_iter().map(number).collect()
}
