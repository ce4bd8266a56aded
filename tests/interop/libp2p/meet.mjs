// A js-libp2p peer meets the node's network: it is identified, hears gossip, is heard, asks and is
// answered; what is forged is rejected; a key of another kind is turned away.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { meet, peer, until, within } from './peer.mjs'

assert(process.env.PEER, 'set PEER to the path of the example net_peer')
const child = spawn(process.env.PEER, { stdio: ['pipe', 'pipe', 'inherit'] })
const said = []
createInterface({ input: child.stdout }).on('line', line => said.push(JSON.parse(line)))
const says = (holds, what) => until(() => said.find(holds), what)

const { listening, network } = await says(words => words.listening, 'the address')
const topic = `icn/${network}/tx`
const node = await peer()
const { pubsub } = node.services

const who = await meet(node, listening)
assert.match(who.agentVersion, /^icn\/\d/)
assert.equal(who.protocolVersion, `/icn/${network}/1`)
assert(who.protocols.includes(`/icn/${network}/ask/1`))
assert(who.protocols.some(name => name.startsWith('/meshsub/1.')))
console.log(`identified ${who.agentVersion}`)

const heard = new Promise(resolve => {
  pubsub.addEventListener('message', ({ detail }) => resolve(detail), { once: true })
})
pubsub.subscribe(topic)
const message = await within(heard, 'gossip of the node')
assert.equal(message.topic, topic)
assert.equal(message.from.toString(), who.peerId.toString())
assert.equal(message.type, 'signed')
assert.equal(Buffer.from(message.data).toString(), 'a word of the node')
console.log('heard a signed word of the node')

await until(() => pubsub.getSubscribers(topic).length > 0, 'the subscription of the node')
await pubsub.publish(topic, Buffer.from('a word of js'))
const told = await says(words => words.heard === 'a word of js', 'that the node hears')
assert.equal(told.verdict, 'accept')
assert.match(told.author, /^did:key:z6Mk/)
await pubsub.publish(topic, Buffer.from('forged'))
const refused = await says(words => words.heard === 'forged', 'that the node hears what is forged')
assert.equal(refused.verdict, 'reject')
await until(() => said.some(words => words.rejected === 1), 'that the node counts it')
console.log('was heard, and what was forged was rejected')

// A question: four bytes of length, big endian, then the bytes; the answer is the same.
async function ask (bytes) {
  const stream = await node.dialProtocol(multiaddr(listening), `/icn/${network}/ask/1`)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  stream.send(Buffer.concat([length, bytes]))
  await stream.close()
  const parts = []
  for await (const part of stream) parts.push(Buffer.from(part.subarray()))
  const answer = Buffer.concat(parts)
  assert.equal(answer.readUInt32BE(0), answer.length - 4)
  return answer.subarray(4)
}
for (const length of [0, 5, 100_000]) {
  const question = Buffer.alloc(length, 7)
  assert.deepEqual(await within(ask(question), 'an answer'), question)
}
console.log('asked and was answered')

const other = await peer(await generateKeyPair('secp256k1'))
await other.dial(multiaddr(listening)).catch(() => {})
await until(() => other.getConnections().length === 0, 'that a key of another kind is turned away')
assert.equal(node.getConnections().length, 1, 'and nobody else is')
console.log('a key of another kind was turned away')

await other.stop()
await node.stop()
child.stdin.end()
const exit = await within(new Promise(resolve => child.on('exit', resolve)), 'its end')
assert.equal(exit, 0)
console.log('js-libp2p and the node understand each other')
process.exit(0)
