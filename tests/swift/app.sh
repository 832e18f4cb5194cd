#!/bin/sh
# Inside the chroot, in ios/: compiles each stub of Apple's frameworks as a module, then HadirApp over them.
# app.sh OUTPUT_DIR KIT_MODULES FFI_DIR
set -eu
out=$1 modules=$2 ffi=$3
mkdir -p "$out/stubs"
common="-swift-version 6 -warnings-as-errors -module-cache-path $out/cache"
changed=
for stub in Stubs/*/; do
  name=$(basename "$stub")
  # A stub is compiled anew only when it changed, or one before it that it may import.
  if [ -z "$changed$(find "$stub" -newer "$out/stubs/$name.swiftmodule" 2>&1 | head -n 1)" ]; then continue; fi
  changed=yes
  # shellcheck disable=SC2086
  swiftc $common -parse-as-library -emit-module -module-name "$name" -I "$out/stubs" -o "$out/stubs/$name.swiftmodule" $(find "$stub" -name '*.swift')
done
# shellcheck disable=SC2046,SC2086
swiftc $common -parse-as-library -wmo -c -module-name HadirApp -I "$out/stubs" -I "$modules" -Xcc -fmodule-map-file="$ffi/module.modulemap" \
  -o "$out/HadirApp.o" $(find HadirApp -name '*.swift' | sort)
echo "HadirApp: $(find HadirApp -name '*.swift' | wc -l) files compile against $(ls -d Stubs/*/ | wc -l) stubs"
