import type { DaemonSet, Deployment, Job, KubeObject, PodSpec, PodTemplate } from '../kubernetes.ts'

type Fields = Readonly<Record<string, unknown>>

const ofPod = (spec: PodSpec = {}): Fields => ({
  'affinity.podAffinity': spec.affinity?.podAffinity,
  topologySpreadConstraints: spec.topologySpreadConstraints?.length,
  'containers.ports.hostPort': spec.containers?.some(({ ports }) => ports?.some(({ hostPort }) => hostPort)),
})

const ofTemplate = (template: PodTemplate | undefined): Fields =>
  Object.fromEntries(
    Object.entries(ofPod(template?.spec)).map(([field, value]) => [`template.spec.${field}`, value]),
  )

const ofDeployment = ({ spec }: Deployment): Fields => ({
  paused: spec.paused,
  'strategy.type': spec.strategy?.type !== 'RollingUpdate',
  ...ofTemplate(spec.template),
})

const ofDaemonSet = ({ spec }: DaemonSet): Fields => ({
  'updateStrategy.type': spec.updateStrategy?.type !== 'RollingUpdate',
  ...ofTemplate(spec.template),
})

const ofJob = ({ spec }: Job): Fields => ({
  activeDeadlineSeconds: spec.activeDeadlineSeconds,
  completions: spec.completions !== 1,
  parallelism: spec.parallelism !== 1,
  suspend: spec.suspend,
  ttlSecondsAfterFinished: spec.ttlSecondsAfterFinished !== undefined,
  'template.spec.restartPolicy': spec.template.spec.restartPolicy !== 'OnFailure',
  ...ofTemplate(spec.template),
})

/**
 * A field of an object's spec that changes what the object does upstream and that nothing here heeds, or undefined. To keep such a
 * field and do nothing would be a lie. The object has its defaults already.
 */
export function unservedField(object: KubeObject): string | undefined {
  const fields = fieldsOf(object)
  const found = Object.keys(fields).find((field) => fields[field])
  return found && `spec.${found}`
}

function fieldsOf(object: KubeObject): Fields {
  switch (object.kind) {
    case 'Pod':
      return ofPod(object.spec as PodSpec)
    case 'Deployment':
      return ofDeployment(object as Deployment)
    case 'DaemonSet':
      return ofDaemonSet(object as DaemonSet)
    case 'Job':
      return ofJob(object as Job)
    default:
      return {}
  }
}
