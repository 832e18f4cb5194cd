# Sourced by tests/run and .ci/run: finds what the tests need, and installs what is missing.
# `prepare` reads `wants SUITE...` from its caller and leaves a Python environment in target/venv.

RUST_NEEDED=1.95

# `1.96.2` is at least `1.95`?
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

chromium_path() {
  local name
  if [ -n "${CHROMIUM:-}" ]; then echo "$CHROMIUM"; return; fi
  for name in chromium google-chrome google-chrome-stable chromium-browser; do
    # Ubuntu's chromium-browser is a script that asks for snap: it does not count.
    if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then command -v "$name"; return; fi
  done
  return 1
}

# A whole JDK of at least this version?
java_at_least() {
  local have
  have=$(javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p' || true)
  [ -n "$have" ] && [ "$have" -ge "$1" ]
}
# Debian 12 has JDK 17; later releases have newer ones alone.
jdk_package() {
  if grep -qs '^VERSION_ID="12"' /etc/os-release; then echo openjdk-17-jdk-headless; else echo default-jdk-headless; fi
}

# Adds a package to the list, with the reason.
lacking() { packages+=("$1"); reasons+=("  $1: $2"); }

install_packages() {
  local packages=() reasons=()
  command -v cc >/dev/null || lacking build-essential "a C compiler, for SQLite and for ring's assembly"
  python3 -c 'import ensurepip, venv' 2>/dev/null || lacking python3-venv "the tests in Python get an environment of their own"
  if ! command -v cargo >/dev/null; then
    command -v curl >/dev/null || lacking curl "fetches Rust's installer"
    [ -e /etc/ssl/certs/ca-certificates.crt ] || lacking ca-certificates "checks who it is fetched from"
  fi
  # Ubuntu's package is a wish for snap: there Playwright brings its own, in install_chromium.
  if wants browser && ! chromium_path >/dev/null && ! grep -qs '^ID=ubuntu' /etc/os-release; then
    lacking chromium "the board is tested in a real browser"
  fi
  if wants kotlin package; then
    java_at_least 17 || lacking "$(jdk_package)" "android/ is compiled and tested on a JVM"
    command -v mvn >/dev/null || lacking maven "builds android/ where Google's SDK is not"
  fi
  if wants package; then command -v zip >/dev/null || lacking zip "puts the library into its jar"; fi
  # Where no chroot can be made, these suites are skipped, and need nothing.
  if wants swift targets && [ "$(id -u)" -eq 0 ] && grep -qs '^ID=debian' /etc/os-release; then
    command -v mmdebstrap >/dev/null || lacking mmdebstrap "makes chroots with Swift, and with Rust for other targets"
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || lacking debian-archive-keyring "checks what goes into them"
  fi
  [ ${#packages[@]} -gt 0 ] || return 0

  echo "Missing on this machine:"
  printf '%s\n' "${reasons[@]}"
  if [ "$(id -u)" -ne 0 ] || [ -n "${HADIR_NO_INSTALL:-}" ] || ! command -v apt-get >/dev/null; then
    echo "Install them with this line, then run again:"
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}"
    exit 3
  fi
  echo "Installing them with apt-get."
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" </dev/null
}

install_rust() {
  local have
  have=$(rustc --version 2>/dev/null | cut -d' ' -f2 || true)
  if [ -n "$have" ] && command -v cargo >/dev/null && version_at_least "$have" "$RUST_NEEDED"; then return; fi
  echo "Rust $RUST_NEEDED or newer is needed${have:+, here is $have}."
  if [ -n "${HADIR_NO_INSTALL:-}" ]; then
    echo "Install it with: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal"
    exit 3
  fi
  if ! command -v rustup >/dev/null; then
    # Newer distributions carry rustup; otherwise Rust's own installer, which needs no root and keeps to the home directory.
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-cache show rustup >/dev/null 2>&1; then
      echo "Installing rustup with apt-get."
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rustup </dev/null
    else
      echo "Installing rustup into $HOME/.cargo with Rust's installer."
      curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal --default-toolchain none
      PATH=$HOME/.cargo/bin:$PATH
    fi
  fi
  rustup toolchain install stable --profile minimal
  export RUSTUP_TOOLCHAIN=stable
}

# A Python environment with exactly the pinned packages; made anew when the list changes.
install_python() {
  local venv=${CARGO_TARGET_DIR:-$PWD/target}/venv stamp
  stamp=$(sha256sum tests/requirements.txt | cut -d' ' -f1)-$(python3 -c 'import sys; print(sys.version_info[:2])')
  [ "$(cat "$venv/stamp" 2>/dev/null || true)" != "$stamp" ] || return 0
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, here is $(python3 --version)."; exit 3; }
  echo "Making a Python environment in $venv (JOSE, HPKE, Playwright; pinned with hashes)."
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.txt
  echo "$stamp" >"$venv/stamp"
}

install_chromium() {
  if ! CHROMIUM=$(chromium_path); then
    local venv=${CARGO_TARGET_DIR:-$PWD/target}/venv deps=()
    [ "$(id -u)" -ne 0 ] || deps=(--with-deps)
    echo "No Chromium here: Playwright fetches one of its own, for the board's tests."
    "$venv/bin/python" -m playwright install "${deps[@]}" chromium
    CHROMIUM=$("$venv/bin/python" -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as p: print(p.chromium.executable_path)')
  fi
  export CHROMIUM
}

prepare() {
  # rustup puts cargo here, and a shell that was open before does not know.
  [ ! -d "$HOME/.cargo/bin" ] || PATH=$HOME/.cargo/bin:$PATH
  install_packages
  install_rust
  if wants vectors shells interop browser package; then install_python; fi
  if wants browser; then install_chromium; fi
}
