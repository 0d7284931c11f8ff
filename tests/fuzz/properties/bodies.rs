//! Requests with any body, at every address that takes one: a real server answers each with a sentence, never with a fault of its own, and goes on.

use server::{ServerConfig, operator::demo, serve::Running};
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::OnceLock,
    time::Duration,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Method and address; the first byte of an input chooses.
const TAKERS: [(&str, &str); 7] = [
    ("POST", "/api/sessions"),
    ("POST", "/api/commands"),
    ("POST", "/api/enrolments"),
    ("PUT", "/api/enrolments/x"),
    ("PUT", "/api/accounts/x/password"),
    ("DELETE", "/api/sessions"),
    ("GET", "/api/feeds/x?after=1&kinds=A"),
];
/// An answer takes no longer.
const WITHIN: Duration = Duration::from_secs(20);

struct Place {
    address: SocketAddr,
    cookie: String,
    _running: Running,
    _runtime: Runtime,
    _data: TempDir,
}

fn place() -> &'static Place {
    static PLACE: OnceLock<Place> = OnceLock::new();
    PLACE.get_or_init(|| {
        let data = TempDir::new().expect("a folder can be made");
        demo::make(data.path(), demo::Size::default(), |_| {}).map_err(|stop| stop.0).expect("the demo school is made");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime starts");
        let running =
            runtime.block_on(server::start(ServerConfig::local(data.path().to_owned()))).map_err(|stop| stop.0).expect("it starts");
        let address = running.address;
        let signed_in = asked(address, "POST", "/api/sessions", "", br#"{"login":"ann","password":"leftfold"}"#);
        let cookie = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: leftfold=")).and_then(|rest| rest.split(';').next());
        let cookie = format!("cookie: leftfold={}\r\n", cookie.expect("ann is let in"));
        Place { address, cookie, _running: running, _runtime: runtime, _data: data }
    })
}

/// Sends a request, and reads the answer to its end.
fn asked(address: SocketAddr, method: &str, path: &str, headers: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(WITHIN)).expect("a time can be set");
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    // Whoever is answered before the end of the body may find the way closed.
    _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    let mut answer = Vec::new();
    _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Sends the bytes as a body, with a session and without.
pub fn hold(bytes: &[u8]) {
    let Some((first, body)) = bytes.split_first() else { return };
    let Place { address, cookie, .. } = place();
    let (method, path) = TAKERS[usize::from(*first) % TAKERS.len()];
    // Signing out for good would leave nothing to try.
    let headers = if method == "DELETE" { "" } else { cookie.as_str() };
    for headers in ["", headers] {
        let answer = asked(*address, method, path, headers, body);
        let status: u16 = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        assert!((200..500).contains(&status), "{method} {path}: {status} {answer}");
    }
}
