//! libFuzzer's entry to the target `lines`.
#![no_main]

#[allow(dead_code, reason = "the property tests write the seeds out")]
#[path = "../targets/lines.rs"]
mod lines;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lines::lines(data);
});
