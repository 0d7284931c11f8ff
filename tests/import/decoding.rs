//! Encodings: UTF-8 unless another is named, and no guessing.

use server::import::decode;

#[test]
fn a_file_is_utf_8_with_or_without_a_mark() {
    assert_eq!(decode("één".as_bytes(), None).as_deref(), Ok("één"));
    assert_eq!(decode(b"\xef\xbb\xbfone", None).as_deref(), Ok("one"));
    assert_eq!(decode(b"", None).as_deref(), Ok(""));
}

#[test]
fn another_encoding_is_read_by_any_of_its_names() {
    for label in ["windows-1252", "Windows-1252", " cp1252 ", "latin1", "iso-8859-1"] {
        assert_eq!(decode(include_bytes!("windows-1252.gift"), Some(label)).map(|text| text.contains("Zoë’s café")), Ok(true), "{label}");
    }
}

#[test]
fn a_file_that_is_not_utf_8_says_where_and_what_to_do() {
    let error = decode(include_bytes!("windows-1252.gift"), None).expect_err("it is not UTF-8");
    assert!(error.contains("line 2") && error.contains("--encoding windows-1252"), "{error}");
}

#[test]
fn a_named_encoding_must_exist_and_fit() {
    assert!(decode(b"one", Some("klingon")).expect_err("there is none").contains("klingon"));
    assert!(decode(b"\xff", Some("utf-8")).is_err());
    assert!(decode(b"\xff\xff\xff", Some("shift_jis")).is_err());
}
