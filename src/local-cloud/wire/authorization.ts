/** What a SigV4 signature says of the caller. The signature itself is not verified. */
export interface Authorization {
  accessKeyId: string
  region: string
  /** The service's signing name; ELBv2 shares `elasticloadbalancing` with its first version. */
  signingName: string
}

const SCOPE = /^(?<accessKeyId>[^/]+)\/\d{8}\/(?<region>[^/]+)\/(?<signingName>[^/]+)\/aws4_request$/

/** Reads the credential scope from the Authorization header, or from a presigned URL's X-Amz-Credential. */
export function parseAuthorization(
  header: string | undefined,
  parameters: URLSearchParams,
): Authorization | undefined {
  const signed = header?.startsWith('AWS4-') ? /Credential=([^,\s]+)/.exec(header)?.[1] : undefined
  const scope = SCOPE.exec(signed ?? parameters.get('X-Amz-Credential') ?? '')?.groups
  const { accessKeyId, region, signingName } = scope ?? {}
  return accessKeyId && region && signingName ? { accessKeyId, region, signingName } : undefined
}
