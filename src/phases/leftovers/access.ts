import {
  deleteOwnInstanceProfile,
  ownInstanceProfile,
  tagOwnInstanceProfile,
} from '../../aws/own-instance-profile.ts'
import { deleteParameters, findParameters, parameterTags, tagParameter } from '../../aws/parameters.ts'
import { findClusterRoles, roleAndProfileWords } from '../../aws/standing-roles.ts'
import { names, OWN_PATH } from '../../cluster/names.ts'
import { tagKeys } from '../../cluster/tags.ts'
import { type Kind, oneByOne } from './kind.ts'

/** The join token and the kubeconfig. */
export const parameters: Kind = {
  name: 'parameters',
  async find({ ssm }, { cluster }) {
    const found = await findParameters(ssm, cluster ? names.parameters(cluster) : OWN_PATH)
    const tagged = found.map(async (id) => ({ id, name: id, tags: await parameterTags(ssm, id) }))
    // The path says whose they are; a parameter that a node stores may have no tag yet.
    return (await Promise.all(tagged)).filter(({ tags }) => cluster || tags[tagKeys.cluster])
  },
  async remove({ ssm }, things) {
    await deleteParameters(
      ssm,
      things.map(({ id }) => id),
    )
    return { held: [], failures: [] }
  },
  async tag({ ssm }, things, tags) {
    for (const { id } of things) await tagParameter(ssm, id, tags)
  },
}

/** A cluster's role and instance profile have one name. */
export const roles: Kind = {
  name: 'IAM roles and profiles',
  async find({ iam, region }, { cluster }) {
    if (cluster) {
      const id = names.role(cluster, region)
      const own = await ownInstanceProfile(iam, id, cluster)
      const words = roleAndProfileWords(id, own)
      return words.length ? [{ id, name: words.join(' and '), tags: { ...own.profile, ...own.role } }] : []
    }
    const here = (await findClusterRoles(iam, region)).filter(
      ({ name, tags }) => name === names.role(tags[tagKeys.cluster] ?? '', region),
    )
    return here.map(({ name, tags }) => ({ id: name, name: `role ${name}`, tags }))
  },
  remove: oneByOne(({ iam }, { id, tags }) => deleteOwnInstanceProfile(iam, id, tags[tagKeys.cluster] ?? '')),
  async tag({ iam }, things, tags) {
    for (const { id, tags: own } of things)
      await tagOwnInstanceProfile(iam, id, { cluster: own[tagKeys.cluster] ?? '', tags })
  },
  // Which it is takes rights that nothing else needs.
  holders: async (_, { id }) => [
    `what somebody else attached: a policy, or a profile that has the role; see aws iam list-attached-role-policies, list-role-policies and list-instance-profiles-for-role, each with --role-name ${id}`,
  ],
}
