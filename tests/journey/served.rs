//! What the operator says of how to serve.

use crate::{
    program::Program,
    school::{PASSWORD, School},
};
use domain::protocol::BUILD;
use serde_json::json;
use std::path::Path;

#[tokio::test]
async fn the_oldest_build_that_is_welcome_is_said_at_the_welcome() {
    let mut school = School::open().await;
    let (_, heard) = school.sign_in("ann").await.sync("laptop").await;
    assert_eq!(heard[0]["Welcome"]["minimum_build"], BUILD, "this one, if nobody says otherwise");
    school.stop().await;
    let newer = (BUILD + 5).to_string();
    let program = Program::begin(school.path(), &[("LEFTFOLD_MINIMUM_BUILD", Path::new(&newer))]).listening();
    let sent = reqwest::Client::new().post(format!("{}/api/sessions", program.url));
    let response = sent.json(&json!({ "login": "ann", "password": PASSWORD })).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let ann = crate::school::Browser { url: program.url.clone(), cookie, me: response.json().await.unwrap() };
    let (_, heard) = ann.sync("laptop").await;
    assert_eq!(heard[0]["Welcome"]["minimum_build"], BUILD + 5);
}
