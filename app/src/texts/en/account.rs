//! The texts of one's own account, in English.

use crate::texts::account::Account;

/// English.
pub const ACCOUNT: Account = Account {
    title: "Your account",
    password_title: "Another password",
    password_more: |staff| {
        if staff {
            "At least 12 characters, none of the passwords that everybody tries first, and not your login or name. Three words that do not belong \
             together are easy to remember. Wherever else you are signed in, that ends."
        } else {
            "At least 8 characters, none of the passwords that everybody tries first, and not your login or name. Three words that do not belong \
             together are easy to remember. Wherever else you are signed in, that ends."
        }
    },
    present: "Present password",
    new: "New password",
    change: "Change the password",
    changed: "The password is changed. You stay signed in here, and nowhere else.",
    password_bad: "The new password is too short, one that everybody tries first, or your login or name. The password stays as it was.",
    present_wrong: "This is not your present password, so it stays as it was.",
    sessions_title: "Where you are signed in",
    sessions_more: "If you do not know one of these, end it and change your password.",
    some_device: "A device that says nothing of itself",
    since: |moment| format!("signed in {moment}"),
    used: |moment| format!("used last {moment}"),
    this_one: "Here",
    end: "End",
    end_of: |device, since| if since.is_empty() { format!("End {device}") } else { format!("End {device}, {since}") },
    ended: "It is ended.",
};
