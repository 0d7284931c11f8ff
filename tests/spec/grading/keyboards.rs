//! What keyboards exchange: letters of languages, apostrophes and quotation marks, ligatures, raised figures, and what nobody sees.

use super::Is::*;
use super::text;

/// Each of these is right under each of them as the key.
fn alike(texts: &[&str]) {
    for key in texts {
        let rows: Vec<_> = texts.iter().map(|answer| (*answer, Right)).collect();
        text(&[key]).rows(&rows);
    }
}

/// None of these is right under any other of them as the key.
fn apart(texts: &[&str]) {
    for key in texts {
        let rows: Vec<_> = texts.iter().map(|answer| (*answer, if answer == key { Right } else { Wrong })).collect();
        text(&[key]).rows(&rows);
    }
}

#[test]
fn letters_with_and_without_a_dot_are_one_where_capitals_do_not_count() {
    alike(&["istanbul", "İstanbul", "İSTANBUL", "Istanbul", "ISTANBUL", "ıstanbul", "i\u{307}stanbul", "I\u{307}STANBUL", "ｉstanbul"]);
    alike(&["Diyarbakır", "DİYARBAKIR", "diyarbakir", "DIYARBAKIR"]);
    alike(&["Bakı", "BAKI", "baki", "BAKİ"]);
    // Lithuanian dictionaries keep the dot under an accent.
    alike(&["lįti", "lį\u{307}ti", "LĮTI"]);
    alike(&["í", "i\u{307}\u{301}", "Í", "i\u{301}"]);
    alike(&["j", "J", "j\u{307}"]);
    apart(&["is", "iš", "us"]);
    apart(&["e", "ė"]);
    apart(&["z", "ż"]);
    text(&["İstanbul"]).accents_do_not_count().rows(&[("istanbul", Right), ("ISTANBUL", Right), ("ıstanbul", Right)]);
    text(&["ısı"]).accents_do_not_count().capitals_count().rows(&[("isi", Right), ("ISI", Wrong)]);
    text(&["İstanbul"]).capitals_count().rows(&[("I\u{307}stanbul", Right), ("istanbul", Wrong), ("Istanbul", Wrong)]);
    text(&["*bul"]).rows(&[("İSTANBUL", Right), ("istanbul", Right)]);
}

#[test]
fn capitals_of_every_script_do_not_count() {
    alike(&["Straße", "STRASSE", "strasse", "STRAẞE", "straẞe"]);
    alike(&["ΟΔΟΣ", "οδος", "οδοσ", "Οδος"]);
    alike(&["ĳs", "Ĳs", "IJs", "ijs", "IJS"]);
    alike(&["Москва", "МОСКВА", "москва"]);
    alike(&["ǆ", "ǅ", "Ǆ", "dž", "DŽ"]);
    alike(&["ŉ", "'n", "’n"]);
    text(&["Straße"]).capitals_count().rows(&[("Straße", Right), ("Strasse", Wrong), ("STRASSE", Wrong)]);
}

#[test]
fn apostrophes_of_all_keyboards_are_one() {
    for apostrophe in "'`´ʼ′‛’‘‚ʹʻʽˈˊˋ‵＇׳ꞌ᾽᾿`´".chars() {
        text(&["don't"]).rows(&[(&format!("don{apostrophe}t"), Right)]);
        text(&[&format!("don{apostrophe}t")]).rows(&[("don't", Right), ("DON’T", Right), ("dont", Wrong), ("don t", Wrong)]);
    }
    alike(&["5'", "5′", "5’", "5´"]);
    alike(&["rock 'n' roll", "rock ’n’ roll", "ROCK ‘N’ ROLL", "rock ´n` roll"]);
    apart(&["'a'", "\"a\"", "a"]);
    apart(&["its", "it's"]);
    text(&["é"]).rows(&[("e´", Wrong), ("´e", Wrong), ("e\u{301}", Right)]);
}

#[test]
fn quotation_marks_of_all_keyboards_are_one() {
    alike(&[
        "\"Haus\"",
        "„Haus“",
        "„Haus”",
        "«Haus»",
        "‹Haus›",
        "“Haus”",
        "”Haus”",
        "»Haus«",
        "›Haus‹",
        "»Haus»",
        "‟Haus”",
        "〝Haus〞",
        "〝Haus〟",
        "＂Haus＂",
        "״Haus״",
        "ʺHausʺ",
        "″Haus″",
        "``Haus''",
        "''Haus''",
        "‘‘Haus’’",
        "‚‚Haus‘‘",
        "« Haus »",
        "«\u{a0}Haus\u{a0}»",
        "‹\u{202f}Haus\u{202f}›",
    ]);
    alike(&["er sagte \"Haus\" laut", "er sagte »Haus« laut", "er sagte « Haus » laut", "er sagte „Haus“ laut"]);
    alike(&["\"a\" und \"b\"", "»a« und »b«", "«a» und «b»", "« a » und »b«"]);
    alike(&["5\"", "5″", "5''", "5′′", "5”"]);
    apart(&["\"Haus\"", "Haus", "'Haus'", "\"Haus", "\" Haus \""]);
    text(&["«*»"]).rows(&[("\"anything\"", Right), ("« anything »", Right), ("anything", Wrong)]);
}

#[test]
fn ligatures_are_their_letters() {
    alike(&["œuvre", "oeuvre", "Œuvre", "ŒUVRE", "OEUVRE", "Oeuvre"]);
    alike(&["Ægir", "AEgir", "aegir", "ægir", "ÆGIR"]);
    alike(&["fish", "ﬁsh", "FISH"]);
    alike(&["affluent", "aﬄuent", "aﬀluent", "afﬂuent"]);
    alike(&["stone", "ﬆone", "ſtone", "ﬅone"]);
    alike(&["ǽ", "æ\u{301}", "aé"]);
    apart(&["oeuvre", "ouvre", "öuvre"]);
    let strict = |key: &str| text(&[key]).capitals_count();
    strict("Œuvre").rows(&[("Oeuvre", Right), ("OEUVRE", Wrong), ("œuvre", Wrong), ("oeuvre", Wrong)]);
    strict("ŒUVRE").rows(&[("OEUVRE", Right), ("Œuvre", Wrong)]);
    strict("œuf").rows(&[("oeuf", Right), ("Oeuf", Wrong)]);
    text(&["ǽon"]).accents_do_not_count().rows(&[("aeon", Right), ("æon", Right), ("AEON", Right)]);
}

#[test]
fn letters_with_a_stroke_lose_it_where_accents_do_not_count() {
    for (key, answer) in [("Łódź", "Lodz"), ("København", "Kobenhavn"), ("Đà Nẵng", "Da Nang"), ("Ħamrun", "hamrun"), ("Ŧ", "t")]
    {
        text(&[key]).accents_do_not_count().rows(&[(answer, Right)]);
        text(&[answer]).accents_do_not_count().rows(&[(key, Right)]);
        text(&[key]).rows(&[(answer, Wrong), (key, Right)]);
    }
}

#[test]
fn raised_figures_are_not_plain_ones() {
    text(&["2³"]).rows(&[("2³", Right), ("2^3", Right), ("23", Wrong), ("2 3", Wrong), ("2 ³", Wrong), ("2²", Wrong), ("2₃", Wrong)]);
    text(&["23"]).rows(&[("2³", Wrong), ("２３", Right)]);
    text(&["m²"]).rows(&[("m²", Right), ("M²", Right), ("m^2", Right), ("㎡", Right), ("m2", Wrong)]);
    text(&["m2"]).rows(&[("m2", Right), ("m²", Wrong), ("㎡", Wrong)]);
    text(&["m²", "m2"]).rows(&[("m²", Right), ("m2", Right)]);
    text(&["cm³"]).rows(&[("㎤", Right), ("cm^3", Right), ("cm3", Wrong)]);
    text(&["10⁻³"]).rows(&[("10^-3", Right), ("10⁻³", Right), ("10-3", Wrong)]);
    text(&["x¹²"]).rows(&[("x^12", Right), ("x12", Wrong), ("x¹ ²", Wrong)]);
    apart(&["2ⁿ", "2n"]);
    apart(&["2ˣ", "2x"]);
    apart(&["Na⁺", "Na+"]);
    // What is lowered is typed plainly everywhere; raised halves are fractions; raised letters are abbreviations.
    alike(&["H₂O", "H2O"]);
    alike(&["½", "1/2", "1⁄2", "¹⁄₂"]);
    alike(&["1ª", "1a"]);
    alike(&["Nº", "No"]);
}

#[test]
fn what_nobody_sees_does_not_count() {
    let unseen = "\u{ad}\u{34f}\u{61c}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2060}\u{2061}\u{2062}\u{2063}\u{2064}\u{2066}\u{2067}\u{2068}\u{2069}\u{fe00}\u{fe0e}\u{fe0f}\u{feff}\u{e0100}";
    for c in unseen.chars() {
        text(&["fish"]).rows(&[(&format!("fi{c}sh"), Right), (&format!("{c}fish{c}"), Right), (&format!("f{c}{c}ish"), Right)]);
        text(&[&format!("{c}fi{c}sh")]).rows(&[("fish", Right)]);
        text(&["é"]).rows(&[(&format!("e{c}\u{301}"), Right)]);
        text(&["2³"]).rows(&[(&format!("2{c}³"), Right), (&format!("2{c}3"), Wrong)]);
        super::number("12").rows(&[(&format!("1{c}2"), Right)]);
    }
    alike(&["❤", "❤\u{fe0f}", "❤\u{fe0e}"]);
    alike(&["שלום", "\u{200f}שלום", "\u{2067}שלום\u{2069}"]);
}

/// Between Persian letters, in Indian scripts and in pictures a joiner is seen.
#[test]
fn what_is_seen_counts() {
    apart(&["می\u{200c}خواهم", "میخواهم", "می خواهم"]);
    apart(&["क\u{94d}ष", "क\u{94d}\u{200d}ष", "क\u{94d}\u{200c}ष"]);
    apart(&["👨\u{200d}👩\u{200d}👧", "👨👩👧"]);
    apart(&["❤\u{200d}🔥", "❤🔥"]);
    alike(&["❤\u{fe0f}\u{200d}🔥", "❤\u{200d}🔥", "❤\u{200d}\u{200d}🔥"]);
    alike(&["می\u{200c}خواهم", "می\u{200c}\u{200c}خواهم", "\u{200c}می\u{200c}خواهم\u{200c}", "می\u{200c}\u{200f}خواهم"]);
    alike(&["سلام", "سلام\u{200c}", "سلام\u{200d}"]);
}

#[test]
fn figures_of_all_scripts_are_alike() {
    alike(&["year 1950", "year ١٩٥٠", "year ۱۹۵۰", "year १९५०", "year １９５０", "year ๑๙๕๐"]);
    apart(&["٣", "٤", "5"]);
}

#[test]
fn an_accent_is_the_same_in_one_character_or_two() {
    alike(&["ế", "e\u{302}\u{301}", "ê\u{301}", "Ế"]);
    alike(&["ạ\u{302}", "ậ", "a\u{323}\u{302}", "a\u{302}\u{323}"]);
    alike(&["각", "\u{1100}\u{1161}\u{11a8}"]);
    alike(&["Å", "\u{212b}", "A\u{30a}"]);
}

/// No text takes more than time in proportion to it, however its characters are heaped up.
#[test]
fn heaps_of_what_is_made_alike_take_no_longer() {
    for heap in
        ["'", "\"", "«", "» ", "« ", "¹", "²⁄", "\u{200d}", "م\u{200d}", "i\u{307}", "İ", "œ", "\u{34f}", "ﷺ", "㎡", "½", "Œ", "\u{301}"]
    {
        let times = 10_000 / heap.chars().count();
        let (long, other) = (heap.repeat(times), format!("{}x", heap.repeat(times - 1)));
        text(&["x*x"]).accents_do_not_count().rows(&[(&other, Wrong)]);
        text(&[&other]).rows(&[(&other, Right)]);
        text(&["*y"]).rows(&[(&long, if long.chars().all(|c| "\u{200d}\u{34f}".contains(c)) { Empty } else { Wrong })]);
    }
}
