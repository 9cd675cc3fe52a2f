import { OURS, OURS_REF } from './repositories.ts'

/** A workflow that calls one of the reusable ones, as somebody's repository would. */
export const callOf = (reusable: string, cluster: string) => `on: workflow_dispatch
jobs:
  call:
    permissions: { contents: read, id-token: write }
    uses: ${OURS}/.github/workflows/${reusable}.yml@${OURS_REF}
    with:
      cluster-name: ${cluster}
      role-to-assume: \${{ vars.RKE2_ROLE }}
      aws-region: \${{ vars.AWS_REGION }}
`
