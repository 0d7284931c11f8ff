//! Who is at the demo school: the class that everybody starts with, and as many more as are asked for.

/// Who teaches.
pub const TEACHER: (&str, &str) = ("tess", "Tess van Dijk");

/// Who is in the first class. Nobody but the first three is called anything with Ann, Bob or Cem in it.
pub const STUDENTS: [(&str, &str); 28] = [
    ("ann", "Ann de Boer"),
    ("bob", "Bob Yilmaz"),
    ("cem", "Cem Aydın"),
    ("emma", "Emma Visser"),
    ("noah", "Noah Bakker"),
    ("fatima", "Fatima El Amrani"),
    ("liam", "Liam Smit"),
    ("mila", "Mila Jansen"),
    ("yusuf", "Yusuf Demir"),
    ("sofie", "Sofie Peeters"),
    ("daan", "Daan Mulder"),
    ("aisha", "Aisha Osman"),
    ("lucas", "Lucas Vos"),
    ("zoe", "Zoë Willems"),
    ("omar", "Omar Haddad"),
    ("julia", "Julia Kowalska"),
    ("sem", "Sem Dekker"),
    ("mei", "Mei Chen"),
    ("thijs", "Thijs Kuipers"),
    ("nora", "Nora Lindqvist"),
    ("ravi", "Ravi Sharma"),
    ("lotte", "Lotte Brouwer"),
    ("tariq", "Tariq Rahimi"),
    ("eva", "Eva Martens"),
    ("finn", "Finn O’Connor"),
    ("maya", "Maya Pinas"),
    ("hugo", "Hugo Claes"),
    ("iris", "Iris van Leeuwen"),
];

/// For those who come after: first names, none of them in the class above.
const FIRST: [&str; 24] = [
    "Adam", "Bea", "Carlos", "Dina", "Elif", "Femke", "Gijs", "Hana", "Ilse", "Jonas", "Kaya", "Levi", "Malik", "Nina", "Otto", "Pien",
    "Rania", "Stijn", "Tobias", "Ulla", "Vera", "Wout", "Xenia", "Zainab",
];

/// And last names.
const LAST: [&str; 13] =
    ["Aalders", "Blom", "Carvalho", "Dijkstra", "Evers", "Fokkema", "Gupta", "Hoekstra", "Ivanova", "Jacobs", "Khan", "Lopes", "Meijer"];

/// Login and name of the student with this number, counting from 0.
pub fn student(number: usize) -> (String, String) {
    if let Some((login, name)) = STUDENTS.get(number) {
        return ((*login).to_owned(), (*name).to_owned());
    }
    let rest = number - STUDENTS.len();
    let (first, last) = (FIRST[rest % FIRST.len()], LAST[rest / FIRST.len() % LAST.len()]);
    // The lists have 312 pairs; after those names come again, logins do not.
    let again = rest / (FIRST.len() * LAST.len());
    let suffix = if again == 0 { String::new() } else { (again + 1).to_string() };
    (format!("{}.{}{suffix}", first.to_lowercase(), last.to_lowercase()), format!("{first} {last}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn only_ann_bob_and_cem_are_called_so() {
        let others = (3..400).map(student).chain([(TEACHER.0.to_owned(), TEACHER.1.to_owned())]);
        for (login, name) in others {
            for taken in ["ann", "bob", "cem"] {
                assert!(!name.to_lowercase().contains(taken) && !login.contains(taken), "{name}");
            }
        }
    }

    #[test]
    fn every_login_is_another() {
        let logins: BTreeSet<String> = (0..1_000).map(|number| student(number).0).collect();
        assert_eq!(logins.len(), 1_000);
    }
}
