//! Firefox speaks WebDriver by itself, but over a socket of its own kind, which is called Marionette. This stands between it and who speaks HTTP:
//! as much of geckodriver as the journeys need.

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Mutex,
};

/// One Firefox.
struct Line {
    stream: TcpStream,
    asked: u64,
}

/// Serves WebDriver for the Firefox that listens on this port; where.
pub async fn serve(port: u16) -> String {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("Firefox listens");
    let mut line = Line { stream, asked: 0 };
    let greeting = line.hear().await.expect("Firefox greets");
    assert_eq!(greeting["marionetteProtocol"], 3, "{greeting}");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let router = Router::new().fallback(answer).with_state(Arc::new(Mutex::new(line)));
    // It serves until the journey's runtime ends.
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

impl Line {
    /// A message: its length, a colon, JSON.
    async fn hear(&mut self) -> std::io::Result<Value> {
        let mut length = 0;
        loop {
            match self.stream.read_u8().await? {
                b':' => break,
                digit => length = length * 10 + usize::from(digit - b'0'),
            }
        }
        let mut message = vec![0; length];
        self.stream.read_exact(&mut message).await?;
        Ok(serde_json::from_slice(&message)?)
    }

    /// Asks, and waits for what is answered: a value, or an error as WebDriver has it.
    async fn ask(&mut self, command: &str, parameters: Value) -> std::io::Result<Result<Value, Value>> {
        self.asked += 1;
        let message = json!([0, self.asked, command, parameters]).to_string();
        self.stream.write_all(format!("{}:{message}", message.len()).as_bytes()).await?;
        loop {
            // What somebody asked who has stopped waiting is answered all the same.
            let mut answer = self.hear().await?;
            if answer[1] == self.asked {
                let (error, value) = (answer[2].take(), answer[3].take());
                return Ok(if error.is_null() { Ok(value) } else { Err(error) });
            }
        }
    }
}

async fn answer(State(line): State<Arc<Mutex<Line>>>, method: Method, uri: Uri, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let parts: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
    let Some((command, parameters)) = command(&method, &parts, body) else {
        let error = json!({ "error": "unknown command", "message": format!("{method} {uri}"), "stacktrace": "" });
        return (StatusCode::NOT_FOUND, Json(json!({ "value": error }))).into_response();
    };
    match line.lock().await.ask(command, parameters).await {
        Ok(Ok(value)) => Json(json!({ "value": unwrapped(value) })).into_response(),
        Ok(Err(error)) => (status(&error), Json(json!({ "value": error }))).into_response(),
        Err(gone) => {
            let error = json!({ "error": "unknown error", "message": gone.to_string(), "stacktrace": "" });
            (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "value": error }))).into_response()
        }
    }
}

/// What is no object or list is wrapped into one on this line.
fn unwrapped(mut value: Value) -> Value {
    match value.as_object_mut() {
        Some(object) if object.len() == 1 && object.contains_key("value") => object["value"].take(),
        Some(_) | None => value,
    }
}

fn status(error: &Value) -> StatusCode {
    match error["error"].as_str().unwrap_or_default() {
        error if error.starts_with("no such") || error.starts_with("stale") => StatusCode::NOT_FOUND,
        error if error.starts_with("invalid") || error.starts_with("element") => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The command and its parameters, of a request; none of what no journey needs.
fn command(method: &Method, parts: &[&str], body: Value) -> Option<(&'static str, Value)> {
    let mut body: Map<String, Value> = body.as_object().cloned().unwrap_or_default();
    let parts = match parts {
        ["session"] => &["new"],
        ["session", _] => &["session"],
        ["session", _, rest @ ..] => rest,
        _ => return None,
    };
    let command = match (method.as_str(), parts) {
        ("POST", ["new"]) => {
            body.clear();
            "WebDriver:NewSession"
        }
        ("DELETE", ["session"]) => "WebDriver:DeleteSession",
        ("POST", ["timeouts"]) => "WebDriver:SetTimeouts",
        ("GET", ["timeouts"]) => "WebDriver:GetTimeouts",
        ("POST", ["url"]) => "WebDriver:Navigate",
        ("GET", ["url"]) => "WebDriver:GetCurrentURL",
        ("GET", ["source"]) => "WebDriver:GetPageSource",
        ("POST", ["back"]) => "WebDriver:Back",
        ("POST", ["forward"]) => "WebDriver:Forward",
        ("POST", ["refresh"]) => "WebDriver:Refresh",
        ("GET", ["window"]) => "WebDriver:GetWindowHandle",
        ("POST", ["window"]) => "WebDriver:SwitchToWindow",
        ("DELETE", ["window"]) => "WebDriver:CloseWindow",
        ("GET", ["window", "handles"]) => "WebDriver:GetWindowHandles",
        ("POST", ["window", "new"]) => "WebDriver:NewWindow",
        ("POST", ["execute", "sync"]) => "WebDriver:ExecuteScript",
        ("POST", ["execute", "async"]) => "WebDriver:ExecuteAsyncScript",
        ("POST", ["element"]) => "WebDriver:FindElement",
        ("POST", ["elements"]) => "WebDriver:FindElements",
        ("GET", ["screenshot"]) => {
            body.insert("full".to_owned(), false.into());
            "WebDriver:TakeScreenshot"
        }
        (method, ["element", element, rest @ ..]) => {
            let of = if rest.starts_with(&["elements"]) { "element" } else { "id" };
            body.insert(of.to_owned(), (*element).into());
            match (method, rest) {
                ("POST", ["elements"]) => "WebDriver:FindElements",
                ("POST", ["click"]) => "WebDriver:ElementClick",
                ("POST", ["clear"]) => "WebDriver:ElementClear",
                ("POST", ["value"]) => "WebDriver:ElementSendKeys",
                ("GET", ["attribute", name]) => {
                    body.insert("name".to_owned(), (*name).into());
                    "WebDriver:GetElementAttribute"
                }
                ("GET", ["text"]) => "WebDriver:GetElementText",
                ("GET", ["selected"]) => "WebDriver:IsElementSelected",
                ("GET", ["computedrole"]) => "WebDriver:GetComputedRole",
                ("GET", ["computedlabel"]) => "WebDriver:GetComputedLabel",
                _ => return None,
            }
        }
        _ => return None,
    };
    Some((command, Value::Object(body)))
}
