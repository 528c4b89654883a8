//! libFuzzer's entry to the target `format`.
#![no_main]

#[allow(dead_code, reason = "the property tests write the seeds out")]
#[path = "../targets/format.rs"]
mod format;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    format::format(data);
});
