# Debian's moving release with its Rust: the standard library of i686 and aarch64 ready made, and its sources for the phones'
# targets, which Debian does not build. Sourced by run, as swift.sh.
RECIPE=1
SUITE=sid
ARCHITECTURES=amd64,arm64,i386
PACKAGES=rustc,cargo,rust-clippy,rust-src,libstd-rust-dev:arm64,libstd-rust-dev:i386,gcc-aarch64-linux-gnu,gcc-i686-linux-gnu,libc6-dev-arm64-cross,libc6-dev-i386-cross,qemu-user,ca-certificates
HOSTS=x86_64
# A mirror may be a little behind.
APT=('Acquire::Check-Valid-Until "false"')
COST="one to two minutes, 1.7 GB"
# In a pattern, * matches slashes too: /usr/src/rustc-*/src/* would also take library/*/src/*.
EXCLUDE=(
  '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*'
  '/usr/lib/aarch64-linux-gnu/libLLVM*' '/usr/lib/aarch64-linux-gnu/librustc_driver*'
  '/usr/lib/i386-linux-gnu/libLLVM*' '/usr/lib/i386-linux-gnu/librustc_driver*'
  '/usr/src/rustc-[0-9].[0-9][0-9].[0-9]/src/*' '/usr/src/rustc-[0-9].[0-9][0-9].[0-9]/compiler/*'
  '/usr/bin/qemu-*'
)
INCLUDE=('/usr/bin/qemu-aarch64')

smoke() {
  echo 'fn main() { println!("{}", usize::BITS); }' >"$1/root/smoke.rs"
  enter "$1" /root rustc --target i686-unknown-linux-gnu -C linker=i686-linux-gnu-gcc -o smoke smoke.rs >&2 &&
    [ "$(enter "$1" /root ./smoke)" = 32 ] &&
    enter "$1" /root rustc --target aarch64-unknown-linux-gnu -C linker=aarch64-linux-gnu-gcc -o smoke smoke.rs >&2 &&
    [ "$(enter "$1" /root qemu-aarch64 -L /usr/aarch64-linux-gnu ./smoke)" = 64 ] && rm -f "$1"/root/smoke*
}
