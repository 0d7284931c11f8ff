//! Signing in: the form, its errors, the cookie, and where the addresses lead.

use crate::{page::Browser, stage::journey, waiting::until};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use thirtyfour::cookie::SameSite;

#[tokio::test]
async fn the_form_says_what_is_wrong() {
    journey("sign in", async |stage| {
        let ann = stage.browser("ann").await;
        ann.forgives("401 (Unauthorized)");
        ann.go("/").await;
        ann.the("heading", "Sign in").await;
        ann.enter("ann", "wrong").await;
        says(&ann, "The login or the password is wrong").await;
        ann.enter("nobody", "leftfold").await;
        says(&ann, "The login or the password is wrong").await;
        stage.kill_server();
        ann.enter("ann", "leftfold").await;
        says(&ann, "no connection").await;
        stage.start_server().await;
        ann.enter(" ANN ", "leftfold").await;
        ann.is_at("/learn").await;
    })
    .await;
}

/// Waits until the alert says this.
async fn says(browser: &Browser, part: &str) {
    until(&format!("“{part}”"), async || {
        let alerts = browser.all("alert").await?;
        let text = alerts.first().ok_or("no alert")?.1.text().await.map_err(|error| error.to_string())?;
        if text.contains(part) { Ok(()) } else { Err(text) }
    })
    .await;
}

#[tokio::test]
async fn the_session_is_a_cookie_that_no_script_reads_and_that_lasts() {
    journey("cookie", async |stage| {
        let profile = stage.profile("ann");
        let ann = stage.reopen(&profile).await;
        ann.sign_in("ann").await;
        let cookies = ann.driver.get_all_cookies().await.unwrap();
        let [cookie] = cookies.as_slice() else { panic!("one cookie: {cookies:?}") };
        assert_eq!(cookie.same_site, Some(SameSite::Strict));
        let readable: String = ann.run("readableCookies", vec![]).await;
        assert_eq!(readable, "", "HttpOnly");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let expires = Duration::from_secs(cookie.expiry.expect("it outlives the browser") as u64);
        let days = (expires - now).as_secs_f64() / 86_400.0;
        assert!((29.9..30.1).contains(&days), "{days} days");

        let profile = stage.close(ann, &profile).await;
        let ann = stage.reopen(&profile).await;
        ann.go("/").await;
        ann.is_at("/learn").await;
        ann.syncs("All saved").await;
    })
    .await;
}

#[tokio::test]
async fn addresses_lead_where_one_belongs() {
    journey("addresses", async |stage| {
        let ann = stage.browser("ann").await;
        ann.go("/learn").await;
        ann.the("textbox", "Login").await;
        ann.sign_in("ann").await;
        ann.go("/teach").await;
        ann.is_at("/learn").await;
        ann.go("/").await;
        ann.is_at("/learn").await;
        ann.go("/sign-in").await;
        ann.is_at("/learn").await;
        for nowhere in ["/nowhere", "/learn/nothing/here", "/learn/AAAAAAAAAAAAAAAAAAAAAA/AAAAAAAAAAAAAAAAAAAAAA"] {
            ann.go(nowhere).await;
            ann.says("There is nothing at this address").await;
        }
        let tess = stage.browser("tess").await;
        tess.sign_in("tess").await;
        tess.go("/learn").await;
        tess.is_at("/teach").await;
        tess.go("/teach/AAAAAAAAAAAAAAAAAAAAAA").await;
        tess.says("There is nothing at this address").await;
    })
    .await;
}
