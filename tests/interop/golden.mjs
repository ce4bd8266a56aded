// The golden pages of tests/vectors, read by the IPLD tools of JavaScript and node's ed25519:
// every dag-cbor row must encode to the same bytes again and, for the words that are known here,
// mean what its JSON says; every signature must be over the statement of base/src/keys.rs.

import * as dagCbor from '@ipld/dag-cbor'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import fs from 'node:fs'

const pages = new URL('../vectors/golden/', import.meta.url)

// The rows of a page: a line with the name, then indented lines with a form each.
function rows (page) {
  const found = []
  for (const line of fs.readFileSync(new URL(`${page}.txt`, pages), 'utf8').trimEnd().split('\n')) {
    const form = /^ {2}(\w+) (.*)$/.exec(line)
    if (form) found.at(-1)[form[1]] = form[2]
    else found.push({ name: line })
  }
  assert(found.length > 0, `${page} has rows`)
  return found
}

const hex = digits => Uint8Array.from(Buffer.from(digits, 'hex'))

// What the dag-cbor of a row must mean, from its JSON, page by page.
const meaning = {
  cid: json => CID.parse(json),
  ids: json => CID.parse(json),
  did: json => base58btc.decode(json.slice('did:key:'.length)).slice(2),
  mana: json => BigInt(json) > Number.MAX_SAFE_INTEGER ? BigInt(json) : Number(json),
  time: json => json,
  bytes: json => Uint8Array.from(Buffer.from(json, 'base64')),
  signature: json => hex(json)
}

let count = 0
const found = fs.readdirSync(pages).map(file => file.replace('.txt', ''))
for (const page of Object.keys(meaning)) assert(found.includes(page), `${page}.txt is there`)
for (const page of found) {
  for (const row of rows(page)) {
    const bytes = hex(row.cbor)
    const value = dagCbor.decode(bytes)
    assert.deepEqual(Uint8Array.from(dagCbor.encode(value)), bytes, `${page}: ${row.name}`)
    const mean = meaning[page]
    if (mean) assert.deepEqual(value, mean(JSON.parse(row.json)), `${page}: ${row.name}`)
    count++
  }
}
console.log(`ok  ${count} golden rows on ${found.length} pages are dag-cbor to JavaScript too`)

const seed = Buffer.alloc(32, 7)
const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
const secret = crypto.createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
const network = CID.createV1(raw.code, await sha256.digest(new TextEncoder().encode('hello')))
const signed = rows('signature').filter(row => row.name.startsWith('icn/'))
for (const row of signed) {
  const tag = Buffer.from(row.name.split(' ')[0])
  const statement = Buffer.concat([Buffer.from([tag.length]), tag, network.bytes, Buffer.from('payload')])
  assert.equal(crypto.sign(null, statement, secret).toString('hex'), row.text, row.name)
}
assert.equal(signed.length, 7)
console.log(`ok  ${signed.length} signatures are over length, tag, network and payload`)
