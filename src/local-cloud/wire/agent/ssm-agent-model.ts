import type { OperationModel, Shape } from '../shapes.ts'

/**
 * What the SSM agent of a node asks of SSM beyond the public API. Described by hand after the agent's own client
 * (amazon-ssm-agent 3.3); an output that is left out is `{}` on the wire.
 */
export const agentOperations: Readonly<Record<string, OperationModel>> = {
  UpdateInstanceInformation: {
    input: 'UpdateInstanceInformationRequest',
    errors: ['InvalidInstanceId', 'InternalServerError'],
  },
  RegisterManagedInstance: {
    input: 'RegisterManagedInstanceRequest',
    output: 'RegisterManagedInstanceResult',
    // A machine outside EC2 has no credentials yet: its activation stands for them.
    unsigned: true,
    errors: ['InvalidActivation', 'InstanceAlreadyRegistered', 'InternalServerError'],
  },
  RequestManagedInstanceRoleToken: {
    signedByNode: true,
    input: 'RequestManagedInstanceRoleTokenRequest',
    output: 'RequestManagedInstanceRoleTokenResult',
    errors: ['InvalidInstanceId', 'MachineFingerprintDoesNotMatch', 'InternalServerError'],
  },
  UpdateManagedInstancePublicKey: {
    signedByNode: true,
    input: 'UpdateManagedInstancePublicKeyRequest',
    errors: ['InvalidInstanceId', 'InternalServerError'],
  },
  ListInstanceAssociations: {
    input: 'ListInstanceAssociationsRequest',
    output: 'ListInstanceAssociationsResult',
    errors: ['InvalidInstanceId', 'InternalServerError'],
  },
}

export const agentShapes: Readonly<Record<string, Shape>> = {
  AgentSecret: { type: 'string', sensitive: true },
  ActivationCodeOfAgent: { type: 'string', min: 20, sensitive: true },
  PlatformTypeOfAgent: { type: 'string', enum: ['Windows', 'Linux', 'MacOS'] },
  UpdateInstanceInformationRequest: {
    type: 'structure',
    required: ['InstanceId'],
    members: {
      AgentName: 'string',
      AgentStatus: 'string',
      AgentVersion: 'string',
      AvailabilityZone: 'string',
      AvailabilityZoneId: 'string',
      ComputerName: 'string',
      IPAddress: 'string',
      InstanceId: 'string',
      PlatformName: 'string',
      PlatformType: 'PlatformTypeOfAgent',
      PlatformVersion: 'string',
      SourceId: 'string',
      SourceLocation: 'string',
      SourceType: 'string',
      SSMConnectionChannel: 'string',
    },
  },
  // An EC2 instance registers with its instance id as fingerprint and without an activation.
  RegisterManagedInstanceRequest: {
    type: 'structure',
    required: ['Fingerprint', 'PublicKey'],
    members: {
      ActivationCode: 'ActivationCodeOfAgent',
      ActivationId: 'string',
      Fingerprint: 'string',
      IamRole: 'string',
      Provider: 'string',
      PublicKey: 'string',
      PublicKeyType: 'string',
      Tags: 'AgentTags',
    },
  },
  RegisterManagedInstanceResult: { type: 'structure', members: { InstanceId: 'string' } },
  RequestManagedInstanceRoleTokenRequest: {
    type: 'structure',
    required: ['Fingerprint'],
    members: { Fingerprint: 'string' },
  },
  RequestManagedInstanceRoleTokenResult: {
    type: 'structure',
    members: {
      AccessKeyId: 'AgentSecret',
      SecretAccessKey: 'AgentSecret',
      SessionToken: 'AgentSecret',
      TokenExpirationDate: 'timestamp',
      UpdateKeyPair: 'boolean',
    },
  },
  UpdateManagedInstancePublicKeyRequest: {
    type: 'structure',
    required: ['NewPublicKey', 'NewPublicKeyType'],
    members: { NewPublicKey: 'string', NewPublicKeyType: 'string' },
  },
  ListInstanceAssociationsRequest: {
    type: 'structure',
    required: ['InstanceId'],
    members: { InstanceId: 'string', MaxResults: 'integer', NextToken: 'string' },
  },
  ListInstanceAssociationsResult: {
    type: 'structure',
    members: { Associations: 'InstanceAssociationsOfAgent', NextToken: 'string' },
  },
  InstanceAssociationsOfAgent: { type: 'list', member: 'InstanceAssociationOfAgent' },
  InstanceAssociationOfAgent: {
    type: 'structure',
    members: {
      AssociationId: 'string',
      AssociationVersion: 'string',
      Checksum: 'string',
      Content: 'string',
      InstanceId: 'string',
      LastExecutionDate: 'timestamp',
    },
  },
  AgentTags: { type: 'list', member: 'Tag' },
  InstanceAlreadyRegistered: {
    type: 'structure',
    members: { Message: 'string' },
    error: { status: 400 },
  },
  MachineFingerprintDoesNotMatch: {
    type: 'structure',
    members: { Message: 'string' },
    error: { status: 400 },
  },
  InvalidActivation: { type: 'structure', members: { Message: 'string' }, error: { status: 400 } },
}
