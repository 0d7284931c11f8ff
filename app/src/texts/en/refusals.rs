//! Why something was turned down, in English.

use domain::{account, attempt, class, command::Refusal, content::Form, course, grading::Unreadable};

pub fn unreadable(why: Unreadable) -> &'static str {
    match why {
        Unreadable::Empty => "A field is still empty.",
        Unreadable::NotANumber => "This cannot be read as a number. Write 12, 0.5 or a fraction like 3/4.",
        Unreadable::Ambiguous => "This can be read in two ways: is the sign for thousands or for decimals?",
        Unreadable::TooLong => "This is longer than any answer need be.",
        Unreadable::OverZero => "Nothing can be divided by zero.",
        Unreadable::NotHere => "The number must be written in another form here.",
        Unreadable::NoUnit => "The unit is missing, or is not one of those offered.",
        Unreadable::Malformed => "This does not fit the question. Reload the page and answer again.",
    }
}

fn wrong_form(form: Form) -> &'static str {
    match form {
        Form::Any => "The value is right; write it in another way.",
        Form::Simplest => "The value is right; write it in its simplest form.",
        Form::Mixed => "The value is right; write it as a mixed number in its simplest form.",
        Form::Decimal => "The value is right; write it as a decimal.",
        Form::Percent => "The value is right; write it as a percentage.",
    }
}

pub fn attempt_refusal(refusal: &attempt::Refusal) -> &'static str {
    match refusal {
        attempt::Refusal::NotAssigned => "This section is not assigned to your class any more.",
        attempt::Refusal::NotOpenNow => "This section was not open to your class at that moment.",
        attempt::Refusal::NotPublished => "This edition of the section is not published.",
        attempt::Refusal::ContentMissing => "The section has not reached this device completely yet.",
        attempt::Refusal::EarlierRunOpen => "The earlier round of this section is not finished.",
        attempt::Refusal::NotStarted => "This section was not started.",
        attempt::Refusal::Ended => "This run has ended.",
        attempt::Refusal::AnotherQuestion { .. } => "You were asked a different question.",
        attempt::Refusal::AlreadyAnswered => "The question was already answered, in another tab or on another device.",
        attempt::Refusal::AlreadyRevealed => "The answer had already been shown.",
        attempt::Refusal::NotAnsweredYet => "The question before it was not answered yet.",
        attempt::Refusal::TriesUsedUp => "You have tried this question many times. Look at its answer, then go on.",
        attempt::Refusal::WrongForm { form } => wrong_form(*form),
        attempt::Refusal::Unreadable { why } => unreadable(*why),
    }
}

pub fn refusal(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Attempt(refusal) => attempt_refusal(refusal),
        Refusal::Class(refusal) => class_refusal(refusal),
        Refusal::Course(refusal) => match refusal {
            course::Refusal::NotImported => "There is no such course.",
            course::Refusal::BadTitle => "The title is empty or too long.",
            course::Refusal::Unsound => "The documents are missing or have faults.",
            course::Refusal::TooLongToEnter => "An answer that it names is longer than students can enter. Shorten it.",
            course::Refusal::DoesNotFit => "This correction does not fit the question as it is published now.",
            course::Refusal::NoSuchCorrection => "There is no such correction to take back.",
        },
        Refusal::Account(refusal) => match refusal {
            account::Refusal::AlreadyOpen => "The account exists already.",
            account::Refusal::NotOpen => "There is no such account.",
        },
        Refusal::Unreadable => "The server does not know this kind of request.",
        Refusal::TooLarge => "It is longer than the server takes.",
        Refusal::Failed => {
            "The server cannot do this: it made a mistake over it, which is noted. Nothing was changed. Tell whoever runs it."
        }
    }
}

pub fn class_refusal(refusal: &class::Refusal) -> &'static str {
    match refusal {
        class::Refusal::NotOpen => "There is no such class.",
        class::Refusal::AlreadyOpen => "The class exists already.",
        class::Refusal::BadTitle => "The title is empty or too long.",
        class::Refusal::NoSuchAccount => "There is no such account of that kind.",
        class::Refusal::NotPublished => "The section is not published.",
        class::Refusal::EndsBeforeItBegins => "The end of an assignment must come after its beginning.",
        class::Refusal::BadCode => "A code has 6 letters and digits, and the server makes it.",
        class::Refusal::CodeTaken => "Another class can be joined with this code. Choose another.",
        class::Refusal::NotOpenToYou => "Nobody can join with this code now.",
        class::Refusal::NotInClass => "The student is not in the class any more.",
        class::Refusal::BadNote => "The note is empty or too long.",
        class::Refusal::NoSuchNote => "The note is not there any more.",
    }
}
