//! How the library for phones is linked.

/// Functions of the same instructions become one: nothing here tells functions apart by their address.
const ICF: &str = "--icf=all";

/// From glibc 2.36 on (Debian 12, Ubuntu 22.10).
const RELOCATIONS: &str = "-z,pack-relative-relocs";

fn link(arguments: &[&str]) {
    for argument in arguments {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{argument}");
    }
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |part: &str| std::env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    // Places that the loader fills in, packed: unpacked, each takes 24 bytes of the file, 5 % of it in all.
    match (target("OS").as_str(), target("ENV").as_str(), target("ARCH").as_str()) {
        // From Android 6 on; the form of the ELF standard only from Android 9.
        ("android", ..) => link(&["--pack-dyn-relocs=android", ICF]),
        // Rust's own linker, which folds, is the default on x86-64 alone.
        ("linux", "gnu", "x86_64") => link(&[RELOCATIONS, ICF]),
        ("linux", "gnu", _) => link(&[RELOCATIONS]),
        _ => {}
    }
}
