import { runCiliumAgent } from '../cilium/run-agent.ts'
import { runCiliumOperator } from '../cilium/run-operator.ts'
import { runConformance } from '../conformance/run-conformance.ts'
import { runHelmInstall } from '../helm/run-helm-install.ts'
import { type Runner, untilStopped } from './runner.ts'
import { namespaceFile } from './sandbox.ts'
import { closeInPod, listenInPod } from './shim.ts'

/** pause, CoreDNS, metrics-server: they hold their network namespace and an address, and do nothing else. */
const sleep: Runner = ({ signal }) => ({ exited: untilStopped(signal) })

// agnhost netexec listens here unless told otherwise.
const NETEXEC_PORT = 8080

const agnhost: Runner = (context) => {
  const { container, signal } = context
  const [mode = 'pause', ...flags] = [...container.command, ...container.args].filter(
    (word) => !word.endsWith('agnhost'),
  )
  if (mode === 'pause') return sleep(context)
  if (mode !== 'netexec')
    return fail(context, `the local cloud's agnhost knows pause and netexec, not ${mode}`)
  const port = Number(flags.find((flag) => flag.startsWith('--http-port='))?.split('=')[1] ?? NETEXEC_PORT)
  return netexec(context, port, signal)
}

function netexec({ id, pod, sandbox, write }: Parameters<Runner>[0], port: number, signal: AbortSignal) {
  let listening = false
  const serve = async () => {
    try {
      const netns = sandbox ? namespaceFile(sandbox.namespace) : null
      await listenInPod({ id, netns, port, kind: 'netexec', hostname: pod.metadata.name })
      listening = true
      write(`Started HTTP server on port ${port}`)
    } catch (error) {
      write((error as Error).message)
      return 1
    }
    const code = await untilStopped(signal)
    await closeInPod(id)
    return code
  }
  return { exited: serve(), ready: () => listening }
}

function fail({ write }: Parameters<Runner>[0], message: string) {
  write(message)
  return { exited: Promise.resolve(1), ready: () => false }
}

const runners: readonly (readonly [RegExp, Runner])[] = [
  [/\/mirrored-cilium-cilium:/, runCiliumAgent],
  [/\/mirrored-cilium-operator-generic:/, runCiliumOperator],
  [/\/klipper-helm:/, runHelmInstall],
  [/\/conformance:/, runConformance],
  [/\/agnhost:/, agnhost],
]

/** What stands in for an image. */
export function runnerOf(image: string): Runner {
  return runners.find(([pattern]) => pattern.test(image))?.[1] ?? sleep
}
