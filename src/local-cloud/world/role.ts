export interface Role {
  arn: string
  id: string
  name: string
  path: string
  trustPolicy: string
  description: string | undefined
  maxSessionSeconds: number
  permissionsBoundary: string | undefined
  /** Policy name → document. */
  inline: ReadonlyMap<string, string>
  /** ARNs of managed policies. */
  attached: readonly string[]
  /** Milliseconds since the epoch. */
  createdAt: number
}

export interface InstanceProfile {
  arn: string
  id: string
  name: string
  path: string
  roleName: string | undefined
  /** Milliseconds since the epoch. */
  createdAt: number
  /** IAM is eventually consistent: EC2 doesn't see the profile (or its role) before this moment. */
  visibleAt: number
}
