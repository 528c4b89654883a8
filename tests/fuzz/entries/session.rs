//! libFuzzer's entry to the target `session`.
#![no_main]

#[allow(dead_code, reason = "the property tests write the seeds out")]
#[path = "../targets/session.rs"]
mod session;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    session::session(data);
});
