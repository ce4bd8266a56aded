# The pinned tools that build guests, for build.sh and templates.sh to source. Each build works in a directory of the
# cache, and no path of this machine gets into a guest.

rust_version=1.95.0
assemblyscript_version=0.28.20
zig_version=0.17.0

cache=${ICN_GUEST_CACHE:-$HOME/.cache/icn-guests}
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
zig=$cache/zig-$zig_version/ziglang/zig
asc=$cache/assemblyscript-$assemblyscript_version/node_modules/.bin/asc

export ZIG_GLOBAL_CACHE_DIR=$cache/zig-cache ZIG_LOCAL_CACHE_DIR=$cache/zig-cache

install_tools() {
    mkdir -p "$cache"
    rustup target add --toolchain $rust_version wasm32-unknown-unknown
    if [ ! -x "$zig" ]; then
        python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps \
            --target "$cache/zig-$zig_version" "ziglang==$zig_version"
    fi
    if [ ! -x "$asc" ]; then
        mkdir -p "${asc%/node_modules/*}"
        cp "$examples"/echo-as/package*.json "${asc%/node_modules/*}"
        (cd "${asc%/node_modules/*}" && npm ci --silent --no-audit --no-fund)
    fi
}

# cargo with the pinned compiler, in the workspace of the examples.
cargo_here() {
    (cd "$examples" && CARGO_TARGET_DIR=$cache/target cargo "+$rust_version" "$@")
}

# build_rust CRATE OUT: by the compiler alone, because cargo writes the absolute path of a dependency outside the
# workspace into the names of its symbols, and their order follows.
build_rust() {
    local work=$cache/rust
    mkdir -p "$work"
    rustc_wasm "$(dirname "$examples")/abi/src/lib.rs" --crate-name icn_abi --crate-type rlib \
        --cfg 'feature="guest"' --cfg 'feature="rt"' -o "$work/libicn_abi.rlib"
    rustc_wasm "$examples/$1/src/lib.rs" --crate-name "$1" --crate-type cdylib \
        --extern "icn_abi=$work/libicn_abi.rlib" -C lto -C strip=symbols -o "$2"
}

# build_member CRATE OUT: by cargo, as a member of the whole workspace, for a guest with dependencies. Within a workspace
# cargo names by relative paths.
build_member() {
    (cd "$(dirname "$examples")" && CARGO_TARGET_DIR=$cache/member CARGO_INCREMENTAL=0 \
        CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=symbols CARGO_PROFILE_RELEASE_LTO=true \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 CARGO_PROFILE_RELEASE_PANIC=abort \
        RUSTFLAGS="--remap-path-prefix=$PWD=/icn --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo" \
        cargo "+$rust_version" build --quiet --release --locked -p "icn-$1" --target wasm32-unknown-unknown)
    cp "$cache/member/wasm32-unknown-unknown/release/$1.wasm" "$2"
}

rustc_wasm() {
    rustc "+$rust_version" --edition 2024 --target wasm32-unknown-unknown \
        -C opt-level=s -C panic=abort -C codegen-units=1 \
        --remap-path-prefix "$(dirname "$examples")=/icn" "$@"
}

# build_as DIRECTORY OUT
build_as() {
    (cd "$1" && "$asc" assembly/index.ts --outFile "$2" --runtime stub --optimize \
        --use abort=assembly/index/abort)
}

# build_c SOURCE OUT: the header is beside the source.
build_c() {
    (cd "$(dirname "$1")" && "$zig" cc --target=wasm32-freestanding -Os -s -nostdlib -Wall -Werror \
        -Wl,--no-entry -o "$2" "$(basename "$1")")
}

# build_zig SOURCE OUT: the declarations are beside the source.
build_zig() {
    (cd "$(dirname "$1")" && "$zig" build-exe "$(basename "$1")" -target wasm32-freestanding \
        -O ReleaseSmall -fstrip -fno-entry --export=run "-femit-bin=$2")
}
