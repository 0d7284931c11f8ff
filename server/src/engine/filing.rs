//! What the engine does when it opens a store: it folds the directory from the events, and files the events of courses again if an earlier build
//! chose their feeds by an older rule.

use crate::store::{EventStore, Filed, Record, StoreError, StoreReader};
use domain::{
    feeds::{Feed, GENERATION, feeds_of},
    projections::directory::Directory,
};

/// The setting that says by which generation of the rule ([`GENERATION`]) the feeds are filed; the first build that says so is of the second.
const FEEDS: &str = "feeds";

/// The directory, folded from the events in the store.
pub(super) fn directory_of(reader: &impl StoreReader) -> Result<Directory, StoreError> {
    let mut directory = Directory::default();
    for filed in reader.read_directory()? {
        directory.fold(&filed.recorded(filed.event()));
    }
    Ok(directory)
}

/// The same, after the events of courses were filed again, in one transaction, if an earlier build chose their feeds by an older rule. Since the
/// second generation of the rule, corrections are not in the feed of their course any more.
pub(super) fn filed_by_today_s_rule(store: &mut impl EventStore) -> Result<Directory, StoreError> {
    let reader = store.reader();
    let generation = reader.setting(FEEDS)?.and_then(|text| text.parse().ok()).unwrap_or(1);
    if generation >= GENERATION {
        return directory_of(&reader);
    }
    let mut directory = Directory::default();
    let mut of_courses: Vec<(Filed, Vec<Feed>)> = Vec::new();
    for filed in reader.read_directory()? {
        let recorded = filed.recorded(filed.event());
        if recorded.event.course().is_some() {
            of_courses.push((filed, feeds_of(&recorded.event, &directory)));
        }
        directory.fold(&recorded);
    }
    store.begin()?;
    let filed = store.refile(&["course", "corrections", "unit"], &of_courses);
    let filed = filed.and_then(|()| store.put(&Record::Setting(FEEDS, GENERATION.to_string()))).and_then(|()| store.commit());
    if filed.is_err() {
        store.rollback();
    }
    filed.map(|()| directory)
}
