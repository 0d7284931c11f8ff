//! The rules of an account.

use crate::given::Given;
use domain::account::{Account, Command, Event, Refusal, Role};
use model::school::school;

#[test]
fn an_account_is_opened_once_in_one_role() {
    for role in [Role::Student, Role::Teacher, Role::Administrator] {
        let opened = Event::AccountOpened { school: school(), role };
        Given::<Account>::new([], ()).when(Command::Open { school: school(), role }).then([opened.clone()]);
        let again = Command::Open { school: school(), role: Role::Administrator };
        Given::<Account>::new([opened], ()).when(again).then_refused(Refusal::AlreadyOpen);
    }
}
