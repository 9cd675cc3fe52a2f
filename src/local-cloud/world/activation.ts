/** A permission for machines outside EC2 to become managed nodes. */
export interface Activation {
  id: string
  /** As good as a password. */
  code: string
  description: string | undefined
  /** Name of the nodes it lets in. */
  defaultInstanceName: string | undefined
  /** The role that its nodes get keys of. */
  iamRole: string
  registrationLimit: number
  registrations: number
  tags: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  createdAt: number
  expiresAt: number
}

export const isExpired = ({ expiresAt }: Activation, now: number) => expiresAt <= now

/** Why an activation lets nobody in, or undefined. */
export function refusalOf(activation: Activation | undefined, code: string, now: number): string | undefined {
  if (!activation) return 'the activation does not exist'
  if (activation.code !== code) return 'the activation code does not match'
  if (isExpired(activation, now)) return 'the activation has expired'
  if (activation.registrations >= activation.registrationLimit)
    return `its registration limit of ${activation.registrationLimit} is reached`
  return undefined
}
