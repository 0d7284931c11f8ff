//! One's own account: another password, and where one is signed in, in both halves of the app.

use crate::{page::Browser, stage::journey};

const NEW: &str = "battery staple";

async fn change(browser: &Browser, present: &str, password: &str) {
    for (name, value) in [("Present password", present), ("New password", password)] {
        let field = browser.the("textbox", name).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }
    browser.press("Change the password").await;
}

#[tokio::test]
async fn one_changes_the_password_and_ends_sessions_on_one_s_own_page() {
    journey("account", async |stage| {
        let ann = stage.browser("ann").await;
        ann.forgives("403 (Forbidden)");
        ann.sign_in("ann").await;
        let library = stage.browser("library").await;
        library.forgives("401 (Unauthorized)");
        library.sign_in("ann").await;
        ann.follow("Your account").await;
        ann.is_at("/account").await;
        ann.says("Chrome on Linux").await;
        ann.says("At least 8 characters").await;
        ann.is_accessible("one's own account").await;
        ann.press("End Chrome on Linux, signed in").await;
        ann.says("It is ended.").await;
        library.says("Your session is over").await;

        change(&ann, "not the password", NEW).await;
        ann.says("This is not your present password").await;
        ann.is_accessible("one's own account with an error").await;
        library.enter("ann", "leftfold").await;
        library.is_at("/learn").await;
        change(&ann, "leftfold", NEW).await;
        ann.says("The password is changed.").await;
        library.says("Your session on this shared computer is over").await;
        ann.reload().await;
        ann.the("heading", "Where you are signed in").await;
        library.enter("ann", NEW).await;
        library.is_at("/learn").await;

        let tess = stage.browser("tess").await;
        tess.sign_in("tess").await;
        tess.follow("Your account").await;
        tess.is_at("/teach/account").await;
        tess.says("At least 12 characters").await;
        tess.reload().await;
        tess.the("heading", "Where you are signed in").await;
        tess.is_accessible("a teacher's own account").await;
    })
    .await;
}
