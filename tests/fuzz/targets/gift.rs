//! Drives the property of `gift` with whatever the fuzzer thinks of.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| leftfold_fuzz::gift::hold(bytes));
