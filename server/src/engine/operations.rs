//! What the operator asks: accounts, courses. Each is decided as a whole first, by the same rules as anybody's commands, and
//! then appended as a whole.

use super::{EditionDocuments, Ended, Engine, Holder, Open, Operated, Operation, Parked, memory, record::unforeseen};
use crate::{
    logins::{self, LOGIN, login_claimed},
    operator::import::gift,
    store::{AppendError, EventStore, Record, StoreError, StoreReader},
    trail::{self, What},
};
use domain::{
    account::{self, Role},
    class,
    command::{Command, Refusal},
    content::{Edition, Paper, UnitKey, edition::Document},
    course,
    decision::{self, World},
    event::{Event, Position, Recorded, StreamId, Version},
    ids::{AccountId, ClassId, ContentHash, CourseId, DeviceId, SchoolId, UnitId},
    names::{self, NoName},
    projections::directory::Directory,
    state::State,
};
use std::collections::BTreeMap;

/// One command of an operation, and what must be stored with its events.
struct Step {
    command: Command,
    records: Vec<Record>,
}

impl Step {
    fn new(command: Command) -> Self {
        Self { command, records: Vec::new() }
    }

    fn class(id: ClassId, command: class::Command) -> Self {
        Self::new(Command::Class(id, command))
    }
}

impl<S: EventStore> Engine<S> {
    /// Does all of what the operator asks, or says why nothing was done.
    pub(super) fn operate(&mut self, operation: Operation, open: &mut Open) -> Result<Operated, StoreError> {
        match operation {
            Operation::AddAccount { account, login, name, role, password_hash, class } => {
                let class = class.as_deref().map(str::trim);
                self.add_account(account, login_claimed(&login), name.trim(), role, password_hash, class, open)
            }
            Operation::Trail { limit } => Ok(Ok(trail::lines(&self.reader, limit)?)),
            Operation::WhoHas { login } => self.who_has(&login),
            Operation::SetPassword { login, password_hash } => self.set_password(&login, password_hash, open),
            Operation::PublishCourse { edition, class } => self.publish_course(*edition, class.as_deref().map(str::trim), open),
            Operation::KnownQuestions { course } => self.known_questions(course),
            Operation::AppointTeacher { teacher, class } => {
                let Some(id) = self.class_titled(class.trim()) else { return Ok(Err(no_class(&class))) };
                let steps = vec![Step::class(id, class::Command::AppointTeacher { teacher })];
                Ok(self.carry_out(steps, open)?.map(|_| format!("{teacher} is teacher of {class}")))
            }
            Operation::DismissTeacher { login, class } => self.dismiss_teacher(&login, &class, open),
            Operation::CloseAccount { login } => self.close_account(&login, open),
            Operation::RenamePerson { login, name } => {
                let name = name.trim();
                if let Err(why) = names::checked(name) {
                    return Ok(Err(no_name("name", why)));
                }
                let Some(account) = logins::account_of(&self.reader, &login)? else { return Ok(Err(nobody(&login))) };
                self.store.put(&Record::Person(account, name.to_owned()))?;
                open.renamed.insert(account);
                Ok(Ok(format!("{login} is called {name} from now on, also on pages that are open")))
            }
            Operation::RemoveNote { note } => {
                let Some(class) = self.directory.notes.class_of(note) else { return Ok(Err(format!("no note is {note}"))) };
                let command = Command::Class(class, class::Command::RemoveNote { note });
                let steps = vec![Step { command, records: vec![Record::DocumentErased(note)] }];
                Ok(self.carry_out(steps, open)?.map(|_| format!("what note {note} said is deleted")))
            }
            Operation::MarkDemo => {
                self.store.put(&Record::Setting("demo", "1".into()))?;
                Ok(Ok("this is the demo school's store".into()))
            }
            Operation::Reactor { retry } => {
                if retry {
                    self.reactor.try_again();
                }
                Ok(Ok(told(&self.parked()?, retry)))
            }
            Operation::AddToken { name, feeds, token_hash } => self.add_token(name.trim(), &feeds, token_hash, open.now),
            Operation::ListTokens => self.list_tokens(),
            Operation::RemoveToken { name } => self.remove_token(name.trim(), open.now),
        }
    }

    fn dismiss_teacher(&mut self, login: &str, class: &str, open: &mut Open) -> Result<Operated, StoreError> {
        let Some(id) = self.class_titled(class.trim()) else { return Ok(Err(no_class(class))) };
        let Some(teacher) = logins::account_of(&self.reader, login)? else { return Ok(Err(nobody(login))) };
        let steps = vec![Step::class(id, class::Command::DismissTeacher { teacher })];
        Ok(self.carry_out(steps, open)?.map(|events| match events[..] {
            [0] => format!("{login} is no teacher of {class}: nothing was changed"),
            _ => format!("{login} is not teacher of {class} any more"),
        }))
    }

    fn close_account(&mut self, login: &str, open: &mut Open) -> Result<Operated, StoreError> {
        let Some(account) = logins::account_of(&self.reader, login)? else { return Ok(Err(nobody(login))) };
        let Some(known) = self.directory.account(account) else {
            return Ok(Ok(format!("the account of {login} is closed already")));
        };
        let close = Command::Account(account, account::Command::Close { school: known.school });
        let steps = vec![Step { command: close, records: closing(account) }];
        let done = self.carry_out(steps, open)?;
        if done.is_ok() {
            self.leave(AccountId::derived(&["system"]), self.operator, account, open)?;
            open.ended.push(Ended::Of { account, but: None });
        }
        Ok(done.map(|_| format!("the account of {login} is closed, and in no class any more; what was done with it stays")))
    }

    #[allow(clippy::too_many_arguments, reason = "all of it makes one account")]
    fn add_account(
        &mut self,
        account: AccountId,
        login: String,
        name: &str,
        role: Role,
        password_hash: String,
        class: Option<&str>,
        open: &mut Open,
    ) -> Result<Operated, StoreError> {
        for (what, text) in [("login", login.as_str()), ("name", name)] {
            if let Err(why) = names::checked(text) {
                return Ok(Err(no_name(what, why)));
            }
        }
        let log = self.reader.log().to_string();
        let school = SchoolId::derived(&[&log, "school"]);
        if !logins::owners_alike(&self.reader, &login)?.is_empty() {
            return Ok(Err(taken(&login)));
        }
        let records = vec![
            Record::Claim { kind: LOGIN, value: login.clone(), owner: account.to_string() },
            Record::Person(account, name.to_owned()),
            Record::Credential(account, password_hash),
        ];
        let open_account = Command::Account(account, account::Command::Open { school, role });
        let mut steps = vec![Step { command: open_account, records }];
        let mut said = format!("account {login} added");
        if let Some(title) = class {
            let (join, joined) = match role {
                Role::Student => (class::Command::EnrolStudent { student: account }, "enrolled in"),
                Role::Teacher => (class::Command::AppointTeacher { teacher: account }, "teacher of"),
                Role::Administrator => return Ok(Err("an administrator is in no class".into())),
            };
            let id = self.class_titled(title).unwrap_or_else(|| {
                let id = ClassId::derived(&[&log, "class", title]);
                steps.push(Step::class(id, class::Command::Open { school, title: title.to_owned() }));
                id
            });
            steps.push(Step::class(id, join));
            said = format!("{said}, {joined} {title}");
        }
        Ok(self.carry_out(steps, open)?.map(|_| said))
    }

    fn publish_course(&mut self, documents: EditionDocuments, class: Option<&str>, open: &mut Open) -> Result<Operated, StoreError> {
        let class = match class.map(|title| (title, self.class_titled(title))) {
            None => None,
            Some((title, Some(id))) => Some((title, id)),
            Some((title, None)) => return Ok(Err(format!("there is no class called {title}"))),
        };
        let edition = Edition { paper: documents.paper, keys: documents.keys.into_iter().map(|key| (key.unit, key)).collect() };
        let faults: Vec<String> = edition.faults().iter().map(ToString::to_string).collect();
        if !faults.is_empty() {
            return Ok(Err(format!("the course cannot be published:\n{}", faults.join("\n"))));
        }
        let course = edition.paper.course;
        let units: Vec<UnitId> = edition.paper.units().map(|unit| unit.id()).collect();
        let mut steps = publishing(&edition);
        for record in steps.iter().flat_map(|step| &step.records) {
            if let Record::Document(document) = record {
                self.memory.shelve(document);
            }
        }
        if let Some((_, class)) = class {
            steps.extend(
                units.iter().map(|unit| Step::class(class, class::Command::AssignUnit { unit: *unit, course, from: None, until: None })),
            );
        }
        let published = match self.carry_out(steps, open)? {
            Ok(events) => events[PUBLISH] > 0,
            Err(no) => return Ok(Err(no)),
        };
        let number = self.directory.course(course).map_or(0, |course| course.contents.editions.len());
        let mut said = if published {
            let questions = edition.paper.units().map(|unit| unit.questions().len()).sum();
            format!("edition {number} published, {}, {}", counted(units.len(), "section"), counted(questions, "question"))
        } else {
            format!("nothing new: edition {number} is the same")
        };
        if let Some((title, _)) = class {
            said = format!("{said}, assigned to {title}");
        }
        Ok(Ok(said))
    }

    fn who_has(&self, login: &str) -> Result<Operated, StoreError> {
        let account = logins::account_of(&self.reader, login)?;
        let Some((account, role)) = account.and_then(|account| Some((account, self.directory.account(account)?.role))) else {
            return Ok(Err(nobody(login)));
        };
        let holder = Holder { role, name: self.reader.person(account)?.unwrap_or_default() };
        Ok(Ok(serde_json::to_string(&holder).expect("a role and a name always serialise")))
    }

    fn set_password(&mut self, login: &str, password_hash: String, open: &mut Open) -> Result<Operated, StoreError> {
        let account = logins::account_of(&self.reader, login)?;
        let Some((account, known)) = account.and_then(|account| Some((account, self.directory.account(account)?))) else {
            return Ok(Err(nobody(login)));
        };
        let command = Command::Account(account, account::Command::SetPassword { school: known.school });
        let row = What::PasswordSet.row(open.now, None, Some(account), trail::COMMAND_LINE);
        let records = vec![Record::Credential(account, password_hash), Record::SessionsOfEnded(account), Record::Trail(row)];
        let done = self.carry_out(vec![Step { command, records }], open)?;
        if done.is_ok() {
            open.ended.push(Ended::Of { account, but: None });
        }
        Ok(done.map(|_| format!("account {login} has another password; the sessions begun with the old one have ended")))
    }

    /// Reads all editions of a course, the newest first.
    fn known_questions(&self, course: CourseId) -> Result<Operated, StoreError> {
        let published = self.directory.course(course).map(|course| course.contents.editions.as_slice()).unwrap_or_default();
        let mut editions: Vec<(Paper, BTreeMap<UnitId, UnitKey>)> = Vec::new();
        for edition in published.iter().rev() {
            let Some(paper) = self.read_document::<Paper>(edition.paper)? else {
                return Ok(Err("an edition of the course cannot be read by this program; a newer one can".into()));
            };
            let mut keys = BTreeMap::new();
            for (unit, hash) in &edition.keys {
                keys.extend(self.read_document::<UnitKey>(*hash)?.map(|key| (*unit, key)));
            }
            editions.push((paper, keys));
        }
        let known = gift::known(editions.iter().map(|(paper, keys)| (paper, keys)));
        Ok(Ok(serde_json::to_string(&known).expect("hashes and identifiers always serialise")))
    }

    fn read_document<T: serde::de::DeserializeOwned>(&self, hash: ContentHash) -> Result<Option<T>, StoreError> {
        Ok(self.reader.document(hash)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    /// Decides all steps, each on the state that the steps before it lead to, and only then appends them all. Returns how many events each step
    /// yielded.
    fn carry_out(&mut self, steps: Vec<Step>, open: &mut Open) -> Result<Result<Vec<usize>, String>, StoreError> {
        let mut directory = Directory::clone(&self.directory);
        let mut states: BTreeMap<StreamId, State<'static>> = BTreeMap::new();
        let mut decided = Vec::with_capacity(steps.len());
        for step in &steps {
            let stream = step.command.stream();
            let mut state = match states.remove(&stream) {
                Some(state) => state,
                None => self.memory.replay(&self.reader, &stream)?.state.clone(),
            };
            match decision::decide(&step.command, &World::new(&directory, self.memory.library(), state.borrowed(), open.now)) {
                Ok(events) => {
                    for event in &events {
                        directory.fold(&foreseen(event));
                        state = state.after(event);
                    }
                    states.insert(stream, state);
                    decided.push(events);
                }
                Err(refusal) => return Ok(Err(in_words(&refusal))),
            }
        }
        let counts = decided.iter().map(Vec::len).collect();
        for (step, events) in steps.into_iter().zip(decided) {
            // A step that changes nothing is not recorded.
            if events.is_empty() {
                continue;
            }
            let author = self.author(AccountId::derived(&["system"]), self.operator, open.now)?;
            match self.record(author, &step.command, events, step.records, open) {
                Ok(()) => {}
                // Only the first step claims anything, so nothing was appended yet.
                Err(AppendError::Claimed { value, .. }) => return Ok(Err(taken(&value))),
                Err(error @ (AppendError::Conflict(_) | AppendError::NotYourDevice | AppendError::Store(_))) => {
                    return Err(unforeseen(error));
                }
            }
        }
        Ok(Ok(counts))
    }
}

/// Which of the steps of [`publishing`] publishes.
const PUBLISH: usize = 1;

/// The steps that take in a course and publish an edition of it.
fn publishing(edition: &Edition) -> Vec<Step> {
    let course = edition.paper.course;
    let paper = Document::of(&edition.paper);
    let keys: BTreeMap<UnitId, Document> =
        edition.paper.units().filter_map(|unit| edition.keys.get(&unit.id())).map(|key| (key.unit, Document::of(key))).collect();
    let import = course::Command::Import { title: edition.paper.title.clone() };
    let hashes = keys.iter().map(|(unit, key)| (*unit, key.hash)).collect();
    let publish = course::Command::Publish { paper: paper.hash, keys: hashes };
    let records = keys.into_values().chain([paper]).map(Record::Document).collect();
    vec![Step::new(Command::Course(course, import)), Step { command: Command::Course(course, publish), records }]
}

/// An event that is not recorded yet, in the form in which a copy of the directory folds it to decide the next step.
fn foreseen(event: &Event) -> Recorded {
    Recorded {
        version: Version::default(),
        position: Position::default(),
        actor: AccountId::derived(&["system"]),
        device: DeviceId::derived(&["system"]),
        command: 0,
        index: 0,
        cause: None,
        claimed: Default::default(),
        recorded: Default::default(),
        event: event.clone(),
    }
}

/// What the reactor could not do, a line each.
fn told(parked: &[Parked], retry: bool) -> String {
    let line = |parked: &Parked| format!("event {}, {}: {}", parked.cause.0, parked.stream, parked.reason);
    let mut lines: Vec<String> = parked.iter().map(line).collect();
    lines.push(match (parked.len(), retry) {
        (0, _) => "nothing is parked: all that events cause is done, or will be".into(),
        (parked, true) => format!("{parked} parked; a running server tries again now, any other when it starts"),
        (parked, false) => format!("{parked} parked; --retry has a running server try again now, any other does so when it starts"),
    });
    lines.join("\n")
}

/// What is deleted together with the closing of an account: its password, its sessions, and the list of its devices that have sent nothing.
pub(super) fn closing(account: AccountId) -> Vec<Record> {
    let greeted = Record::Entry { kind: memory::GREETED, name: account.to_string(), value: None };
    vec![Record::CredentialErased(account), Record::SessionsOfEnded(account), greeted]
}

fn no_class(title: &str) -> String {
    format!("there is no class called {title}")
}

fn nobody(login: &str) -> String {
    format!("nobody has the login {login}")
}

fn taken(login: &str) -> String {
    format!("the login {login} is taken")
}

fn no_name(what: &str, why: NoName) -> String {
    match why {
        NoName::Empty => "an account needs a login and a name".into(),
        NoName::TooLong(letters) => {
            let longest = names::LETTERS_MAX;
            format!("the {what} has {letters} characters, and no more than {longest} are kept: shorten it and try again")
        }
        NoName::Invisible(letter) => format!(
            "there is an invisible character in the {what} (U+{:04X}: a control character, or one that turns the direction of writing): \
             type the {what} anew, without it",
            u32::from(letter)
        ),
    }
}

fn in_words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Class(class::Refusal::BadTitle) => "the title of a class has 1 to 60 characters".into(),
        Refusal::Course(course::Refusal::BadTitle) => "the title of a course has 1 to 120 characters".into(),
        other => format!("the rules say no: {other:?}"),
    }
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
