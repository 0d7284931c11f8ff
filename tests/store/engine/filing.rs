//! Feeds that an earlier build filed by another rule are filed anew when the store is opened: corrections are not in the feed of their course any more.

use crate::{
    places::Place,
    school::{NOW, School, bare, course, envelope, school, unit},
};
use domain::{
    command::Command,
    content::{Correction, Input},
    course::Command as CourseCommand,
    digest::Digest,
    feeds::Feed,
    ids::QuestionId,
};
use server::store::{EventStore, Filed, Record, StoreReader};

crate::over_every_store! { rules:
    what_an_earlier_build_filed_otherwise_is_filed_anew_once
    what_goes_on_after_that_is_numbered_on
}

fn say<S: EventStore>(school: &mut School<S>, number: u64, command: CourseCommand) {
    school.send("tess", envelope(number, &Command::Course(course(), command)));
}

fn accept(input: &str) -> CourseCommand {
    let (correction, question) = (Correction::AcceptToo { inputs: vec![Input::Text(input.into())] }, QuestionId::derived(&["0"]));
    CourseCommand::Correct { unit: unit(), question, correction, harm_nobody: false }
}

/// A school whose key was corrected, twice, with one correction taken back; then its feeds are as the first builds filed them.
fn filed_as_before<P: Place>(place: &P) {
    let mut school = school(place);
    say(&mut school, 1, accept("5"));
    say(&mut school, 2, accept("6"));
    say(&mut school, 3, CourseCommand::UndoCorrection { number: 1 });
    let reader = school.engine.reader();
    drop(school);
    let is_of_course = |filed: &Filed| filed.stream.to_string().starts_with("course/");
    let of_course = reader.read_directory().unwrap().into_iter().filter(is_of_course);
    let before: Vec<(Filed, Vec<Feed>)> = of_course.map(|filed| (filed, vec![Feed::Course(course())])).collect();
    let mut store = place.open();
    store.begin().unwrap();
    store.refile(&["course", "corrections", "unit"], &before).unwrap();
    store.put(&Record::Setting("feeds", "1".into())).unwrap();
    store.commit().unwrap();
    assert_eq!(names(&reader, Feed::Course(course())).len(), 5);
}

/// The names of a feed's events, each of which has its number and leads on to its digest.
fn names(reader: &impl StoreReader, feed: Feed) -> Vec<String> {
    let mut digest = Digest::default();
    let filed = reader.read_feed(&feed, 0, 100).unwrap();
    for (number, filed) in (1..).zip(&filed) {
        digest = digest.then(filed.shared(), &filed.entry());
        assert_eq!((filed.place.number, filed.place.digest), (number, digest), "{feed}");
    }
    let name = |filed: &Filed| filed.body.get().split('"').nth(1).unwrap().to_owned();
    filed.iter().map(name).collect()
}

mod rules {
    use super::*;

    pub fn what_an_earlier_build_filed_otherwise_is_filed_anew_once(place: &impl Place) {
        filed_as_before(place);
        for _ in 0..2 {
            let school = bare(place);
            let reader = school.engine.reader();
            assert_eq!(names(&reader, Feed::Course(course())), ["CourseImported", "EditionPublished"]);
            let corrections = ["AnswerKeyCorrected", "AnswerKeyCorrected", "CorrectionUndone"];
            assert_eq!(names(&reader, Feed::Corrections(course())), corrections);
            assert_eq!(names(&reader, Feed::Unit(course(), unit())), corrections);
            assert_eq!(reader.setting("feeds").unwrap().as_deref(), Some("2"));
        }
    }

    pub fn what_goes_on_after_that_is_numbered_on(place: &impl Place) {
        filed_as_before(place);
        let mut school = bare(place);
        let teacher = school.account("tess");
        let work = school.work("tess", "tess's phone", envelope(4, &Command::Course(course(), accept("7"))));
        let batch = school.engine.run(vec![work], NOW).unwrap();
        assert_eq!(batch.published[0].event.actor, teacher);
        let placed: Vec<(Feed, u64)> = batch.published[0].feeds.iter().map(|(feed, place)| (*feed, place.number)).collect();
        assert_eq!(placed, [(Feed::Corrections(course()), 4), (Feed::Unit(course(), unit()), 4)]);
        assert_eq!(names(&school.engine.reader(), Feed::Unit(course(), unit())).len(), 4);
    }
}
