//! Bytes of libFuzzer's for `decoders::intent`. What must hold is said there.
#![no_main]

libfuzzer_sys::fuzz_target!(
    // The product catches what panics inside the merge engine; only what comes out of the product ends a run.
    init: std::panic::set_hook(Box::new(|_| {})),
    |bytes: &[u8]| feltbog_tests::decoders::intent(bytes)
);
