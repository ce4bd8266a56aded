// A js-libp2p peer with gossip, as the packages come.

// js-libp2p calls what Node has from version 22 on.
Promise.withResolvers ??= function () {
  const made = {}
  made.promise = new this((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}

const { createLibp2p } = await import('libp2p')
const { tcp } = await import('@libp2p/tcp')
const { noise } = await import('@chainsafe/libp2p-noise')
const { yamux } = await import('@chainsafe/libp2p-yamux')
const { identify } = await import('@libp2p/identify')
const { ping } = await import('@libp2p/ping')
const { gossipsub } = await import('@libp2p/gossipsub')
const { multiaddr } = await import('@multiformats/multiaddr')

// A peer that listens nowhere; `key` is a private key if it is not to be a fresh ed25519 one.
export function peer (key) {
  return createLibp2p({
    privateKey: key,
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), ping: ping(), pubsub: gossipsub() }
  })
}

// Dials an address and waits until the peer there has said who it is.
export async function meet (node, address) {
  const identified = new Promise(resolve => {
    node.addEventListener('peer:identify', event => resolve(event.detail), { once: true })
  })
  await node.dial(multiaddr(address))
  return await within(identified, 'an identification')
}

// Waits for a promise, but not for ever.
export async function within (promise, what, ms = 20_000) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms} ms`)), ms)
  })
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

// Tries until it holds.
export async function until (holds, what, ms = 20_000) {
  for (const end = Date.now() + ms; Date.now() < end;) {
    const held = await holds()
    if (held) return held
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`${what} did not come within ${ms} ms`)
}
