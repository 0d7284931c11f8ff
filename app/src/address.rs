//! Every place in the app: how its address is written and read, and the pattern that the router knows it by. No link is written anywhere else.

use domain::{
    account::Role,
    content::Input,
    ids::{AccountId, ClassId, QuestionId, UnitId},
};
use std::{fmt, str::FromStr};

/// A place in the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Where everybody begins; it leads home.
    Start,
    /// Where people look for the form; it leads home as well.
    SignIn,
    /// What this device keeps, and what waits.
    Sync,
    /// A student's courses.
    Learn,
    /// A unit as it is practised in a class.
    Unit {
        /// The class.
        class: ClassId,
        /// The unit.
        unit: UnitId,
    },
    /// A student's account.
    StudentAccount,
    /// A teacher's classes.
    Teach,
    /// A teacher's account.
    TeacherAccount,
    /// A class.
    Class(ClassId),
    /// The questions of a class.
    Questions(ClassId),
    /// One of them.
    Question(Place),
    /// Correcting its key.
    Correct {
        /// Which question.
        place: Place,
        /// The answer that is to be accepted, if it is known already.
        accept: Option<Vec<Input>>,
    },
    /// The statistics of a class.
    Statistics(ClassId),
    /// A student of a class.
    Student {
        /// The class.
        class: ClassId,
        /// The student.
        student: AccountId,
        /// The unit whose story is told; all of them if none is named.
        unit: Option<UnitId>,
    },
    /// Managing a class.
    Manage(ClassId),
    /// Trying a unit as its students will see it.
    Rehearsal {
        /// The class.
        class: ClassId,
        /// The unit.
        unit: UnitId,
    },
}

/// The place of a question in the addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The class that is looked at.
    pub class: ClassId,
    /// The unit.
    pub unit: UnitId,
    /// The question.
    pub question: QuestionId,
}

/// A page: the places with one pattern. Each has the name of its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    Start,
    SignIn,
    Sync,
    Learn,
    Unit,
    StudentAccount,
    Teach,
    TeacherAccount,
    Class,
    Questions,
    Question,
    Correct,
    Statistics,
    Student,
    Manage,
    Rehearsal,
}

impl Page {
    /// All of them. One stands before another that its address would fit as well.
    pub const ALL: [Self; 16] = [
        Self::Start,
        Self::SignIn,
        Self::Sync,
        Self::Learn,
        Self::Unit,
        Self::StudentAccount,
        Self::Teach,
        Self::TeacherAccount,
        Self::Class,
        Self::Questions,
        Self::Question,
        Self::Correct,
        Self::Statistics,
        Self::Student,
        Self::Manage,
        Self::Rehearsal,
    ];

    /// How its addresses are made; what begins with a colon stands for an identifier.
    fn pattern(self) -> &'static str {
        match self {
            Self::Start => "/",
            Self::SignIn => "/sign-in",
            Self::Sync => "/sync",
            Self::Learn => "/learn",
            Self::Unit => "/learn/:class/:unit",
            Self::StudentAccount => "/account",
            Self::Teach => "/teach",
            Self::TeacherAccount => "/teach/account",
            Self::Class => "/teach/:class",
            Self::Questions => "/teach/:class/questions",
            Self::Question => "/teach/:class/questions/:unit/:question",
            Self::Correct => "/teach/:class/questions/:unit/:question/correct",
            Self::Statistics => "/teach/:class/statistics",
            Self::Student => "/teach/:class/students/:student",
            Self::Manage => "/teach/:class/manage",
            Self::Rehearsal => "/teach/:class/try/:unit",
        }
    }

    /// The segments of its pattern; a named one stands for an identifier.
    pub fn segments(self) -> impl Iterator<Item = Segment> {
        split(self.pattern()).map(|segment| segment.strip_prefix(':').map_or(Segment::Fixed(segment), Segment::Named))
    }

    /// What stands in a path for each name of the pattern; none if it is the path of another page. Whether it is an identifier is not looked at.
    pub fn named(self, path: &str) -> Option<Vec<(&'static str, &str)>> {
        let (mut segments, mut given, mut named) = (self.segments(), split(path), Vec::new());
        loop {
            match (segments.next(), given.next()) {
                (None, None) => return Some(named),
                (Some(Segment::Fixed(fixed)), Some(given)) if fixed == given => {}
                (Some(Segment::Named(name)), Some(given)) if !given.is_empty() => named.push((name, given)),
                (Some(_), _) | (None, Some(_)) => return None,
            }
        }
    }

    /// Whether a path is this page's, which has no identifiers, or goes on from it.
    pub fn is_above(self, path: &str) -> bool {
        let mut given = split(path);
        split(self.pattern()).all(|segment| given.next() == Some(segment))
    }
}

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// It always says this.
    Fixed(&'static str),
    /// It stands for an identifier with this name.
    Named(&'static str),
}

/// The segments of a path. A slash at its end says nothing.
fn split(path: &str) -> impl Iterator<Item = &str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path).split('/')
}

impl Address {
    /// Where somebody of this role begins.
    pub fn home(role: Role) -> Self {
        match role {
            Role::Student => Self::Learn,
            Role::Teacher | Role::Administrator => Self::Teach,
        }
    }

    /// Where somebody of this role looks after their account: within their half of the app.
    pub fn account(role: Role) -> Self {
        match role {
            Role::Student => Self::StudentAccount,
            Role::Teacher | Role::Administrator => Self::TeacherAccount,
        }
    }

    /// The place of a page, by what its address names.
    fn of(page: Page, named: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let class = || named("class")?.parse().ok();
        let unit = || named("unit")?.parse().ok();
        let place = || Some(Place { class: class()?, unit: unit()?, question: named("question")?.parse().ok()? });
        Some(match page {
            Page::Start => Self::Start,
            Page::SignIn => Self::SignIn,
            Page::Sync => Self::Sync,
            Page::Learn => Self::Learn,
            Page::Unit => Self::Unit { class: class()?, unit: unit()? },
            Page::StudentAccount => Self::StudentAccount,
            Page::Teach => Self::Teach,
            Page::TeacherAccount => Self::TeacherAccount,
            Page::Class => Self::Class(class()?),
            Page::Questions => Self::Questions(class()?),
            Page::Question => Self::Question(place()?),
            Page::Correct => {
                let accept = named("accept").and_then(|inputs| serde_json::from_str(&inputs).ok());
                Self::Correct { place: place()?, accept }
            }
            Page::Statistics => Self::Statistics(class()?),
            Page::Student => Self::Student { class: class()?, student: named("student")?.parse().ok()?, unit: unit() },
            Page::Manage => Self::Manage(class()?),
            Page::Rehearsal => Self::Rehearsal { class: class()?, unit: unit()? },
        })
    }

    /// The page of the place, and what its address names. What is not in the pattern is named behind it.
    fn parts(&self) -> (Page, Vec<(&'static str, String)>) {
        let class = |class: &ClassId| ("class", class.to_string());
        let unit = |unit: &UnitId| ("unit", unit.to_string());
        let question = |place: &Place| vec![class(&place.class), unit(&place.unit), ("question", place.question.to_string())];
        match self {
            Self::Start => (Page::Start, vec![]),
            Self::SignIn => (Page::SignIn, vec![]),
            Self::Sync => (Page::Sync, vec![]),
            Self::Learn => (Page::Learn, vec![]),
            Self::Unit { class: of, unit: which } => (Page::Unit, vec![class(of), unit(which)]),
            Self::StudentAccount => (Page::StudentAccount, vec![]),
            Self::Teach => (Page::Teach, vec![]),
            Self::TeacherAccount => (Page::TeacherAccount, vec![]),
            Self::Class(of) => (Page::Class, vec![class(of)]),
            Self::Questions(of) => (Page::Questions, vec![class(of)]),
            Self::Question(place) => (Page::Question, question(place)),
            Self::Correct { place, accept } => {
                let inputs = accept.iter().map(|inputs| ("accept", serde_json::to_string(inputs).unwrap_or_default()));
                (Page::Correct, question(place).into_iter().chain(inputs).collect())
            }
            Self::Statistics(of) => (Page::Statistics, vec![class(of)]),
            Self::Student { class: of, student, unit: which } => {
                let named = [class(of), ("student", student.to_string())];
                (Page::Student, named.into_iter().chain(which.as_ref().map(unit)).collect())
            }
            Self::Manage(of) => (Page::Manage, vec![class(of)]),
            Self::Rehearsal { class: of, unit: which } => (Page::Rehearsal, vec![class(of), unit(which)]),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (page, mut named) = self.parts();
        for segment in page.segments() {
            f.write_str("/")?;
            match segment {
                Segment::Fixed(fixed) => f.write_str(fixed)?,
                Segment::Named(name) => {
                    let at = named.iter().position(|(other, _)| *other == name).expect("an address has all that its pattern names");
                    f.write_str(&named.remove(at).1)?;
                }
            }
        }
        named
            .iter()
            .enumerate()
            .try_for_each(|(index, (name, text))| write!(f, "{}{name}={}", if index == 0 { '?' } else { '&' }, encoded(text)))
    }
}

/// It is no address of this app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnAddress;

impl FromStr for Address {
    type Err = NotAnAddress;

    /// Reads the path, and what is named behind it; of that, only what the place knows.
    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (path, behind) = text.split_once('?').unwrap_or((text, ""));
        let page = Page::ALL.into_iter().find_map(|page| Some((page, page.named(path)?)));
        let (page, in_path) = page.ok_or(NotAnAddress)?;
        let in_path = |name: &str| in_path.iter().find(|(other, _)| *other == name).map(|(_, text)| (*text).to_owned());
        let behind = |name: &str| behind.split('&').find_map(|pair| decoded(pair.strip_prefix(name)?.strip_prefix('=')?));
        Self::of(page, |name| in_path(name).or_else(|| behind(name))).ok_or(NotAnAddress)
    }
}

/// A text as it can stand behind a path: all but letters, digits and a few marks as the numbers of its bytes.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The text again; none if it is none.
fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.bytes());
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}
