#!/usr/bin/env bash
# Runs what a page tells a newcomer to paste, as it stands: the first sh block after the comment that begins with MARKER.
#   ICN=/path/icn tests/readme.sh [FILE [MARKER]]        README.md and its first use, if nothing is said
# The block runs in a directory of its own, beside examples/, with `icn` and the usual tools on its PATH. What it leaves
# running is ended with it.
set -euo pipefail
cd "$(dirname "$0")/.."
file=${1:-README.md} marker=${2:-first use}
icn=$(realpath "${ICN:?path of the icn binary}")
work=$(mktemp -d)
group=
trap '[ -z "$group" ] || kill -- -"$group" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/bin" && ln -s "$icn" "$work/bin/icn"
cp -r README.md examples "$work/"
sed -n "/^<!-- $marker/,/^\`\`\`\$/p" "$file" | sed '1,2d;$d' > "$work/block.sh"
grep -q 'icn ' "$work/block.sh" || { echo "$file has no block marked \`$marker\`" >&2; exit 1; }
set -m    # a group of its own for the block
(cd "$work" && exec env -i PATH="$work/bin:$PATH" HOME="$work" TMPDIR="$work" \
    RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" \
    timeout --foreground "${SECONDS_MAX:-300}" bash -euo pipefail -x block.sh) &
group=$!
wait "$group"
