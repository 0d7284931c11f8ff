//! The texts of one's own account.

/// What a language says of it.
pub struct Account {
    pub title: &'static str,
    pub password_title: &'static str,
    pub password_more: fn(staff: bool) -> &'static str,
    pub present: &'static str,
    pub new: &'static str,
    pub change: &'static str,
    pub changed: &'static str,
    pub password_bad: &'static str,
    pub present_wrong: &'static str,
    pub sessions_title: &'static str,
    pub sessions_more: &'static str,
    pub some_device: &'static str,
    pub since: fn(moment: &str) -> String,
    pub used: fn(moment: &str) -> String,
    pub this_one: &'static str,
    pub end: &'static str,
    pub end_of: fn(device: &str, since: &str) -> String,
    pub ended: &'static str,
}
