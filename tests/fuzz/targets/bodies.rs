//! Drives the property of `bodies` with whatever the fuzzer thinks of.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| leftfold_fuzz::bodies::hold(bytes));
