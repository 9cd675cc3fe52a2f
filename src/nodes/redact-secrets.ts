// What a node of RKE2 holds in clear text, as it looks in its logs and files.
const SECRETS: readonly RegExp[] = [
  // The cluster's full token: K10, the hash of the CA, and user:password.
  /\bK10[0-9a-f]{64}::\S+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // Temporary and long-lived AWS key ids; the secret beside one is caught by its name below.
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g,
]

// `token: x`, `"client-key-data":"x"`, `--token=x`, `AWS_SECRET_ACCESS_KEY=x`, `Authorization: Bearer x`.
// What follows RKE2's "failed to validate token: " is a reason, and the one by which the fault is known.
const NAMED =
  /(?<!failed to validate )((?:agent-|server-)?token|password|client-key-data|secret[-_]?(?:access[-_]?)?key|authorization)("?\s*[=:]\s*"?|\s+)((?:bearer |basic )?[^\s"',]+)/gi

/** Text of a node with every known kind of secret replaced by `***`. Lines and their order stay. */
export function redactSecrets(text: string): string {
  const named = text.replaceAll(NAMED, (whole: string, name: string, sign: string, value: string) =>
    sign.trim() === '' && !/[\d=+/_-]/.test(value) ? whole : `${name}${sign}***`,
  )
  return SECRETS.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), named)
}
