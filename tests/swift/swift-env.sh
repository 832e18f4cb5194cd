#!/usr/bin/env bash
# Runs a command in a Debian chroot that has the Swift toolchain; makes the chroot first, once.
#
#   swift-env.sh [-c CACHE] [-b HOSTDIR[:GUESTDIR]]... [-w DIR] [-e NAME[=VALUE]]... [--] COMMAND [ARG...]
#   swift-env.sh [-c CACHE] --ensure      make the chroot if needed, run nothing
#   swift-env.sh [-c CACHE] --path        print the chroot's path, make nothing
#   swift-env.sh [-c CACHE] --remove      remove the chroot
#
# -c CACHE  where the chroot lives            (default $HADIR_CACHE/swift or ~/.cache/hadir/swift)
# -b DIR    bind-mount a host directory at the same path (or at GUESTDIR); default: the current directory
# -w DIR    working directory inside          (default: the first -b directory)
# -e NAME   pass this variable in (everything else of the environment is dropped)
#
# Needs root with CAP_SYS_ADMIN, Debian's apt, util-linux. All mounts are made in a private mount
# namespace with a private pid namespace: they vanish with the last process, however it ends
# (also by SIGKILL), and the host never sees them. Exits with 97 when the chroot can't be made, and says why.
set -euo pipefail

SUITE=trixie                   # Swift 6.0.3, fixed; sid moves
PACKAGES=swiftlang,libc6-dev,libstdc++-14-dev
RECIPE=2                       # raise it to have every cached chroot made anew
SW=/usr/libexec/swift
# Not unpacked. None of it is used by swift build / swift test / swiftc / swift-format.
EXCLUDE=(
  '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/info/*'
  "$SW/lib/swift/embedded/*" "$SW/lib/swift_static/*" "$SW/lib/swift/FrameworkABIBaseline/*"
  "$SW/lib/liblldb*" "$SW/bin/lldb*" "$SW/bin/repl_swift"
  "$SW/lib/libsourcekitdInProc*" "$SW/bin/sourcekit-lsp" "$SW/bin/clangd" "$SW/bin/docc" "$SW/share/docc/*"
)

say() { printf 'swift-env: %s\n' "$*" >&2; }
die() { say "$*"; exit 96; }
cannot() { say "$*"; exit 97; } # the machine's fault, not the caller's

cache=${HADIR_CACHE:-${HOME:-/root}/.cache/hadir}/swift
binds=(); envs=(); workdir=; mode=run
while [ $# -gt 0 ]; do
  case $1 in
    -c) cache=$2; shift 2 ;;
    -b) binds+=("$2"); shift 2 ;;
    -w) workdir=$2; shift 2 ;;
    -e) case $2 in *=*) envs+=("$2") ;; *) [ -z "${!2+x}" ] || envs+=("$2=${!2}") ;; esac; shift 2 ;;
    --ensure) mode=ensure; shift ;;
    --path) mode=path; shift ;;
    --remove) mode=remove; shift ;;
    --) shift; break ;;
    -h|--help) sed -n '2,19p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;;
    -*) die "unknown option $1" ;;
    *) break ;;
  esac
done
[ "$mode" != run ] || [ $# -gt 0 ] || die "no command (see --help)"
mkdir -p -- "$cache"; cache=$(cd -- "$cache" && pwd -P)
case $cache in /|/usr|/etc|/home|/root|/tmp|/var) die "refusing to use $cache as a cache" ;; esac
root=$cache/chroot; marker=$root/.swift-env-complete
recipe=$(printf '%s\n' "$RECIPE" "$SUITE" "$PACKAGES" ${EXCLUDE[@]+"${EXCLUDE[@]}"} | sha256sum | cut -c1-16)
[ "$mode" != path ] || { echo "$root"; exit 0; }
[ "$(id -u)" = 0 ] || cannot "needs root, for a chroot"
[ "$(uname -m)" = x86_64 ] || [ "$(uname -m)" = aarch64 ] || cannot "Debian has no Swift for $(uname -m)"
command -v apt-get >/dev/null || cannot "needs Debian's apt"
unshare --mount true 2>/dev/null || cannot "may not make mounts here (no CAP_SYS_ADMIN)"

complete() { [ -f "$marker" ] && [ "$(cat "$marker" 2>/dev/null)" = "$recipe" ]; }

# Runs "$@" as a child that dies with this script, whatever ends it; forwards INT/TERM/HUP as KILL.
child=
on_signal() { trap '' INT TERM HUP; [ -z "$child" ] || kill -KILL "$child" 2>/dev/null || :; exit $((128 + $1)); }
trap 'on_signal 1' HUP; trap 'on_signal 2' INT; trap 'on_signal 15' TERM
supervised() {
  local rc=0
  setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child=KILL -- "$@" <&0 &
  child=$!
  wait "$child" || rc=$?
  child=
  return "$rc"
}

# Removes a directory tree that may (if something else was here) have mounts below it.
remove_tree() {
  local d=$1 m i
  [ -e "$d" ] || return 0
  case $d in "$cache"/?*) ;; *) die "refusing to remove $d" ;; esac
  for i in 1 2 3 4 5; do
    m=$(awk -v p="$d" '{ t=$5; gsub(/\\040/, " ", t); if (t == p || index(t, p "/") == 1) print t }' /proc/self/mountinfo | sort -r)
    [ -n "$m" ] || break
    while IFS= read -r t; do umount -- "$t" 2>/dev/null || umount -l -- "$t" || :; done <<<"$m"
  done
  [ -z "$m" ] || die "cannot unmount below $d: $m"
  rm -rf --one-file-system -- "$d"
}

# The mirror of the Debian release that the host's own apt uses: whatever the format of its sources.
debian_uri() {
  local u
  u=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
      awk -F'|' '$1 == "Debian" && $2 == "Debian" && $3 == "main" { print $4; exit }')
  [ -n "$u" ] || u=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
      awk '/\/debian\/?$/ { print; exit }')
  printf '%s' "$u"
}

make_chroot() {
  local part=$cache/chroot.partial uri keyring opts=() e line t0=$SECONDS
  say "making $root ($SUITE, swiftlang; about a minute, 1.5 GB)"
  remove_tree "$part"; remove_tree "$root"
  uri=$(debian_uri)
  if [ -z "$uri" ] || ! command -v mmdebstrap >/dev/null; then
    apt-get -qq -o DPkg::Lock::Timeout=300 update >&2 || cannot "apt-get update failed"
    uri=$(debian_uri)
  fi
  [ -n "$uri" ] || cannot "the host's apt has no Debian mirror in its sources"
  command -v mmdebstrap >/dev/null ||
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 install --no-install-recommends mmdebstrap >/dev/null ||
    cannot "cannot install mmdebstrap"
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -f "$keyring" ] || cannot "no $keyring (apt-get install debian-archive-keyring)"
  for e in ${EXCLUDE[@]+"${EXCLUDE[@]}"}; do opts+=("--dpkgopt=path-exclude=$e"); done
  # mmdebstrap runs apt on the host but with a configuration of its own: hand it the host's way to the mirror
  # (proxy, certificates, validity checks) and drop that from the result.
  while IFS= read -r line; do [ -z "$line" ] || opts+=("--aptopt=$line"); done < <(apt-config dump --no-empty --format '%F "%v";%n' \
    Acquire::http Acquire::https Acquire::Retries Acquire::Check-Valid-Until Acquire::Check-Date 2>/dev/null)
  supervised mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
    --include="$PACKAGES" --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
    ${opts[@]+"${opts[@]}"} --customize-hook='rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"' "$SUITE" "$part" "deb [signed-by=$keyring] $uri $SUITE main" >&2 ||
    cannot "mmdebstrap failed ($?)"
  # proof that it works, then the marker, then the final name
  printf 'import Foundation\nprint("swift-env", [1, 2].map { $0 + 1 }, Data([1]).count)\n' > "$part/root/smoke.swift"
  enter "$part" /root swiftc -O -o smoke smoke.swift >&2 || die "the new chroot cannot compile"
  [ "$(enter "$part" /root ./smoke)" = "swift-env [2, 3] 1" ] || die "the new chroot's program is wrong"
  rm -f "$part"/root/smoke*
  printf '%s\n' "$recipe" > "$part/.swift-env-complete"; sync -f "$part/.swift-env-complete"
  mv -T -- "$part" "$root"
  say "made in $((SECONDS - t0)) s: $(du -sxh "$root" | cut -f1)"
}

# enter ROOT WORKDIR COMMAND...   uses the arrays binds and envs, for the final root only
enter() {
  local r=$1 w=$2 b src dst spec=(); shift 2
  local binds=(${binds[@]+"${binds[@]}"}) envs=(${envs[@]+"${envs[@]}"})
  [ "$r" = "$root" ] || { binds=(); envs=(); }
  for b in ${binds[@]+"${binds[@]}"}; do
    src=${b%%:*}; dst=${b#*:}
    src=$(cd -- "$src" && pwd -P) || die "no directory $src"
    [ "$b" != "${b%%:*}" ] || dst=$src
    case $dst in /|/usr*|/etc*|/bin*|/lib*|/proc*|/dev*|/sys*|[!/]*) die "refusing to bind at $dst" ;; esac
    spec+=("$src" "$dst")
  done
  supervised bash -euc '
    r=$1 w=$2 n=$3; shift 3
    mount -t proc -o nosuid,nodev,noexec proc "$r/proc"
    mount --rbind /dev "$r/dev"
    mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$r/tmp"
    for ((; n > 0; n--)); do mkdir -p -- "$r$2"; mount --rbind -- "$1" "$r$2"; shift 2; done
    envs=(); while [ "$1" != -- ]; do envs+=("$1"); shift; done; shift
    rc=0
    env -i HOME=/root USER=root LANG=C.UTF-8 TERM="${TERM:-dumb}" PATH=/usr/libexec/swift/bin:/usr/bin:/bin:/usr/sbin:/sbin \
      "${envs[@]}" chroot "$r" /bin/sh -c '\''cd -- "$0" && exec "$@"'\'' "$w" "$@" || rc=$?
    exit "$rc"
  ' swift-env "$r" "$w" $((${#spec[@]} / 2)) ${spec[@]+"${spec[@]}"} ${envs[@]+"${envs[@]}"} -- "$@"
}

# The lock: shared while a command runs in the chroot, exclusive while it is made or removed.
exec 9>>"$cache/lock"
if [ "$mode" = remove ]; then flock -x 9; remove_tree "$cache/chroot.partial"; remove_tree "$root"; exit 0; fi
for _ in 1 2 3; do
  flock -s 9
  if complete; then break; fi
  flock -u 9; flock -x 9
  if ! complete; then make_chroot; fi   # not in a subshell: the traps must act at once
  flock -u 9
done
complete || die "no complete chroot at $root"
[ "$mode" = run ] || exit 0
[ ${#binds[@]} -gt 0 ] || binds=("$PWD")
if [ -z "$workdir" ]; then workdir=${binds[0]}; workdir=${workdir#*:}; [ "${workdir:0:1}" = / ] || workdir=$(cd -- "$workdir" && pwd -P); fi
rc=0; enter "$root" "$workdir" "$@" || rc=$?
exit "$rc"
