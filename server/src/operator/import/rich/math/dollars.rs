//! Whether what stands between dollar signs is a formula, or prices, variables of programs, or words.

/// What dollar signs mean in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::operator::import::rich) enum Dollars {
    /// Nothing.
    Ignored,
    /// A formula, where what stands between them reads as one: the text is a stranger's.
    Judged,
    /// A formula, unless they are prices: the text was written for Leftfold, where this is how formulas are written.
    Trusted,
}

/// What dollar signs stand around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// A formula.
    Formula,
    /// Nothing: they are text.
    Text,
    /// Hardly a formula, though its author may have meant one.
    Doubtful,
}

/// Functions and units that are written with several letters in formulas.
const NAMES: &[&str] = &[
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log", "ln", "lg", "lim", "exp", "min",
    "max", "sup", "inf", "gcd", "lcm", "ggT", "kgV", "mod", "det", "dim", "ker", "deg", "sgn", "arg", "var", "Pr", "Var", "Cov",
];

/// Short words that join others in a sentence, and names of no quantity.
const WORDS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "but", "by", "do", "das", "der", "die", "each", "et", "for", "if", "il", "in", "is", "it", "la",
    "le", "les", "my", "no", "not", "of", "off", "on", "or", "ou", "und", "per", "so", "the", "to", "up", "us", "vs", "was", "we", "y",
    "o", "i", "e", "u", "en", "de", "do", "da", "em", "no", "na",
];

/// The longest run of letters that is read as a product of quantities, or as the name of a figure.
const RUN_MAX: usize = 3;

/// A single dollar on either side, where all but prices are formulas.
pub(super) fn trusted(latex: &str, after: &str) -> Judged {
    let is_spaced = latex.starts_with(char::is_whitespace) || latex.ends_with(char::is_whitespace);
    let is_price = is_spaced || latex.ends_with('\\') || after.starts_with(|c: char| c.is_ascii_digit());
    if is_price { Judged::Text } else { Judged::Formula }
}

/// A single dollar on either side, with the character before them and the text after.
pub(super) fn single(before: Option<char>, latex: &str, after: &str) -> Judged {
    let has_command = has_command(latex);
    let is_tight = !latex.starts_with(char::is_whitespace) && !latex.ends_with(char::is_whitespace);
    if !is_tight {
        return if has_command && is_whole(latex) && !reaches_over_words(latex) { Judged::Doubtful } else { Judged::Text };
    }
    // Two prices, and two variables of a program.
    if latex.ends_with('\\') || after.starts_with(|c: char| c.is_ascii_digit()) {
        return Judged::Text;
    }
    let is_index = latex.starts_with(['_', '^']) && latex.len() > 1;
    let is_clear =
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_') || is_index || (has_command && before.is_some_and(char::is_numeric));
    if !is_clear {
        return if has_command && is_whole(latex) { Judged::Doubtful } else { Judged::Text };
    }
    if !is_whole(latex) || (!has_command && !reads_as_formula(latex)) || reaches_over_words(latex) {
        return if is_code(latex) { Judged::Text } else { Judged::Doubtful };
    }
    // `$n$th` is the LaTeX of careful people; `$a$b` is as well two variables.
    let is_ended = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') || is_ordinal(after);
    if is_ended || has_command || is_index { Judged::Formula } else { Judged::Doubtful }
}

/// Two dollars on either side: Moodle's own sign for formulas, and a shell's for its number.
pub(super) fn double(latex: &str) -> Judged {
    let is_even = latex.starts_with(char::is_whitespace) == latex.ends_with(char::is_whitespace);
    let latex = latex.trim();
    let is_word = |run: &str| run.chars().count() > RUN_MAX && !NAMES.contains(&run);
    let has_words = latex.split(|c: char| !c.is_alphabetic()).any(is_word);
    let reads = has_command(latex) || reads_as_formula(latex);
    if (!reads && (has_words || !is_even)) || latex.ends_with(';') || latex.starts_with([';', '"', '\'', '`']) {
        return Judged::Doubtful;
    }
    Judged::Formula
}

/// A command of LaTeX, or what is raised or lowered as LaTeX does it.
fn has_command(latex: &str) -> bool {
    let mut commands = latex.split('\\').skip(1);
    commands.any(|after| {
        let name = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        name > 1 || after.starts_with([',', ';', '!', '{', '%', '|'])
    }) || latex.contains("^{")
        || latex.contains("_{")
}

/// Brackets are closed, and nothing hangs at an end.
fn is_whole(latex: &str) -> bool {
    let mut open: Vec<char> = Vec::new();
    for c in latex.replace("\\{", "").replace("\\}", "").chars() {
        match c {
            '{' => open.push('}'),
            '}' if open.pop() != Some('}') => return false,
            _ => {}
        }
    }
    if !open.is_empty() {
        return false;
    }
    let count = |sign: &str| latex.matches(sign).count();
    // Intervals may be open on a side, so square brackets need only be in pairs.
    let is_interval = latex.starts_with(['[', ']', '(']) && latex.ends_with(['[', ']', ')']);
    let is_paired = has_command(latex) || is_interval || (count("(") == count(")") && count("[") == count("]"));
    let hangs_before = latex.starts_with(['=', '.', ',', ';', ':', '*', '/', '>', '"', '\'', ')', '&']);
    let hangs_behind = latex.ends_with(['=', '+', '-', '*', '/', ',', ';', ':', '<', '>', '(', '"', '&', '.', '?']);
    let is_spaced = latex.ends_with("\\,") || latex.ends_with("\\;");
    let bars = count("|") - count("\\|");
    let is_barred = bars.is_multiple_of(2) || (bars == 1 && !latex.starts_with('|') && !latex.ends_with('|'));
    is_paired && !hangs_before && (!hangs_behind || is_spaced) && (is_barred || has_command(latex))
}

/// Without a command: letters that stand for quantities, figures, and the signs between them.
fn reads_as_formula(latex: &str) -> bool {
    const SIGNS: &str = "+-*/=<>()[]{}|,.!:^_'′ \n%°±×·÷−–≤≥≠≈∞∈∉⊂∪∩→√π⋅∙²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉";
    let is_known = |c: char| c.is_alphanumeric() || SIGNS.contains(c);
    if !latex.chars().all(is_known) || ["==", "=>", "->", "++", "--", "::", "**", "//", "!="].iter().any(|sign| latex.contains(sign)) {
        return false;
    }
    let runs = || latex.split(|c: char| !c.is_alphabetic()).filter(|run| !run.is_empty());
    if runs().any(|run| run.chars().count() > RUN_MAX && !NAMES.contains(&run)) {
        return false;
    }
    // Words apart from one another, with no sign between them.
    let words: Vec<&str> = latex.split_whitespace().collect();
    let is_word = |word: &&str| word.chars().count() > 1 && word.chars().all(char::is_alphabetic) && !NAMES.contains(word);
    let joining = |word: &&str| WORDS.contains(&word.to_lowercase().as_str()) && word.chars().count() > 1;
    let has_words = words.len() > 1 && (words.iter().any(joining) || words.iter().filter(|word| is_word(word)).count() > 1);
    let prices =
        words.len() > 1 && words.iter().any(|word| WORDS.contains(word)) && !latex.contains(['=', '+', '-', '<', '>', '^', '_', '/']);
    !has_words && !prices
}

/// Beside a command there are more words than a formula has, outside of `\text` and its like.
fn reaches_over_words(latex: &str) -> bool {
    let mut rest = latex.to_owned();
    for name in ["\\text", "\\mathrm", "\\mbox", "\\textrm", "\\textbf", "\\textit", "\\operatorname", "\\mathbf", "\\mathit"] {
        while let Some(at) = rest.find(&format!("{name}{{")) {
            let end = rest[at..].find('}').map_or(rest.len(), |end| at + end + 1);
            rest.replace_range(at..end, " ");
        }
    }
    let is_word = |word: &&str| word.chars().count() > 1 && word.chars().all(char::is_alphabetic) && !NAMES.contains(word);
    let words: Vec<&str> = rest.split_whitespace().collect();
    words.windows(2).any(|pair| is_word(&pair[0]) && is_word(&pair[1]))
        || words.iter().any(|word| is_word(word) && WORDS.contains(word) && word.chars().count() > 1)
}

/// It has signs that programs have and formulas have not, or hangs in the air as what stands between two variables or prices does.
fn is_code(latex: &str) -> bool {
    let has_signs = [";", "\"", "`", "=>", "->", "==", "::", "++", "--", "&&", "||", "#", "@", "?", "('", "')", "//"]
        .iter()
        .any(|sign| latex.contains(sign));
    has_signs || (!has_command(latex) && !is_whole(latex))
}

/// The n-th.
fn is_ordinal(after: &str) -> bool {
    let ends = |end: &str| after.strip_prefix(end).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    ["th", "st", "nd", "rd"].into_iter().any(ends)
}
