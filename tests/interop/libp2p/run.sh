#!/bin/sh
# js-libp2p beside the node's network: installs what package-lock.json pins, then meets the node.
#   PEER=path/to/net_peer tests/interop/libp2p/run.sh
# where net_peer is built by: cargo build -p icn-node --example net_peer
set -eu
: "${PEER:?set PEER to the path of the example net_peer}"
case "$PEER" in
  /*) ;;
  *) PEER="$PWD/$PEER" ;;
esac
export PEER
cd "$(dirname "$0")"
npm ci --loglevel=error
node meet.mjs
