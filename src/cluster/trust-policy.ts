const ISSUER = 'token.actions.githubusercontent.com'

/**
 * Who may take a role on: runs of one repository on one branch, by their OIDC token. By branch and not by an environment of
 * GitHub, because a job that calls a reusable workflow can't name one. The subject is listed in both of GitHub's forms:
 * names alone, and names with ids that are never given to another owner or repository.
 * (GitHub, "OpenID Connect", immutable subject claims: default of repositories made or renamed since 15 July 2026.)
 */
export function trustPolicy(options: {
  account: string
  owner: string
  ownerId: string
  repository: string
  repositoryId: string
  branch: string
  partition?: string
}) {
  const { account, owner, ownerId, repository, repositoryId, branch, partition = 'aws' } = options
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${ISSUER}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: 'sts.amazonaws.com',
            [`${ISSUER}:sub`]: [
              `repo:${owner}@${ownerId}/${repository}@${repositoryId}:ref:refs/heads/${branch}`,
              `repo:${owner}/${repository}:ref:refs/heads/${branch}`,
            ],
          },
        },
      },
    ],
  }
}
