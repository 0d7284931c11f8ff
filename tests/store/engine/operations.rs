//! What the operator asks happens as a whole or not at all, and is told in words.

use crate::{
    places::Place,
    school::{School, add, bare, publish, school, sums, unit},
};
use domain::{account::Role, ids::DeviceId};
use server::{
    engine::{Answer, Operation, Work, login_claimed},
    store::{EventStore, StoreReader},
};

crate::over_every_store! { rules:
    an_account_has_what_signing_in_needs
    a_login_is_taken_once_in_any_capitals
    an_account_that_cannot_be_is_not_half_there
    a_class_is_opened_by_its_first_member
    a_course_is_published_in_editions
    a_course_with_faults_is_not_published
    a_course_for_no_class_is_not_published
    operations_and_commands_share_a_batch
    the_demo_school_is_marked
}

mod rules {
    use super::*;

    pub fn an_account_has_what_signing_in_needs(place: &impl Place) {
        let mut school = bare(place);
        assert_eq!(school.operate(add(" Ann ", Role::Student, None)), Ok("account ann added".into()));
        let reader = school.engine.reader();
        let account = reader.claim("login", &login_claimed("ANN")).unwrap().expect("the login is claimed");
        assert_eq!(account, school.account("ann").to_string());
        let account = account.parse().unwrap();
        assert_eq!(reader.person(account).unwrap().as_deref(), Some("Ann  X."));
        assert_eq!(reader.credential(account).unwrap().as_deref(), Some("$argon2id$"));
        assert_eq!(school.engine.directory().account(account).map(|known| known.role), Some(Role::Student));
        let stored = format!("{:?}", reader.read_directory().unwrap());
        assert!(!stored.contains("Ann"), "no name is in an event: {stored}");
    }

    pub fn a_login_is_taken_once_in_any_capitals(place: &impl Place) {
        let mut school = bare(place);
        let wanted = ["ann", "ANN", "ａｎｎ", "bob", " ann"];
        let work = wanted.map(|login| Work::Operation(add(login, Role::Student, Some("2B")))).into();
        let answers = school.run(work).answers;
        let taken = Answer::Operated(Err("the login ann is taken".into()));
        assert_eq!((&answers[1], &answers[2], &answers[4]), (&taken, &taken, &taken));
        assert_eq!(school.operate(add("Ann", Role::Teacher, None)), Err("the login ann is taken".into()));
        assert_eq!(school.engine.directory().accounts().count(), 2);
    }

    pub fn an_account_that_cannot_be_is_not_half_there(place: &impl Place) {
        let mut school = bare(place);
        let long = "B".repeat(61);
        for wrong in [
            add("", Role::Student, None),
            add("ann", Role::Student, Some(&long)),
            add("ann", Role::Teacher, Some("")),
            add("ann", Role::Administrator, Some("2B")),
        ] {
            assert!(school.operate(wrong).is_err());
            assert_eq!(school.total(), 0);
            assert_eq!(school.engine.reader().claim("login", "ann").unwrap(), None);
        }
        assert_eq!(school.operate(add("ann", Role::Student, Some("2B"))), Ok("account ann added, enrolled in 2B".into()));
    }

    pub fn a_class_is_opened_by_its_first_member(place: &impl Place) {
        let mut school = bare(place);
        assert_eq!(school.operate(add("tess", Role::Teacher, Some(" 2B "))), Ok("account tess added, teacher of 2B".into()));
        school.operate(add("ann", Role::Student, Some("2B"))).unwrap();
        assert_eq!(school.engine.directory().classes().count(), 1);
        let members = school.engine.directory().class(school.class()).unwrap();
        assert_eq!((members.teachers.first(), members.students.first()), (Some(&school.account("tess")), Some(&school.account("ann"))));
    }

    pub fn a_course_is_published_in_editions(place: &impl Place) {
        let mut school = school(place);
        assert_eq!(school.operate(publish(sums(8), Some("2B"))), Ok("nothing new: edition 1 is the same, assigned to 2B".into()));
        let (total, before) = (school.total(), operators_commands(&school));
        assert_eq!(school.operate(publish(sums(8), None)), Ok("nothing new: edition 1 is the same".into()));
        assert_eq!((school.total(), operators_commands(&school)), (total, before), "what is so already leaves no trace");
        assert_eq!(school.operate(publish(sums(1), None)), Ok("edition 2 published, 1 section, 1 question".into()));
        let edition = school.edition();
        assert_eq!(edition.number, 2);
        for hash in [edition.paper, edition.key] {
            assert!(school.engine.reader().document(hash).unwrap().is_some());
        }
    }

    pub fn a_course_with_faults_is_not_published(place: &impl Place) {
        let mut school = bare(place);
        let mut course = sums(2);
        course.keys.clear();
        let said = school.operate(publish(course, None)).unwrap_err();
        assert!(said.contains("question 1 of section “Adding”") && said.contains("question 2"), "{said}");
        let mut untitled = sums(2);
        untitled.paper.title = " ".into();
        assert!(school.operate(publish(untitled, None)).is_err());
        assert_eq!(school.total(), 0);
    }

    pub fn a_course_for_no_class_is_not_published(place: &impl Place) {
        let mut school = bare(place);
        assert_eq!(school.operate(publish(sums(2), Some("9Z"))), Err("there is no class called 9Z".into()));
        assert_eq!(school.total(), 0);
    }

    pub fn operations_and_commands_share_a_batch(place: &impl Place) {
        let mut school = bare(place);
        let work = vec![
            Work::Operation(add("ann", Role::Student, Some("2B"))),
            Work::Operation(publish(sums(3), Some("9Z"))),
            Work::Operation(publish(sums(3), Some("2B"))),
        ];
        let batch = school.run(work);
        let fine: Vec<bool> = batch.answers.iter().map(|answer| matches!(answer, Answer::Operated(Ok(_)))).collect();
        assert_eq!(fine, [true, false, true]);
        let directory = batch.directory.expect("there is somebody now");
        assert!(directory.admits(school.account("ann"), school.class(), unit()));
        assert_eq!(batch.published.len() as u64, school.total());
    }

    pub fn the_demo_school_is_marked(place: &impl Place) {
        let mut school = bare(place);
        assert_eq!(school.engine.reader().setting("demo").unwrap(), None);
        school.operate(Operation::MarkDemo).unwrap();
        assert_eq!(school.engine.reader().setting("demo").unwrap().as_deref(), Some("1"));
    }
}

fn operators_commands(school: &School<impl EventStore>) -> u64 {
    let reader = school.engine.reader();
    let operator = DeviceId::derived(&[&reader.log().to_string(), "operator"]);
    reader.device(operator).unwrap().map_or(0, |(_, last)| last)
}
