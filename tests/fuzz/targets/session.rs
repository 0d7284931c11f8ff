//! Drives the property of `session` with whatever the fuzzer thinks of.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| leftfold_fuzz::session::hold(bytes));
