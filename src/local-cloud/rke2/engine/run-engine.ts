import { bootstrap } from './bootstrap.ts'
import { cloudNode } from './controllers/cloud-node.ts'
import { type Controller, runController } from './controllers/controller.ts'
import { daemonSet } from './controllers/daemon-set.ts'
import { deployment } from './controllers/deployment.ts'
import { garbage } from './controllers/garbage.ts'
import { job } from './controllers/job.ts'
import { namespace } from './controllers/namespace.ts'
import { nodeIpam } from './controllers/node-ipam.ts'
import { createNodeLifecycle } from './controllers/node-lifecycle.ts'
import { podGarbage } from './controllers/pod-garbage.ts'
import { replicaSet } from './controllers/replica-set.ts'
import { taintEviction } from './controllers/taint-eviction.ts'
import { EngineConfig } from './engine-config.ts'
import { createApiServer } from './http/api-server.ts'
import { keepIdentityLease } from './identity-lease.ts'
import { electionTiming, runElection } from './leases.ts'
import { scheduler } from './scheduler.ts'
import { createCache } from './store/cache.ts'
import { createEtcd } from './store/etcd.ts'
import { createObjects } from './store/objects.ts'

export interface Engine {
  /** The port the API server listens on. */
  port: number
  stop(): void
}

/** Each component works where its lease is held. Made anew for each term, so that none remembers what it saw before it lost the lease. */
const components: Readonly<Record<string, () => Controller[]>> = {
  'kube-controller-manager': () => [
    nodeIpam,
    createNodeLifecycle(),
    taintEviction,
    podGarbage,
    deployment,
    replicaSet,
    daemonSet,
    job,
    namespace,
    garbage,
  ],
  'kube-scheduler': () => [scheduler],
  'rke2-cloud-controller-manager': () => [cloudNode],
}

/**
 * Runs the Kubernetes API server of one server node, and in the same process the controllers and the scheduler, which work while
 * this server holds their leases. Resolves when the API server listens; its /readyz tells when it can serve.
 */
export async function runEngine(given: EngineConfig): Promise<Engine> {
  const config = EngineConfig.parse(given)
  const { hostname, speed } = config
  const stopping = new AbortController()
  const { signal } = stopping
  const etcd = createEtcd(config.etcd)
  const cache = createCache(etcd)
  const objects = createObjects(etcd, cache)
  void cache.run(signal)
  void bootstrap(objects, signal)
  void keepIdentityLease(objects, hostname, speed, signal)
  for (const [name, controllers] of Object.entries(components)) {
    const lead = (term: AbortSignal) => {
      for (const controller of controllers())
        runController(controller, { config, cache, objects, component: name }, term)
    }
    void runElection({ objects, cache, name, hostname, timing: electionTiming(speed), lead, signal })
  }
  const server = createApiServer({ config, etcd, cache, objects })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.bindAddress, resolve)
  })
  const listening = server.address()
  return {
    port: typeof listening === 'object' && listening ? listening.port : config.port,
    stop() {
      stopping.abort()
      server.close()
      server.closeAllConnections()
      etcd.close()
    },
  }
}
