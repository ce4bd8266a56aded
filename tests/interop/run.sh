#!/bin/sh
# icn beside other people's tools: installs what package-lock.json pins, then runs every script.
#   ICN=path/to/icn tests/interop/run.sh [BLOCKS]
set -eu
: "${ICN:?set ICN to the path of the icn binary}"
case "$ICN" in
  /*) ;;
  *) ICN="$PWD/$ICN" ;;
esac
export ICN
cd "$(dirname "$0")"
npm ci --loglevel=error
node golden.mjs
node hamt.mjs
node car.mjs "$@"
./zk.sh
command -v age > /dev/null || { apt-get update -qq && apt-get install -y -qq age > /dev/null; }
python3 age.py
