// A DAG made without icn: dag-cbor and raw leaves under a chain of nodes, the last node the root.

import * as dagCbor from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'

export async function block (codec, bytes) {
  return { cid: CID.createV1(codec.code, await sha256.digest(bytes)), bytes }
}

// Yields `count` blocks, children before parents. Every run makes the same ones.
export async function * makeDag (count) {
  const nodes = Math.floor(count / 100)
  const leaves = count - nodes
  let previous = null
  for (let node = 0, leaf = 0; node < nodes; node++) {
    const links = []
    for (const end = Math.ceil(leaves * (node + 1) / nodes); leaf < end; leaf++) {
      const made = leaf % 3 === 0
        ? await block(raw, new TextEncoder().encode(`leaf ${leaf}`))
        : await block(dagCbor, dagCbor.encode(value(leaf)))
      links.push(made.cid)
      yield made
    }
    const made = await block(dagCbor, dagCbor.encode({ node, links, previous }))
    previous = made.cid
    yield made
  }
}

// A value with every kind that dag-cbor has, at the edges where encoders differ.
function value (at) {
  const edges = [
    0, 23, 24, 255, 256, 65535, 65536, 4294967295, 4294967296, Number.MAX_SAFE_INTEGER,
    -1, -24, -25, -256, -257, -65536, -65537, -4294967296, -4294967297, Number.MIN_SAFE_INTEGER,
    2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n), -(2n ** 64n)
  ]
  return {
    at,
    edge: edges[at % edges.length],
    float: at + 0.5,
    tiny: 5e-324,
    yes: at % 2 === 0,
    none: null,
    text: ['', 'a', 'žluťoučký kůň', '水', '🚀', 'x'.repeat(at % 300)][at % 6],
    bytes: new Uint8Array(at % 70).fill(at % 256),
    list: [[], [[]], Array.from({ length: at % 30 }, (_, i) => i)],
    // Sorted by length first, then by bytes: not the order of a dictionary.
    map: { bb: 1, a: 2, aaa: 3, b: 4, ab: {}, '': 5, 'ž': 6 }
  }
}
