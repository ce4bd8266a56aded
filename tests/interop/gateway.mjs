// Blocks of a node's trustless gateway, checked with what JavaScript has and nothing of icn's:
//
//   node gateway.mjs API TOKEN
//
// Whoever fetches need not trust the node: a block is what its CID says, or it is thrown away.

import { CarBlockIterator } from '@ipld/car/iterator'
import * as dagCbor from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'

const [api, token] = process.argv.slice(2)
assert(api && token, 'node gateway.mjs API TOKEN')
const say = line => console.log(`ok  ${line}`)

const named = async (codec, bytes) => CID.createV1(codec.code, await sha256.digest(bytes))

// Fetches a block, and hashes what came.
async function fetchBlock (cid) {
  const answer = await fetch(`${api}/ipfs/${cid}?format=raw`)
  assert.equal(answer.status, 200, `${cid}: ${answer.status}`)
  assert.equal(answer.headers.get('content-type'), 'application/vnd.ipld.raw')
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const digest = await sha256.digest(bytes)
  assert(Buffer.from(digest.bytes).equals(Buffer.from(cid.multihash.bytes)), `${cid} is another block`)
  return bytes
}

async function put (codec, bytes) {
  const answer = await fetch(`${api}/v1/dag`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': codec === raw ? 'application/vnd.ipld.raw' : 'application/vnd.ipld.dag-cbor'
    },
    body: bytes
  })
  assert.equal(answer.status, 201, await answer.clone().text())
  const cid = CID.parse((await answer.json()).cid)
  assert(cid.equals(await named(codec, bytes)), 'both name the same bytes alike')
  return cid
}

const leaf = await put(raw, new TextEncoder().encode('a leaf'))
const root = await put(dagCbor, dagCbor.encode({ name: 'a tree', leaf }))
assert.deepEqual(dagCbor.decode(await fetchBlock(root)), { leaf, name: 'a tree' })
assert.equal(new TextDecoder().decode(await fetchBlock(leaf)), 'a leaf')
say('a block and the one that it links to are what their CIDs say')

const answer = await fetch(`${api}/ipfs/${root}`, {
  headers: { Accept: 'application/vnd.ipld.car;version=1;order=dfs' }
})
assert.equal(answer.status, 200)
const car = await CarBlockIterator.fromIterable(Readable.fromWeb(answer.body))
const seen = []
for await (const { cid, bytes } of car) {
  const again = CID.createV1(cid.code, await sha256.digest(bytes))
  assert(again.equals(cid), `${cid} has other bytes`)
  seen.push(cid.toString())
}
assert.deepEqual(seen, [root, leaf].map(String))
say('the same as a CAR, in depth-first order')

// The chain itself: each header names the one before it, down to what the network began with.
const { block: tip, height, network } = await (await fetch(`${api}/v1/status`)).json()
let cid = CID.parse(tip)
for (let at = height; at > 0; at--) {
  const header = dagCbor.decode(await fetchBlock(cid))
  assert.equal(Number(header.height), at)
  cid = CID.asCID(header.parent)
}
assert.equal(cid.toString(), network, 'the first block follows the genesis, which names the network')
await fetchBlock(cid)
say(`${height} headers lead from the tip to the genesis, each checked by its hash`)

const nowhere = await named(raw, new TextEncoder().encode('nowhere'))
assert.equal((await fetch(`${api}/ipfs/${nowhere}?format=raw`)).status, 404)
for (const odd of ['QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG', 'bafkqaaa', 'x']) {
  const { status } = await fetch(`${api}/ipfs/${odd}?format=raw`)
  assert(status >= 400 && status < 500, `${odd}: ${status}`)
}
say('what is not there is not there, and what is no CID of ours is refused')
