#!/bin/sh
# js-libp2p beside the node's network: installs what package-lock.json pins, then meets the network alone, and a node.
#   PEER=path/to/net_peer ICN=path/to/icn tests/interop/libp2p/run.sh
# where net_peer is built by: cargo build -p icn-node --example net_peer
set -eu
: "${PEER:?set PEER to the path of the example net_peer}" "${ICN:?set ICN to the path of the icn binary}"
PEER=$(realpath "$PEER")
ICN=$(realpath "$ICN")
export PEER ICN
cd "$(dirname "$0")"
npm ci --loglevel=error
node meet.mjs
node join.mjs
