import { ec2messages } from './agent/ec2messages-model.ts'
import { agentOperations, agentShapes } from './agent/ssm-agent-model.ts'
import ec2 from './model/ec2.json' with { type: 'json' }
import elb from './model/elb.json' with { type: 'json' }
import elbv2 from './model/elbv2.json' with { type: 'json' }
import iam from './model/iam.json' with { type: 'json' }
import pricing from './model/pricing.json' with { type: 'json' }
import servicequotas from './model/servicequotas.json' with { type: 'json' }
import ssm from './model/ssm.json' with { type: 'json' }
import sts from './model/sts.json' with { type: 'json' }
import type { ServiceName } from './service.ts'
import type { ServiceModel } from './shapes.ts'

// TypeScript infers one literal type a file, which no union of shapes fits; the generator and its test vouch for the form.
const generated = (model: object) => model as ServiceModel

function withAgent(model: ServiceModel): ServiceModel {
  return {
    ...model,
    operations: { ...model.operations, ...agentOperations },
    shapes: { ...model.shapes, ...agentShapes },
  }
}

/** The model of each service, the SSM agent's side of `ssm` included. */
export const models: Readonly<Record<ServiceName, ServiceModel>> = {
  ec2: generated(ec2),
  elb: generated(elb),
  elbv2: generated(elbv2),
  iam: generated(iam),
  sts: generated(sts),
  ssm: withAgent(generated(ssm)),
  ec2messages,
  pricing: generated(pricing),
  servicequotas: generated(servicequotas),
}
