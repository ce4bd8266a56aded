#!/usr/bin/env bash
# Runs the README's first use as it stands, as a newcomer would paste it. ICN is the path of the binary.
set -euo pipefail
cd "$(dirname "$0")/.."
icn=$(realpath "${ICN:?path of the icn binary}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r README.md examples "$work/"
mkdir "$work/bin" && ln -s "$icn" "$work/bin/icn"
sed -n '/<!-- first use/,/^```$/p' README.md | sed '1,2d;$d' > "$work/first-use.sh"
grep -q 'icn ' "$work/first-use.sh"    # an empty extract would prove nothing
cd "$work"
env -i PATH="$work/bin:$PATH" HOME="$work" TMPDIR="$work" bash -euo pipefail -x first-use.sh
