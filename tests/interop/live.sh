#!/usr/bin/env bash
# A node that runs, before other people's tools: schemathesis reads its OpenAPI document and asks what the document
# allows and what it does not; promtool reads its metrics; JavaScript checks blocks of its gateway by their hashes.
#   ICN=/path/icn tests/interop/live.sh
set -euo pipefail
cd "$(dirname "$0")"
icn=$(realpath "${ICN:?path of the icn binary}")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/icn-tools
work=$(mktemp -d)
node=
trap '[ -z "$node" ] || { kill "$node" 2>/dev/null && wait "$node"; } || true; rm -rf "$work"' EXIT

python=$cache/schemathesis-4.32.5
[ -x "$python/bin/schemathesis" ] || {
    python3 -m venv "$python"
    "$python/bin/pip" install --quiet --requirement requirements.txt
}
promtool=$(command -v promtool || true)
if [ -z "$promtool" ]; then
    promtool=$cache/prometheus/usr/bin/promtool
    [ -x "$promtool" ] || {    # the distribution's package, unpacked and not installed: no server is wanted
        mkdir -p "$cache/prometheus"
        apt-get update -qq
        (cd "$work" && apt-get download -qq prometheus 2> /dev/null && dpkg -x prometheus_*.deb "$cache/prometheus")
    }
fi

export ICN_DATA_DIR=$work/data
"$icn" init --development --insecure-plain-key --listen /ip4/127.0.0.1/tcp/0 --api-listen 127.0.0.1:0 > /dev/null
"$icn" start --output json > "$work/start.json" 2> "$work/log" &
node=$!
until "$icn" executor list 2> /dev/null | grep -q '  open  '; do
    kill -0 "$node" || { cat "$work/log" >&2; exit 1; }
    sleep 0.2
done
api=$(jq -r .api "$work/start.json")
token=$(cat "$work/data/api-token")

node gateway.mjs "$api" "$token"

# Requests with a token, so that they come as far as they can; a stream of events has no end.
SCHEMATHESIS_HOOKS=car_bytes PYTHONPATH=$PWD timeout 300 "$python/bin/schemathesis" run "$api/openapi.json" --header "Authorization: Bearer $token" \
    --exclude-path /v1/events --checks not_a_server_error,status_code_conformance,content_type_conformance \
    --mode all --phases examples,coverage,fuzzing --max-examples 10 --seed 7 --generation-database none \
    --request-timeout 30 --suppress-health-check all --workers 1 --no-color > "$work/schemathesis" 2>&1 || {
    cat "$work/schemathesis" >&2
    exit 1
}
tail -n 12 "$work/schemathesis"
kill -0 "$node"
curl -fsS "$api/readyz" > /dev/null

curl -fsS "$api/metrics" > "$work/metrics"
test "$(grep -c '^icn_' "$work/metrics")" -ge 20
"$promtool" check metrics < "$work/metrics"
echo "promtool finds nothing in $(grep -c '^# TYPE' "$work/metrics") families of metrics"
