//! libFuzzer's entry to the target `size`.
#![no_main]

#[allow(dead_code, reason = "the property tests write the seeds out")]
#[path = "../targets/size.rs"]
mod size;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    size::size(data);
});
