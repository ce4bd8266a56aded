#!/usr/bin/env bash
# Compares every series that the dashboard and the alert rules name with what a running node has at /metrics.
#   ICN=/path/icn contrib/check.sh
set -euo pipefail
cd "$(dirname "$0")"
icn=$(realpath "${ICN:?path of the icn binary}")
work=$(mktemp -d)
node=
trap '[ -z "$node" ] || { kill "$node" 2>/dev/null && wait "$node"; } || true; rm -rf "$work"' EXIT
export ICN_DATA_DIR=$work/data
"$icn" init --development --insecure-plain-key --listen /ip4/127.0.0.1/tcp/0 --api-listen 127.0.0.1:0 > /dev/null
"$icn" start > "$work/start.txt" 2> "$work/log" &
node=$!
for _ in $(seq 150); do
    "$icn" status > /dev/null 2>&1 && break
    kill -0 "$node" || { cat "$work/log" >&2; exit 1; }
    sleep 0.2
done
api=$(sed -n 's/^API *\(http:[^,]*\),.*/\1/p' "$work/start.txt")
curl -fsS "$api/v1/status" > /dev/null    # so that a request has been counted
curl -fsS "$api/metrics" > "$work/metrics"
grep -q '^icn_height ' "$work/metrics"
sed 's/[{ ].*//' "$work/metrics" | grep '^icn_' | sort -u > "$work/has"
grep -ohE '\bicn_[a-z0-9_]+' grafana.json alerts.yml | sort -u > "$work/names"
test "$(wc -l < "$work/names")" -ge 20    # an empty extract would prove nothing
if ! absent=$(comm -23 "$work/names" "$work/has") || [ -n "$absent" ]; then
    echo "named, and not at /metrics:" $absent >&2
    exit 1
fi
echo "$(wc -l < "$work/names") series are named, and a node has all of them"
if command -v promtool > /dev/null; then
    promtool check rules alerts.yml
    promtool check metrics < "$work/metrics"
else
    echo "promtool is not here: the rules' syntax was not looked at"
fi
