//! The demo school: made in an empty store, so that anybody can look at Leftfold within a minute; at wish a larger one with a year's work in it.

mod curriculum;
mod people;
mod year;

use crate::{
    auth::password,
    chance,
    clock::now,
    engine::{Answer, Engine, Operation, Work},
    operator::{
        check::look,
        folder::{DataFolder, NotYours, store_in},
        import::course,
    },
    stop::Stop,
    store::{StoreReader as _, sqlite::SqliteStore},
};
use domain::{
    account::Role,
    content::Edition,
    ids::{AccountId, ClassId, LogId},
    protocol::Door,
    time::Timestamp,
};
use std::path::Path;
use year::Year;

/// Everybody's password.
const PASSWORD: &str = "leftfold";
/// The one class.
const CLASS: &str = "2B";
/// How many students a class of a larger school has.
const CLASS_SIZE: usize = 30;

/// How large a demo school is wanted. Without numbers it is the small one: one class, nobody has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Students, in classes of 30, all of one teacher.
    pub students: Option<usize>,
    /// Months of work that they have done since 1 September 2025.
    pub months: Option<u32>,
}

/// Makes the demo school, or finds that it is there already. Returns what to tell; tells how far it is on the way.
///
/// # Errors
/// When the store holds anything else, or cannot be written.
pub fn make(data: &Path, size: Size, tell: impl FnMut(u32)) -> Result<String, Stop> {
    let folder = DataFolder::lock(data).map_err(|fault| match fault {
        NotYours::Taken(_) => {
            Stop::because(format!("No demo school made: {fault}. Its data is safe; stop it first, or choose another --data folder."))
        }
        NotYours::Unusable(..) => Stop::because(format!("No demo school made: {fault}.")),
    })?;
    let failed = |fault| Stop::because(format!("No demo school made: {fault}. Nothing was changed."));
    let Size { students, months } = size;
    if size != Size::default() && !folder.store().exists() {
        // The same school has the same log, so that everything drawn in it is the same.
        let log = LogId::derived(&["demo", &students.unwrap_or(0).to_string(), &months.unwrap_or(0).to_string()]);
        SqliteStore::create(&folder.store(), log).map_err(failed)?;
    }
    let mut engine = folder.engine().map_err(failed)?;
    if engine.reader().setting("demo").map_err(failed)?.as_deref() == Some("1") {
        return Ok(format!("The demo school is in {} already.\n{}", data.display(), logins(size)));
    }
    let directory = engine.directory();
    if directory.accounts().next().is_some() || directory.classes().next().is_some() || directory.courses().next().is_some() {
        return Err(Stop::because(format!(
            "No demo school made: {} holds a school already, which is safe. Choose an empty --data folder for the demo.",
            data.display()
        )));
    }
    let hash = password::hash(PASSWORD).map_err(|fault| Stop::because(format!("No demo school made: {fault}.")))?;
    let edition = if size == Size::default() { course::demo() } else { years_course() };
    let people = People::of(size, engine.reader().log());
    let work = operations(&hash, size, &edition, &people).into_iter().map(Work::Operation).collect();
    // One transaction: the school is there as a whole or not at all.
    let answers = engine.run(work, founded(size)).map_err(failed)?.answers;
    for answer in answers {
        if let Answer::Operated(Err(refusal)) = answer {
            return Err(Stop::because(format!("The demo school is not complete: {refusal}. Delete {} and try again.", data.display())));
        }
    }
    let done = match months {
        None | Some(0) => String::new(),
        Some(months) => {
            let learners = learners(&engine, &people);
            let events = Year::new(&mut engine, &edition, &learners).play(months, tell)?;
            format!(" {events} events of work in {months} months.")
        }
    };
    Ok(format!("The demo school is made in {}.{done}\n{}", data.display(), logins(size)))
}

/// Whether a data folder is the demo school's, which everybody knows and nobody else reaches: there any password will do.
pub fn is_in(data: &Path) -> bool {
    let marked = look(&store_in(data))
        .ok()
        .and_then(|store| store.query_row("SELECT value FROM settings WHERE name = 'demo'", [], |row| row.get::<_, String>(0)).ok());
    marked.as_deref() == Some("1")
}

/// Who anybody may sign in as in the demo school: one for each role that is there.
pub fn doors() -> Vec<Door> {
    let (teacher, teachers_name) = people::TEACHER;
    let (student, students_name) = people::STUDENTS[0];
    let door = |role, login: &str, name: &str| Door { role, name: name.into(), login: login.into(), password: PASSWORD.into() };
    vec![door(Role::Student, student, students_name), door(Role::Teacher, teacher, teachers_name)]
}

/// A school with a past is founded on the day before it.
fn founded(size: Size) -> Timestamp {
    if size.months.unwrap_or(0) > 0 { Timestamp(year::BEGINS - 24 * 60 * 60 * 1_000) } else { now() }
}

fn years_course() -> Edition {
    let files = curriculum::files();
    let named: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    course::read(&named).expect("the year's course is part of the program, and a test reads it")
}

/// How many students, and the class of each.
fn number(size: Size) -> usize {
    size.students.unwrap_or(people::STUDENTS.len())
}

fn class_of(student: usize) -> String {
    match student / CLASS_SIZE {
        0 => CLASS.to_owned(),
        later => format!("Class {}", later + 1),
    }
}

/// Who everybody is.
struct People {
    teacher: AccountId,
    students: Vec<AccountId>,
}

impl People {
    /// In the small school they are drawn by chance; in a larger one they are the same whenever it is made, as all that is drawn in it.
    fn of(size: Size, log: LogId) -> Self {
        let who = |number: usize| match size == Size::default() {
            true => chance::account(),
            false => AccountId::derived(&["demo", &log.to_string(), &number.to_string()]),
        };
        Self { teacher: who(0), students: (1..=number(size)).map(who).collect() }
    }
}

fn learners(engine: &Engine<SqliteStore>, people: &People) -> Vec<(AccountId, ClassId, String)> {
    let learner = |(student, account): (usize, &AccountId)| {
        let (login, _) = people::student(student);
        let class = engine.class_titled(&class_of(student)).expect("the class was opened");
        (*account, class, login)
    };
    people.students.iter().enumerate().map(learner).collect()
}

fn operations(hash: &str, size: Size, edition: &Edition, people: &People) -> Vec<Operation> {
    let account = |account, login: String, name: String, role, class: Option<String>| Operation::AddAccount {
        account,
        login,
        name,
        role,
        password_hash: hash.to_owned(),
        class,
    };
    let (teacher, name) = people::TEACHER;
    let mut operations =
        vec![Operation::MarkDemo, account(people.teacher, teacher.into(), name.into(), Role::Teacher, Some(CLASS.to_owned()))];
    for (student, who) in people.students.iter().enumerate() {
        let (login, name) = people::student(student);
        operations.push(account(*who, login, name, Role::Student, Some(class_of(student))));
    }
    let classes = number(size).div_ceil(CLASS_SIZE).max(1);
    for class in 0..classes {
        let title = class_of(class * CLASS_SIZE);
        if class > 0 {
            operations.push(Operation::AppointTeacher { teacher: people.teacher, class: title.clone() });
        }
        operations.push(Operation::PublishCourse { edition: Box::new(edition.clone().into()), class: Some(title) });
    }
    operations
}

fn logins(size: Size) -> String {
    let teacher = people::TEACHER.0;
    let others: Vec<_> = (3..number(size).min(people::STUDENTS.len())).map(|student| people::student(student).0).collect();
    let classes = number(size).div_ceil(CLASS_SIZE);
    let classes = if classes > 1 { format!("{classes} classes, the first is {CLASS}") } else { format!("Class {CLASS}") };
    format!("{classes}. Teacher: {teacher}. Students: ann, bob, cem; also {}.\nEvery password: {PASSWORD}", others.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::feeds::Feed;

    #[test]
    fn the_years_course_has_sixty_sections_without_faults() {
        let edition = years_course();
        assert_eq!(edition.paper.chapters.iter().map(|chapter| chapter.sections.len()).sum::<usize>(), 60);
        assert_eq!(edition.faults(), []);
    }

    #[test]
    fn the_same_school_has_the_same_year_event_for_event() {
        let heads = [(), ()].map(|()| {
            let folder = tempfile::tempdir().expect("a folder can be made");
            make(folder.path(), Size { students: Some(3), months: Some(1) }, |_| {}).map_err(|_| "not made").expect("it is made");
            let engine = DataFolder::lock(folder.path()).expect("it is free again").engine().expect("it opens");
            let class = engine.class_titled(CLASS).expect("the class was opened");
            engine.reader().feed_head(&Feed::Staff(class)).expect("it reads")
        });
        assert!(heads[0].number > 300, "{heads:?}");
        assert_eq!(heads[0], heads[1]);
    }
}
