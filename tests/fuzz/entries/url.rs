//! libFuzzer's entry to the target `url`.
#![no_main]

#[allow(dead_code, reason = "the property tests write the seeds out")]
#[path = "../targets/url.rs"]
mod url;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    url::url(data);
});
