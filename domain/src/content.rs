//! What is taught: courses, their chapters and sections, questions with fields, and the keys that grade them.

pub mod correction;
pub mod corrections;
pub mod edition;
pub mod field;
pub mod key;
pub mod number;
pub mod question;
pub mod unit;

pub use correction::{Correction, Right};
pub use corrections::{Corrected, Corrections, Numbered};
pub use edition::{Chapter, Document, Edition, Paper, Rule, Section};
pub use field::{Field, FieldKind, Input, Measure, Notation};
pub use key::{Accepted, FieldKey, Form, Marks, QuestionKey, Tolerance, UnitKey};
pub use number::Number;
pub use question::{Block, Html, Piece, Question, Tools};
pub use unit::Unit;
