// CAR files between icn and the IPLD tools of JavaScript, both ways:
//
//   node car.mjs [BLOCKS]     ICN names the binary
//
// What JavaScript writes, icn imports, verifies and exports again; of what icn exports, JavaScript
// hashes every block again, compares every CID, and re-encodes every dag-cbor block to its bytes.

import { CarWriter } from '@ipld/car'
import { CarBlockIterator } from '@ipld/car/iterator'
import * as dagCbor from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { identity } from 'multiformats/hashes/identity'
import { sha256, sha512 } from 'multiformats/hashes/sha2'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { block, makeDag } from './dag.mjs'
import { Icn } from './icn.mjs'

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'icn-interop-'))
process.on('exit', () => fs.rmSync(scratch, { recursive: true, force: true }))
const file = name => path.join(scratch, name)
const hex = digits => Uint8Array.from(Buffer.from(digits, 'hex'))
const say = line => console.log(`ok  ${line}`)

// Writes blocks, each { cid, bytes }, under roots.
async function writeCar (name, roots, blocks) {
  const { writer, out } = CarWriter.create(roots)
  const written = pipeline(Readable.from(out), fs.createWriteStream(file(name)))
  for await (const made of blocks) await writer.put(made)
  await writer.close()
  await written
  return file(name)
}

// Reads a CAR whole, and believes nothing in it.
async function readCar (at) {
  const car = await CarBlockIterator.fromIterable(fs.createReadStream(at))
  const blocks = new Map()
  let links = 0
  for await (const { cid, bytes } of car) {
    const name = cid.toString()
    assert(!blocks.has(name), `${name} comes twice`)
    assert.equal(cid.version, 1)
    const again = CID.createV1(cid.code, await sha256.digest(bytes))
    assert(again.equals(cid), `${name} has the bytes of ${again}`)
    let children = []
    if (cid.code === dagCbor.code) {
      const value = dagCbor.decode(bytes)
      assert(Buffer.from(dagCbor.encode(value)).equals(bytes), `${name} is written otherwise`)
      children = linksOf(value)
      links += children.length
    } else {
      assert.equal(cid.code, raw.code)
    }
    blocks.set(name, { bytes, children })
  }
  const roots = (await car.getRoots()).map(String)
  return { roots, blocks, links }
}

function linksOf (value) {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return []
  const cid = CID.asCID(value)
  return cid ? [cid.toString()] : Object.values(value).flatMap(linksOf)
}

// Every block is reached from the roots, and everything they reach is there.
function assertClosed ({ roots, blocks }) {
  const reached = new Set(roots)
  for (const name of reached) {
    assert(blocks.has(name), `${name} is missing`)
    for (const child of blocks.get(name).children) reached.add(child)
  }
  assert.equal(reached.size, blocks.size, 'blocks that nothing links to')
}

async function thereAndBack (count) {
  const made = new Map()
  let root
  const remember = async function * () {
    for await (const one of makeDag(count)) {
      made.set(one.cid.toString(), one.bytes)
      root = one.cid
      yield one
    }
  }
  // The root is known last: the header of this first CAR names none.
  await writeCar('rootless.car', [], remember())
  const blocks = await CarBlockIterator.fromIterable(fs.createReadStream(file('rootless.car')))
  const car = await writeCar('made.car', [root], blocks)
  assert.equal(made.size, count)

  const icn = new Icn(file('there'))
  icn.json(0, 'dag', 'import', car)
  icn.json(0, 'dag', 'verify')
  say(`icn imports and verifies a CAR of ${count} blocks that it did not make`)

  icn.json(0, 'dag', 'export', root.toString(), '-o', file('exported.car'))
  const exported = await readCar(file('exported.car'))
  assert.deepEqual(exported.roots, [root.toString()])
  assertClosed(exported)
  assert.equal(exported.blocks.size, count)
  for (const [name, { bytes }] of exported.blocks) {
    assert(Buffer.from(made.get(name)).equals(bytes), `${name} has changed`)
  }
  say(`every CID of ${count} exported blocks is the hash of its bytes; ${exported.links} links are whole`)

  const other = new Icn(file('back'))
  other.json(0, 'dag', 'import', file('exported.car'))
  other.json(0, 'dag', 'export', root.toString(), '-o', file('again.car'))
  assert(fs.readFileSync(file('again.car')).equals(fs.readFileSync(file('exported.car'))))
  say('another node imports the export and exports the same bytes')
}

async function whatIcnMakes () {
  const icn = new Icn(file('put'))
  const put = (bytes, ...args) => {
    fs.writeFileSync(file('put.bin'), bytes)
    return icn.run(0, 'dag', 'put', file('put.bin'), ...args).text
  }
  const hello = new TextEncoder().encode('hello\n')
  const structured = dagCbor.encode({ hello: [1, 'two', CID.parse(put(hello))] })
  for (const [codec, bytes] of [[raw, hello], [dagCbor, structured]]) {
    const cid = put(bytes, '--codec', codec.name)
    assert.equal(cid, (await block(codec, bytes)).cid.toString())
    assert(icn.run(0, 'dag', 'get', cid).bytes.equals(Buffer.from(bytes)))
  }
  say('both name the same bytes by the same CID')

  // Larger than a block: icn makes the dag-cbor that joins the parts.
  const large = new Uint8Array(5_000_000)
  new Uint32Array(large.buffer).forEach((_, at, all) => { all[at] = at })
  const cid = put(large)
  icn.json(0, 'dag', 'export', cid, '-o', file('large.car'))
  const car = await readCar(file('large.car'))
  assertClosed(car)
  const parts = name => {
    const { bytes, children } = car.blocks.get(name)
    return CID.parse(name).code === raw.code ? [bytes] : children.flatMap(parts)
  }
  assert(Buffer.concat(parts(cid)).equals(Buffer.from(large)))
  assert(icn.run(0, 'dag', 'get', cid).bytes.equals(Buffer.from(large)))
  say(`a file of 5 MB is ${car.blocks.size} blocks that JavaScript joins again`)
}

async function whatIcnRefuses () {
  const icn = new Icn(file('refusals'))
  const text = new TextEncoder().encode('a block')
  const cbor = value => block(dagCbor, value)
  const good = await block(raw, text)
  const wrong = await block(raw, new TextEncoder().encode('another block'))
  const named = async (version, code, hash) => {
    const digest = await hash.digest(text)
    return { cid: version === 0 ? CID.createV0(digest) : CID.createV1(code, digest), bytes: text }
  }
  const cases = [
    ['bytes of another CID', { cid: wrong.cid, bytes: text }, /hash to another CID/],
    ['a CIDv0', await named(0, 0x70, sha256), /CIDv0/],
    ['dag-pb', await named(1, 0x70, sha256), /codec 0x70/],
    ['dag-json', await named(1, 0x0129, sha256), /codec 0x129/],
    ['sha2-512', await named(1, raw.code, sha512), /sha2-512/],
    ['an identity hash', await named(1, raw.code, identity), /identity/],
    ['a long integer', await cbor(Uint8Array.of(0x18, 0x07)), /shortest/],
    ['keys out of order', await cbor(hex('a2616201616102')), /sorted/],
    ['a key twice', await cbor(hex('a2616101616102')), /duplicate/],
    ['an indefinite length', await cbor(hex('9fff')), /indefinite/],
    ['not a number', await cbor(hex('fb7ff8000000000000')), /float/],
    ['two values', await cbor(hex('0102')), /follow/]
  ]
  for (const [name, bad, why] of cases) {
    const car = await writeCar('bad.car', [], [good, bad])
    const { error } = icn.json(65, 'dag', 'import', car)
    assert.match(error.message, why, name)
    assert.notEqual(icn.spawn('dag', 'get', bad.cid.toString()).exit, 0, `${name} is served`)
  }
  say(`${cases.length} CARs with a block that icn does not take are refused, and it is not stored`)

  const whole = fs.readFileSync(await writeCar('whole.car', [good.cid], [good, wrong]))
  const damaged = [
    ['nothing', Buffer.alloc(0)],
    ['a cut header', whole.subarray(0, 10)],
    ['a cut frame', whole.subarray(0, whole.length - 1)],
    ['a frame of 2^63 bytes', Buffer.concat([whole, hex('ffffffffffffffff7f')])],
    ['the header of a CAR v2', Buffer.concat([hex('0aa16776657273696f6e02'), whole])],
    ['text', Buffer.from('this is no CAR at all, but it is long enough to be one')]
  ]
  for (const [name, bytes] of damaged) {
    fs.writeFileSync(file('bad.car'), bytes)
    const { error } = icn.json(65, 'dag', 'import', file('bad.car'))
    assert(error.message.length > 20, `${name}: ${JSON.stringify(error)}`)
  }
  say(`${damaged.length} files that are no whole CAR are refused`)

  const absent = await block(raw, new TextEncoder().encode('never sent'))
  const parent = await cbor(dagCbor.encode([good.cid, absent.cid]))
  const incomplete = await writeCar('incomplete.car', [parent.cid], [parent, good])
  const answer = JSON.stringify(icn.json(3, 'dag', 'import', incomplete))
  assert(answer.includes(absent.cid.toString()), answer)
  await writeCar('rest.car', [parent.cid], [absent])
  icn.json(0, 'dag', 'import', file('rest.car'))
  icn.json(0, 'dag', 'verify')
  say('a CAR with a missing block ends incomplete and names it; the rest completes it')
}

const count = Number(process.argv[2] ?? 100_000)
assert(count >= 1_000, 'at least 1000 blocks')
await whatIcnMakes()
await whatIcnRefuses()
await thereAndBack(count)
