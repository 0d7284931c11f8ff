//! The demo school: made in an empty store, so that anybody can look at Leftfold within a minute.

use crate::{
    engine::Operation,
    folder::{DataFolder, NotYours},
    import::course,
    operate::do_all,
    serve::Stop,
    sessions::password,
    store::StoreReader as _,
};
use domain::account::Role;
use std::path::Path;

/// Everybody's password.
const PASSWORD: &str = "leftfold";
/// The one class.
const CLASS: &str = "2B";
/// Who teaches it.
const TEACHER: (&str, &str) = ("tess", "Tess van Dijk");
/// Who is in it. Nobody but the first three is called anything with Ann, Bob or Cem in it.
const STUDENTS: [(&str, &str); 28] = [
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

/// Makes the demo school, or finds that it is there already. Returns what to tell.
///
/// # Errors
/// When the store holds anything else, or cannot be written.
pub fn make(data: &Path) -> Result<String, Stop> {
    let folder = DataFolder::lock(data).map_err(|fault| match fault {
        NotYours::Taken(_) => {
            Stop::because(format!("No demo school made: {fault}. Its data is safe; stop it first, or choose another --data folder."))
        }
        NotYours::Unusable(..) => Stop::because(format!("No demo school made: {fault}.")),
    })?;
    let failed = |fault| Stop::because(format!("No demo school made: {fault}. Nothing was changed."));
    let engine = folder.engine().map_err(failed)?;
    if engine.reader().setting("demo").map_err(failed)?.as_deref() == Some("1") {
        return Ok(format!("The demo school is in {} already.\n{}", data.display(), logins()));
    }
    let directory = engine.directory();
    if directory.accounts().next().is_some() || directory.classes().next().is_some() || directory.courses().next().is_some() {
        return Err(Stop::because(format!(
            "No demo school made: {} holds a school already, which is safe. Choose an empty --data folder for the demo.",
            data.display()
        )));
    }
    drop(engine);
    let hash = password::hash(PASSWORD).map_err(|fault| Stop::because(format!("No demo school made: {fault}.")))?;
    for operated in do_all(&folder, operations(&hash))? {
        operated.map_err(|refusal| {
            Stop::because(format!("The demo school is not complete: {refusal}. Delete {} and try again.", data.display()))
        })?;
    }
    Ok(format!("The demo school is made in {}.\n{}", data.display(), logins()))
}

/// One transaction: the school is there as a whole or not at all.
fn operations(hash: &str) -> Vec<Operation> {
    let account = |(login, name): (&str, &str), role| Operation::AddAccount {
        login: login.to_owned(),
        name: name.to_owned(),
        role,
        password_hash: hash.to_owned(),
        class: Some(CLASS.to_owned()),
    };
    let mut operations = vec![Operation::MarkDemo, account(TEACHER, Role::Teacher)];
    operations.extend(STUDENTS.map(|student| account(student, Role::Student)));
    operations.push(Operation::PublishCourse { edition: Box::new(course::demo().into()), class: Some(CLASS.to_owned()) });
    operations
}

fn logins() -> String {
    let others: Vec<_> = STUDENTS[3..].iter().map(|(login, _)| *login).collect();
    format!("Class {CLASS}. Teacher: {}. Students: ann, bob, cem; also {}.\nEvery password: {PASSWORD}", TEACHER.0, others.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ann_bob_and_cem_are_called_so() {
        for (login, name) in STUDENTS[3..].iter().chain([&TEACHER]) {
            for taken in ["ann", "bob", "cem"] {
                assert!(!name.to_lowercase().contains(taken) && !login.contains(taken), "{name}");
            }
        }
    }
}
