// A js-libp2p peer meets a node as people run it: it is identified, hears a signed job announced, and
// what it forges, sends too large or sends too much is refused, while the node goes on.
//   ICN=path/to/icn node join.mjs

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { multiaddr } from '@multiformats/multiaddr'
import { meet, peer, until, within } from './peer.mjs'

assert(process.env.ICN, 'set ICN to the path of the icn binary')
const home = mkdtempSync(join(tmpdir(), 'icn-join-'))
process.on('exit', () => rmSync(home, { recursive: true, force: true }))
const icn = (...args) => execFileSync(process.env.ICN, ['--data-dir', home, '--output', 'json', ...args])
const loopback = ['--listen', '/ip4/127.0.0.1/tcp/0', '--api-listen', '127.0.0.1:0']
icn('init', '--development', '--insecure-plain-key')
const child = spawn(process.env.ICN, ['--data-dir', home, '--output', 'json', 'start', ...loopback],
  { stdio: ['ignore', 'pipe', 'ignore'] })
process.on('exit', () => child.kill())
const started = new Promise(resolve => createInterface({ input: child.stdout }).once('line', resolve))
const { api, network, addresses } = JSON.parse(await within(started, 'its first line'))
const token = readFileSync(join(home, 'api-token'), 'utf8').trim()
const get = async path => await (await fetch(api + path)).json()
const topic = word => `icn/${network}/${word}`

// Connects a fresh peer, which listens to everything.
async function newcomer () {
  const node = await peer()
  const who = await meet(node, addresses[0])
  for (const word of ['order', 'tx', 'market']) node.services.pubsub.subscribe(topic(word))
  await until(() => node.services.pubsub.getSubscribers(topic('tx')).length > 0, 'its subscription')
  return { node, who, pubsub: node.services.pubsub }
}

const first = await newcomer()
assert.match(first.who.agentVersion, /^icn\/\d/)
assert.equal(first.who.protocolVersion, `/icn/${network}/1`)
console.log(`identified ${first.who.agentVersion}`)

// A job is submitted over HTTP, and announced.
const heard = []
first.pubsub.addEventListener('message', ({ detail }) => heard.push(detail))
const post = async (path, type, body) => {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': type }
  return await (await fetch(api + path, { method: 'POST', headers, body })).json()
}
const wasm = readFileSync(new URL('../../../examples/wasm/wordcount.wasm', import.meta.url))
const { cid } = await post('/v1/dag', 'application/vnd.ipld.raw', wasm)
const ask = JSON.stringify({ module: cid, fuel_limit: 1_000_000, max_price: '50' })
const { job } = await post('/v1/jobs?wait=20', 'application/json', ask)
assert(job, 'a job has an id')
const jobs = async () => (await get('/v1/jobs')).items.length
const author = first.who.peerId.toString()
const isJob = message => message.topic === topic('tx') && Buffer.from(message.data).includes('submit_job')
const announced = await until(() => heard.find(isJob), 'the announcement')
assert.equal(announced.from.toString(), author)
assert.equal(announced.type, 'signed')
console.log('heard a job announced, signed by the node')

// The same job with one byte of its signature changed: nobody runs it, and its bearer is worth less.
const before = await jobs()
const forged = Buffer.from(announced.data)
forged[forged.length - 1] ^= 1
await first.pubsub.publish(topic('tx'), forged)
const metric = async name => {
  const text = await (await fetch(`${api}/metrics`)).text()
  return Number(text.split('\n').find(line => line.startsWith(name))?.split(' ').pop() ?? NaN)
}
await until(async () => await metric('icn_gossip_rejected_total') >= 1, 'that it is rejected')
assert.equal(await jobs(), before)
console.log('a forged job was rejected, and is in nobody’s book')

// More of it, of every kind: the peer is cast out, and each fresh one is heard until it is, too.
const noise = [
  Buffer.alloc(0), Buffer.alloc(1, 0xff), Buffer.alloc(1_000, 0x9f), Buffer.from('{"not": "cbor"}'),
  Buffer.alloc(1 << 20, 0xa1), announced.data.subarray(0, 40), Buffer.concat([announced.data, Buffer.alloc(1)])
]
for (const word of ['order', 'tx', 'market']) {
  const { node, pubsub } = await newcomer()
  for (const bytes of noise) await pubsub.publish(topic(word), bytes).catch(() => {})
  await until(() => node.getConnections().length === 0, `that who is noisy on ${word} is cast out`)
  await node.stop()
}
console.log('who sends what is malformed is cast out')

// Larger than the node reads: the stream ends, and the node does not.
const large = await newcomer()
await within(large.pubsub.publish(topic('tx'), Buffer.alloc(4 << 20, 1)), 'an end', 5_000).catch(() => {})
const meshsub = large.who.protocols.find(name => name.startsWith('/meshsub/'))
for (const protocol of [`/icn/${network}/ask/1`, meshsub]) {
  const stream = await large.node.dialProtocol(multiaddr(addresses[0]), protocol)
  const claim = Buffer.alloc(64 << 10, 0xff)
  try {
    for (let i = 0; i < 64; i++) {
      if (!stream.send(claim)) await within(stream.onDrain(), 'room', 2_000)
    }
  } catch { /* nobody reads it, or it was closed: as it should be */ }
}
await large.node.stop()

const { status } = await fetch(`${api}/readyz`)
assert.equal(status, 200, 'the node is well')
const again = await newcomer()
assert.equal(await jobs(), before)
await again.node.stop()
await first.node.stop()
console.log('what is too large is not read; the node is well, and a newcomer is welcome')
child.kill()
const exit = await within(new Promise(resolve => child.on('exit', resolve)), 'its end')
assert.equal(exit, 0)
console.log('js-libp2p and icn start understand each other')
process.exit(0)
