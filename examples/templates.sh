#!/usr/bin/env bash
# Proves that `icn new` makes a project that builds, in every language, with the pinned tools.
#   examples/templates.sh          with `cargo run`
#   ICN=/path/icn examples/templates.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/tools.sh"
install_tools

if [ -n "${ICN:-}" ]; then
    icn=("$ICN")
else
    icn=(cargo run --quiet --manifest-path "$here/../Cargo.toml" -p icn-cli --)
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for lang in rust as c zig; do
    "${icn[@]}" new "my-$lang" --lang $lang --dir "$work/my-$lang" >/dev/null
done

# The Rust project has nothing to do with this repository's target directory.
(cd "$work/my-rust" && export CARGO_TARGET_DIR=target &&
    cargo "+$rust_version" fmt --check &&
    RUSTFLAGS="-D warnings" cargo "+$rust_version" test --quiet >&2 &&
    RUSTFLAGS="-D warnings" cargo "+$rust_version" build --quiet --release --target wasm32-unknown-unknown)
(cd "$work/my-as" && npm install --silent --no-audit --no-fund && npm run --silent build)
(cd "$work/my-c" && make --silent CC="$zig cc")
(cd "$work/my-zig" && make --silent ZIG="$zig")

for wasm in my-rust/target/wasm32-unknown-unknown/release/my_rust.wasm my-as/build/my-as.wasm \
    my-c/my-c.wasm my-zig/my-zig.wasm; do
    test -s "$work/$wasm"
    echo "$(basename "$wasm"): $(wc -c <"$work/$wasm") bytes"
done
