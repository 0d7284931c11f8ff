//! Operators at work with a server that runs: a certificate is renewed, the side door is knocked at, the end comes and waits for nobody who has
//! nothing to wait for.

use crate::{
    crowded::is_closed,
    program::Program,
    school::{PATIENCE, School},
};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use serde_json::Value;
use server::{ServerConfig, start};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// Made for these tests alone, and trusted by nobody else.
fn made(name: &str) -> (PathBuf, PathBuf) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/journey/certificates");
    (folder.join(format!("{name}.chain.pem")), folder.join(format!("{name}.key.pem")))
}

fn certificate(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(made(name).0).unwrap()
}

/// The certificate that a server shows, and what it says to a request for its health.
async fn shown(address: SocketAddr) -> (CertificateDer<'static>, String) {
    let mut roots = RootCertStore::empty();
    ["one", "two"].iter().for_each(|name| roots.add(certificate(name)).unwrap());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let connector = TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()));
    let stream = TcpStream::connect(address).await.unwrap();
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), stream).await.unwrap();
    let shown = stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned();
    stream.write_all(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    (shown, answer)
}

/// Certificate and key where the server reads them.
fn put(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let files = (folder.join("chain.pem"), folder.join("key.pem"));
    fs::copy(made(name).0, &files.0).unwrap();
    fs::copy(made(name).1, &files.1).unwrap();
    files
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart_and_one_that_is_none_is_not() {
    let mut school = School::open().await;
    school.stop().await;
    let folder = TempDir::new().unwrap();
    let tls = Some(put(folder.path(), "one"));
    let running = start(ServerConfig { tls, ..ServerConfig::local(school.path().to_owned()) }).await.unwrap();
    assert_eq!(shown(running.address).await.0, certificate("one"));
    let (chain, key) = put(folder.path(), "two");
    assert_eq!(shown(running.address).await.0, certificate("one"), "not before it is asked to");
    running.reload().unwrap();
    let (now, answer) = shown(running.address).await;
    assert_eq!(now, certificate("two"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // Half a renewal, or none.
    fs::copy(made("one").0, &chain).unwrap();
    assert!(running.reload().unwrap_err().to_string().contains("stay as they are"));
    for broken in [&chain, &key] {
        put(folder.path(), "one");
        fs::write(broken, "no certificate").unwrap();
        let said = running.reload().unwrap_err().to_string();
        assert!(said.contains("stay as they are") && said.contains("Give PEM files"), "{said}");
        assert_eq!(shown(running.address).await.0, certificate("two"));
    }
    put(folder.path(), "one");
    running.reload().unwrap();
    assert_eq!(shown(running.address).await.0, certificate("one"));
    running.shutdown().await;
}

#[tokio::test]
async fn a_hang_up_has_the_program_read_its_certificate_again_and_go_on() {
    let mut school = School::open().await;
    school.stop().await;
    let folder = TempDir::new().unwrap();
    let (chain, key) = put(folder.path(), "one");
    let program = Program::begin(school.path(), &[("LEFTFOLD_TLS_CERT", &chain), ("LEFTFOLD_TLS_KEY", &key)]).listening();
    let address: SocketAddr = program.url.strip_prefix("https://").unwrap().parse().unwrap();
    assert_eq!(shown(address).await.0, certificate("one"));
    put(folder.path(), "two");
    program.signal("-HUP");
    let renewed = async { while shown(address).await.0 != certificate("two") {} };
    timeout(PATIENCE, renewed).await.expect("it reads them again");
    program.kill();
    // Without a certificate there is nothing to read, and it goes on all the same.
    let program = Program::start(school.path());
    program.signal("-HUP");
    for _ in 0..20 {
        assert_eq!(reqwest::get(format!("{}/api/health", program.url)).await.unwrap().status(), 200);
    }
    program.kill();
}

#[tokio::test]
async fn the_side_door_looks_at_the_token_before_it_reads() {
    let school = School::open().await;
    let notice: Value = serde_json::from_slice(&fs::read(school.path().join("handover.json")).unwrap()).unwrap();
    let mut stream = TcpStream::connect(notice["address"].as_str().unwrap()).await.unwrap();
    let head = "POST /api/operations HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer x\r\nContent-Length: 60000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut answer)).await.expect("it does not wait for the rest").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
}

#[tokio::test]
async fn the_end_waits_for_nobody_who_has_not_asked_for_anything() {
    let mut school = School::open().await;
    let ann = school.sign_in("ann").await;
    let client = reqwest::Client::new();
    assert_eq!(client.get(format!("{}/api/health", school.url())).send().await.unwrap().status(), 200);
    let cookie = format!("Cookie: {}\r\nContent-Length: 1000\r\n\r\n{{", ann.cookie);
    let mut open = vec![
        school.half_said("").await,
        school.half_said("GET /api/health HTTP/1.1\r\nX-Half: ").await,
        school.half_said(&format!("POST /api/commands HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}")).await,
    ];
    let begun = Instant::now();
    school.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    for stream in &mut open {
        is_closed(stream).await;
    }
    drop(client);
}
