//! libFuzzer's entry to the target `duration`.
#![no_main]

#[allow(dead_code, reason = "the property tests write the seeds out")]
#[path = "../targets/duration.rs"]
mod duration;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    duration::duration(data);
});
