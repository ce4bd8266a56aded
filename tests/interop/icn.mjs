// Runs the icn binary that the environment names, on a data directory of its own.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

const binary = process.env.ICN
assert(binary, 'set ICN to the path of the icn binary')

export class Icn {
  constructor (dataDir) {
    this.dataDir = dataDir
  }

  // Runs a verb, however it ends.
  spawn (...args) {
    const done = spawnSync(binary, [...args, '--data-dir', this.dataDir], {
      maxBuffer: 1 << 26,
      timeout: 600_000
    })
    assert.ifError(done.error)
    return {
      exit: done.status,
      bytes: done.stdout,
      text: done.stdout.toString().trim(),
      said: done.stderr.toString().trim()
    }
  }

  // Runs a verb that must end with this exit code.
  run (exit, ...args) {
    const done = this.spawn(...args)
    assert.equal(done.exit, exit, `icn ${args.join(' ')} ended ${done.exit}: ${done.text} ${done.said}`)
    return done
  }

  // The same with `--output json`: one value on stdout and nothing else.
  json (exit, ...args) {
    return JSON.parse(this.run(exit, ...args, '--output', 'json').text)
  }
}
