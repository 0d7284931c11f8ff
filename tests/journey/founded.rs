//! Where a school is kept: none is made by mistake, nobody else reads it, and the server answers to its own name only.

use crate::{
    program,
    school::{School, account, operated},
};
use domain::account::Role;
use server::{ServerConfig, Stop, operator::folder::store_in, start};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};
use tempfile::TempDir;

async fn refused(config: ServerConfig) -> String {
    let Err(Stop(sentence)) = start(config).await else { panic!("it serves") };
    sentence
}

#[tokio::test]
async fn a_folder_without_a_school_is_served_only_if_a_new_one_is_wanted() {
    let around = TempDir::new().unwrap();
    let data = around.path().join("data");
    let local = ServerConfig::local(data.clone());
    let said = refused(local.clone()).await;
    assert!(said.contains("there is no folder") && said.contains("mount it") && said.contains("--new"), "{said}");
    let (said, status) = program::run(&data, &["token", "list"]).await;
    assert!(status == 1 && said.contains("there is no folder"), "{said}");
    assert!(!data.exists(), "nothing was made");
    fs::create_dir(&data).unwrap();
    fs::set_permissions(&data, Permissions::from_mode(0o700)).unwrap();
    for left in [false, true] {
        if left {
            fs::write(store_in(&data), "").unwrap();
        }
        let said = refused(local.clone()).await;
        assert!(said.contains("holds no school") && said.contains("leftfold.sqlite"), "{said}");
        assert_eq!(fs::read_dir(&data).unwrap().count(), usize::from(left), "nothing was made");
    }
    let new = ServerConfig { new: true, ..local.clone() };
    start(new.clone()).await.unwrap().shutdown().await;
    assert!(refused(new).await.contains("holds a school already"));
    start(local).await.unwrap().shutdown().await;

    // The first account makes a school too.
    let other = around.path().join("other");
    operated(&other, account("ann", "Ann", Role::Student, None)).await.unwrap();
    start(ServerConfig::local(other)).await.unwrap().shutdown().await;
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn nobody_else_can_read_what_is_kept() {
    let around = TempDir::new().unwrap();
    let data = around.path().join("data");
    let (said, status) = program::run(&data, &["demo"]).await;
    assert_eq!(status, 0, "{said}");
    assert_eq!(mode(&data), 0o700);
    let entries = || fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    assert!(entries().len() >= 2);
    // Also what an earlier build left open.
    for opened in [false, true] {
        if opened {
            fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
            entries().iter().for_each(|file| fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap());
        }
        let program = program::Program::start(&data);
        assert_eq!(mode(&data), 0o700);
        for file in entries() {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
        program.kill();
    }
    // A folder that holds other things is not taken from others without asking.
    let foreign = around.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("holiday.jpg"), "").unwrap();
    fs::set_permissions(&foreign, Permissions::from_mode(0o755)).unwrap();
    let said = refused(ServerConfig { new: true, ..ServerConfig::local(foreign.clone()) }).await;
    assert!(said.contains("others may read it") && said.contains("chmod 700"), "{said}");
    assert_eq!(mode(&foreign), 0o755);
}

#[tokio::test]
async fn without_an_origin_the_server_answers_to_names_of_this_machine_only() {
    let school = School::open().await;
    let address = school.running.as_ref().unwrap().address;
    let port = address.port();
    let ask = async |host: &str, path: &str| {
        let asked = reqwest::Client::new().get(format!("http://{address}{path}")).header("host", host);
        asked.send().await.unwrap().status().as_u16()
    };
    for path in ["/", "/api/health"] {
        for own in ["localhost", "LocalHost:1", &format!("127.0.0.1:{port}"), "127.1.2.3", "[::1]:8080"] {
            assert_eq!(ask(own, path).await, 200, "{own}");
        }
        for other in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1.evil.example", "[::2]", "192.0.2.1", ""] {
            assert_eq!(ask(other, path).await, 421, "{other}");
        }
    }
    // A page whose name was made to point here is a foreign one, though host and origin agree.
    let rebound = reqwest::Client::new().post(format!("http://{address}/api/sessions"));
    let answer = rebound.header("host", "evil.example").header("origin", "http://evil.example").body("{}").send().await.unwrap();
    assert_eq!(answer.status(), 421);

    let data = TempDir::new().unwrap();
    let files = (data.path().join("chain.pem"), data.path().join("key.pem"));
    let public = ServerConfig { listen: "0.0.0.0:0".parse().unwrap(), tls: Some(files), ..ServerConfig::local(data.path().to_owned()) };
    let said = refused(public).await;
    assert!(said.contains("Give --origin"), "{said}");
}
