#!/usr/bin/env bash
# Builds every guest from source with pinned tools, into examples/wasm.
#   examples/build.sh           builds
#   examples/build.sh --check   builds elsewhere, and fails unless the bytes equal those in examples/wasm
# Tools that are missing are installed below ${ICN_GUEST_CACHE:-$HOME/.cache/icn-guests}; nothing else is changed,
# but for the wasm target of the pinned Rust toolchain.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/tools.sh"

guests() {
    local out=$1 guest
    for guest in doorman echo matrix treasurer voter wordcount; do
        build_rust "$guest" "$out/$guest.wasm"
    done
    build_member verifier "$out/verifier.wasm"
    build_as "$here/echo-as" "$out/echo-as.wasm"
    build_c "$here/echo-c/echo.c" "$out/echo-c.wasm"
    build_zig "$here/echo-zig/echo.zig" "$out/echo-zig.wasm"
    cargo_here run --quiet --release -p misbehave -- misbehave/wat "$out/misbehave"
}

sums() {
    (cd "$1" && find . -name '*.wasm' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
}

case "${1:-}" in
"")
    install_tools
    guests "$here/wasm"
    sums "$here/wasm"
    ;;
--check)
    install_tools
    fresh=$(mktemp -d)
    trap 'rm -rf "$fresh"' EXIT
    guests "$fresh"
    if ! diff <(sums "$here/wasm") <(sums "$fresh"); then
        echo "examples/wasm differs from what its sources build: run examples/build.sh and commit the result" >&2
        exit 1
    fi
    echo "examples/wasm: $(sums "$fresh" | wc -l) guests, all as built from source"
    ;;
*)
    echo "usage: examples/build.sh [--check]" >&2
    exit 2
    ;;
esac
