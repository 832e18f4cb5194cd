//! Writes the Kotlin and the Swift of the border; `bindings/generate` calls it.

fn main() {
    uniffi::uniffi_bindgen_main();
}
