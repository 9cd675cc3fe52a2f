import type { NodeAddress, NodeRunner, Outcome, Script } from './node-runner.ts'

/**
 * A runner for phases that run in one process: a look is not repeated as long as nothing else was run on any node, so that
 * phases with nothing to do ask once, together. A look that failed is not remembered.
 */
export function rememberLooks(runner: NodeRunner): NodeRunner {
  const remembered = new Map<string, Promise<Outcome<unknown>[]>>()

  const look = <Answer>(script: Script<Answer>, nodes: readonly NodeAddress[]) => {
    const key = JSON.stringify([script.name, script.settings, nodes.map(({ instanceId }) => instanceId)])
    const known = remembered.get(key) as Promise<Outcome<Answer>[]> | undefined
    if (known !== undefined) return known
    const asked = runner.run(script, nodes)
    remembered.set(key, asked)
    const forget = () => remembered.get(key) === asked && remembered.delete(key)
    asked.then((outcomes) => outcomes.every(({ ok }) => ok) || forget(), forget)
    return asked
  }

  return {
    async run(script, nodes) {
      if (script.looks) return await look(script, nodes)
      remembered.clear()
      try {
        return await runner.run(script, nodes)
      } finally {
        // What was seen meanwhile may be half of the story.
        remembered.clear()
      }
    },
  }
}
