import type { Policy } from './policy.ts'

const named = (service: string, names: string) => names.split(' ').map((name) => `${service}:${name}`)

/** AWS's own policies that a node may want, by ARN. The first reads every parameter of the account (AWS documentation). */
export const MANAGED_POLICIES: Readonly<Record<string, Policy>> = {
  'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore': {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Resource: ['*'],
        Action: [
          ...named(
            'ssm',
            'DescribeAssociation DescribeDocument GetDocument GetManifest GetParameter GetParameters',
          ),
          ...named('ssm', 'GetDeployablePatchSnapshotForInstance ListAssociations ListInstanceAssociations'),
          ...named(
            'ssm',
            'PutComplianceItems PutConfigurePackageResult PutInventory UpdateAssociationStatus',
          ),
          ...named('ssm', 'UpdateInstanceAssociationStatus UpdateInstanceInformation'),
          ...named(
            'ssmmessages',
            'CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel',
          ),
          ...named(
            'ec2messages',
            'AcknowledgeMessage DeleteMessage FailMessage GetEndpoint GetMessages SendReply',
          ),
        ],
      },
    ],
  },
}
