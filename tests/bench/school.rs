//! A school to measure with: classes of thirty, the demo course assigned to all, everybody signed in.

use domain::{
    account::Role,
    content::edition::Document,
    ids::{AccountId, ClassId, UnitId},
    library::Library,
    projections::directory::Directory,
    time::Timestamp,
};
use server::{
    auth::password,
    engine::{Answer, EditionDocuments, Engine, Operation, Work},
    operator::{folder::DataFolder, import::course},
    store::{KeptSession, StoreReader as _, sqlite::SqliteStore},
};
use sha2::{Digest as _, Sha256};
use std::{path::Path, sync::Arc};

/// Everybody's password.
pub const PASSWORD: &str = "measured";
const CLASS_SIZE: usize = 30;
/// In some centuries.
const NEVER: Timestamp = Timestamp(10_000_000_000_000);

/// Who and what there is.
pub struct School {
    /// In order.
    pub students: Vec<Member>,
    /// One for each class.
    pub teachers: Vec<Member>,
    /// The units of the course.
    pub units: Vec<UnitId>,
    /// As the server has it.
    pub directory: Arc<Directory>,
    /// Paper and keys.
    pub library: Library,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Member {
    /// What is typed to sign in.
    pub login: String,
    /// The account.
    pub account: AccountId,
    /// The class.
    pub class: ClassId,
    /// The session, as a `Cookie` header carries it.
    pub cookie: String,
}

impl School {
    /// Makes it in a data folder.
    pub fn make(folder: &Path, students: usize) -> Self {
        let folder = DataFolder::lock(folder).expect("the folder is new");
        let mut engine = folder.engine().expect("the store can be made");
        let log = engine.reader().log().to_string();
        let hash = password::hash(PASSWORD).expect("the password is long enough");
        let classes = students.div_ceil(CLASS_SIZE);
        let title = |class: usize| format!("Class {class}");
        let who = |login: &str| AccountId::derived(&["bench", &log, login]);
        let add = |login: String, role, class| Operation::AddAccount {
            account: who(&login),
            name: format!("The one called {login}"),
            login,
            role,
            password_hash: hash.clone(),
            class: Some(title(class)),
        };
        let edition = course::demo();
        let documents = || Box::new(EditionDocuments::from(edition.clone()));
        let teachers = (0..classes).map(|class| add(format!("teacher{class}"), Role::Teacher, class));
        let learners = (0..students).map(|n| add(format!("student{n}"), Role::Student, n / CLASS_SIZE));
        let courses = (0..classes).map(|class| Operation::PublishCourse { edition: documents(), class: Some(title(class)) });
        operate(&mut engine, teachers.chain(learners).chain(courses).collect());

        let member = |login: String, class: usize| {
            let account = who(&login);
            let class = engine.class_titled(&title(class)).expect("the class was opened");
            Member { cookie: format!("leftfold=session-of-{login}"), login, account, class }
        };
        let students: Vec<_> = (0..students).map(|n| member(format!("student{n}"), n / CLASS_SIZE)).collect();
        let teachers: Vec<_> = (0..classes).map(|class| member(format!("teacher{class}"), class)).collect();
        let sign_ins = students.iter().chain(&teachers).map(|member| Work::SignIn {
            session: KeptSession::until(NEVER, member.account, Sha256::digest(member.cookie.trim_start_matches("leftfold=")).into()),
            instead_of: None,
        });
        engine.run(sign_ins.collect(), Timestamp(1)).expect("the store works");

        let mut library = Library::default();
        let keys = edition.keys.values().map(Document::of);
        for document in keys.chain([Document::of(&edition.paper)]) {
            library.insert(document.hash, &document.bytes).expect("the document is as it was written");
        }
        let units = edition.paper.chapters.iter().flat_map(|chapter| &chapter.sections).map(|section| section.id).collect();
        Self { students, teachers, units, directory: Arc::clone(engine.directory()), library }
    }
}

fn operate(engine: &mut Engine<SqliteStore>, operations: Vec<Operation>) {
    let batch = engine.run(operations.into_iter().map(Work::Operation).collect(), Timestamp(1)).expect("the store works");
    for answer in batch.answers {
        assert!(matches!(answer, Answer::Operated(Ok(_))), "{answer:?}");
    }
}
