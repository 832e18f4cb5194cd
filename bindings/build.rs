//! How the library for phones is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |part: &str| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    // Places that the loader fills in, packed: unpacked, each takes 24 bytes of the file, 5 % of it in all.
    match (target("OS").as_str(), target("ENV").as_str()) {
        // From Android 6 on; the form of the ELF standard only from Android 9.
        ("android", _) => println!("cargo:rustc-cdylib-link-arg=-Wl,--pack-dyn-relocs=android"),
        // From glibc 2.36 on (Debian 12, Ubuntu 22.10).
        ("linux", "gnu") => println!("cargo:rustc-cdylib-link-arg=-Wl,-z,pack-relative-relocs"),
        _ => {}
    }
}
