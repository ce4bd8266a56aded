// The frozen maps of dag/vectors/hamt.json, made by the npm package ipld-hashmap: in order, and in
// reverse over other values. icn's own test makes the same roots, so each reads the other's blocks.
// Deletions are not compared: ipld-hashmap 3.0.4 leaves empty buckets behind, against the layout
// that it implements, where icn leaves no trace.

import * as dagCbor from '@ipld/dag-cbor'
import { create, load } from 'ipld-hashmap'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import assert from 'node:assert/strict'
import fs from 'node:fs'

const { layout, maps } = JSON.parse(fs.readFileSync(new URL('../../dag/vectors/hamt.json', import.meta.url)))
const { hashAlg, bitWidth, bucketSize } = layout
assert.equal(hashAlg, sha256.code)

const hex = digits => Uint8Array.from(Buffer.from(digits, 'hex'))
const text = string => new TextEncoder().encode(string)

function entriesOf (map) {
  if (map.entries) return map.entries.map(([key, value]) => [hex(key), dagCbor.decode(hex(value))])
  return Array.from({ length: map.numbers }, (_, number) => {
    const name = `key/${number}`
    return [text(name), { number, text: name }]
  })
}

function memory () {
  const blocks = new Map()
  return {
    get: cid => blocks.get(cid.toString()),
    put: (cid, bytes) => blocks.set(cid.toString(), bytes)
  }
}

const options = { bitWidth, bucketSize, blockHasher: sha256, blockCodec: dagCbor }

async function collect (iterable) {
  const found = []
  for await (const item of iterable) found.push(item)
  return found
}

const byKey = (a, b) => Buffer.compare(a[0], b[0])

for (const { name, root, blocks, ...rest } of maps) {
  const entries = entriesOf(rest)
  const store = memory()
  const made = await create(store, options)
  for (const [key, value] of entries) await made.set(key, value)
  assert.equal(made.cid.toString(), root, name)
  assert.equal((await collect(made.cids())).length, blocks, name)

  const read = await load(store, CID.parse(root), options)
  const found = await collect(read.entriesRaw())
  assert.deepEqual(found.sort(byKey), entries.sort(byKey), name)

  const detour = await create(memory(), options)
  for (const [key] of entries) await detour.set(key, 'to be replaced')
  for (const [key, value] of entries.toReversed()) await detour.set(key, value)
  assert.equal(detour.cid.toString(), root, `${name}, by a detour`)
}
console.log(`ok  ${maps.length} maps have the same root in icn and in ipld-hashmap`)
