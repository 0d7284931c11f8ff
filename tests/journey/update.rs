//! An update while a page is open: what the page may still ask for by the names of its own build is kept by the next one's service worker.

use serde_json::{Value, json};
use std::{path::Path, process::Command};

#[test]
fn what_somebody_asked_for_once_is_kept_in_the_next_build_and_nothing_else_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut node = Command::new("node");
    let told = node.arg(root.join("tests/journey/update.js")).arg(root.join("public/sw.js")).output().expect("this test needs Node.js");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let kept: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(kept, json!({ "caches": ["leftfold-files-two"], "asked": true, "never": false }));
}
