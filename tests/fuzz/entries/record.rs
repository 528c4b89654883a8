//! libFuzzer's entry to the target `record`.
#![no_main]

#[allow(dead_code, reason = "the property tests write the seeds out")]
#[path = "../targets/record.rs"]
mod record;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    record::record(data);
});
