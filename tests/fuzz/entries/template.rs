//! libFuzzer's entry to the target `template`.
#![no_main]

#[allow(dead_code, reason = "the property tests write the seeds out")]
#[path = "../targets/template.rs"]
mod template;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    template::template(data);
});
