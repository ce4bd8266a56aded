// Dials a node, says who it is, prints what it hears on a topic, and publishes a payload.
//   node listen.mjs ADDRESS TOPIC [PAYLOAD] [SECONDS]

import { meet, peer, until } from './peer.mjs'

const [address, topic, payload, seconds = '10'] = process.argv.slice(2)
const say = words => console.log(JSON.stringify(words))
const node = await peer()
const { pubsub } = node.services
pubsub.addEventListener('message', ({ detail }) => say({
  heard: Buffer.from(detail.data).toString('base64'),
  author: detail.from.toString(),
  topic: detail.topic
}))
pubsub.subscribe(topic)
const { agentVersion, protocolVersion, protocols } = await meet(node, address)
say({ agentVersion, protocolVersion, protocols })
if (payload) {
  await until(() => pubsub.getSubscribers(topic).length > 0, 'a subscriber')
  const { recipients } = await pubsub.publish(topic, Buffer.from(payload))
  say({ published: payload, recipients: recipients.map(String) })
}
await new Promise(resolve => setTimeout(resolve, Number(seconds) * 1_000))
await node.stop()
