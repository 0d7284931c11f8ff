//! A question bank that is imported again by the program: each question keeps who it is, namesakes too.

use crate::program;
use domain::{content::Paper, ids::QuestionId, projections::directory::Directory};
use server::{
    operator::folder::store_in,
    store::{EventStore as _, StoreReader as _, sqlite::SqliteStore},
};
use std::{fs, path::Path};
use tempfile::TempDir;

/// Three questions with one text, which only their answers tell apart.
const A: &str = "Which is right? {=amber ~azure}\n\n";
const C: &str = "Which is right? {=coral ~cyan}\n\n";
const X: &str = "Which is right? {=xanthic ~xeric}\n\n";

/// A data folder of the school's own, and a file beside it.
async fn import(data: &Path, bank: &str) {
    let file = data.with_extension("gift");
    fs::write(&file, bank).unwrap();
    let (said, status) = program::run(data, &["import", "gift", file.to_str().unwrap(), "--course", "Colours"]).await;
    assert_eq!(status, 0, "{said}");
}

/// The questions of each edition, in the paper's order.
fn editions(data: &Path) -> Vec<Vec<QuestionId>> {
    let reader = SqliteStore::open(&store_in(data)).unwrap().reader();
    let mut directory = Directory::default();
    for filed in reader.read_directory().unwrap() {
        directory.fold(&filed.recorded(filed.event()));
    }
    let (_, course) = directory.courses().next().expect("the course is there");
    let papers = course.contents.editions.iter().map(|edition| {
        let bytes = reader.document(edition.paper).unwrap().expect("the paper is there");
        serde_json::from_slice::<Paper>(&bytes).unwrap()
    });
    papers
        .map(|paper| {
            paper
                .chapters
                .iter()
                .flat_map(|chapter| &chapter.sections)
                .flat_map(|section| &section.questions)
                .map(|question| question.id)
                .collect()
        })
        .collect()
}

#[tokio::test]
async fn namesakes_keep_who_they_are_when_the_bank_is_imported_again() {
    let around = TempDir::new().unwrap();
    let data = &around.path().join("data");
    import(data, &format!("{A}{C}")).await;
    import(data, &format!("{X}{A}{C}")).await;
    // What was gone for an edition is known again.
    import(data, &format!("{C}{X}")).await;
    import(data, &format!("{C}{A}")).await;
    let [first, second, third, fourth] = editions(data).try_into().expect("four editions");
    let ([a, c], [x, second_a, second_c]) = (first[..].try_into().unwrap(), second[..].try_into().unwrap());
    assert_eq!((second_a, second_c), (a, c));
    assert!(x != a && x != c);
    assert_eq!((third, fourth), (vec![c, x], vec![c, a]));
}
