# Debian 13 with Swift 6.0.3, for ios/. Sourced by run: packages, what is left unpacked, and a proof that it works.
RECIPE=2 # raise it to have every cached chroot made anew
SUITE=trixie
PACKAGES=swiftlang,libc6-dev,libstdc++-14-dev
HOSTS="x86_64 aarch64"
COST="about a minute, 1.4 GB"
GUEST_PATH=/usr/libexec/swift/bin:/usr/bin:/bin:/usr/sbin:/sbin
SW=/usr/libexec/swift
# None of it is used by swift build, swift test, swiftc or swift-format.
EXCLUDE=(
  '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/info/*'
  "$SW/lib/swift/embedded/*" "$SW/lib/swift_static/*" "$SW/lib/swift/FrameworkABIBaseline/*"
  "$SW/lib/liblldb*" "$SW/bin/lldb*" "$SW/bin/repl_swift"
  "$SW/lib/libsourcekitdInProc*" "$SW/bin/sourcekit-lsp" "$SW/bin/clangd" "$SW/bin/docc" "$SW/share/docc/*"
)

smoke() {
  printf 'import Foundation\nprint("swift", [1, 2].map { $0 + 1 }, Data([1]).count)\n' >"$1/root/smoke.swift"
  enter "$1" /root swiftc -O -o smoke smoke.swift >&2 && [ "$(enter "$1" /root ./smoke)" = "swift [2, 3] 1" ] && rm -f "$1"/root/smoke*
}
