//! The page that documents all messages, served at the side door: for the operator only.

use crate::school::School;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use std::fs;

#[tokio::test]
async fn the_operator_reads_what_every_message_is_and_nobody_else_does() {
    let school = School::open().await;
    let notice: Value = serde_json::from_slice(&fs::read(school.path().join("handover.json")).unwrap()).unwrap();
    let (address, token) = (notice["address"].as_str().unwrap(), notice["token"].as_str().unwrap());
    let page = || Client::new().get(format!("http://{address}/docs/messages"));
    let read = async |asked: RequestBuilder| {
        let answer = asked.send().await.unwrap();
        let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
        (answer.status().as_u16(), kind.unwrap_or_default(), answer.text().await.unwrap())
    };
    let (status, kind, text) = read(page().bearer_auth(token)).await;
    assert_eq!((status, kind.as_str()), (200, "text/markdown; charset=utf-8"));
    for said in [
        "#### `SubmitAnswer`",
        "| `try` | whole number (may be left out) |",
        "- May be sent by: the student.",
        "- Read by: the student (`student/…`), teachers of the class (`staff/…`).",
        "`TriesUsedUp`",
    ] {
        assert!(text.contains(said), "{said}:\n{text}");
    }
    let (status, kind, html) = read(page().bearer_auth(token).header("accept", "text/html,*/*")).await;
    assert_eq!((status, kind.as_str()), (200, "text/html; charset=utf-8"));
    assert!(html.contains("<h4") && html.contains("<table>"), "{html}");
    assert!(html.contains(r##"<a href="#role">Role</a>"##) && html.contains(r#"<h3 id="role">"#), "{html}");
    for asked in [page(), page().bearer_auth("x"), Client::new().get(format!("http://{address}/docs/messages?token={token}"))] {
        let (status, _, no) = read(asked).await;
        assert_eq!(status, 401, "{no}");
        assert!(!no.contains("SubmitAnswer"));
    }
    let public = Client::new().get(format!("{}/docs/messages", school.url())).bearer_auth(token);
    assert!(!read(public).await.2.contains("SubmitAnswer"), "the public listener has nothing for operators");
}
