//! Leaving: whoever's account is closed is in no class any more, neither as a student nor as a teacher. What was done there stays.

use crate::{
    class::Command,
    ids::{AccountId, ClassId},
    projections::directory::Directory,
};

/// What to ask of which classes, so that an account is in none.
pub fn commands(account: AccountId, directory: &Directory) -> Vec<(ClassId, Command)> {
    let learns = directory.classes_of_student(account).map(|(class, _)| (class, Command::RemoveStudent { student: account }));
    let teaches = directory.classes_of_teacher(account).map(|(class, _)| (class, Command::DismissTeacher { teacher: account }));
    learns.chain(teaches).collect()
}

/// The accounts that were closed and are in a class still, as an earlier build left them.
pub fn overdue(directory: &Directory) -> Vec<AccountId> {
    directory.closed().filter(|account| !commands(*account, directory).is_empty()).collect()
}
