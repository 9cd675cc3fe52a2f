import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { allActions } from '../actions/all-actions.ts'
import { cluster } from '../actions/cluster.ts'
import { clusterConfig } from '../cluster/spec.ts'
import type { ActionDefinition } from '../kit/define-action.ts'
import { localCloudAction } from '../local-cloud/action.ts'
import { actionYml } from './action-yml.ts'
import { iamPolicies, permissionTable } from './iam-policies.ts'
import { readmeTables, withTables } from './readme-tables.ts'

const write = (file: string, text: string) => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const camelCase = (id: string) => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const folderOf = (action: ActionDefinition) => (action.id === '.' ? '.' : join('actions', action.id))
const doorName = (action: ActionDefinition) => (action.id === '.' ? 'cluster' : action.id)

/** Two lines: the whole program is in a bundle that several doors share. */
function writeDoors(action: ActionDefinition, directory: string, name: string, program = '../index.js') {
  const door = (call: string) => `import { main, ${name} } from '${program}'\nawait main(${call})\n`
  write(join(directory, 'index.js'), door(name))
  if (action.post) write(join(directory, 'post.js'), door(`${name}, 'post'`))
}

function writeMetadata(action: ActionDefinition, door: string, folder = folderOf(action)) {
  write(join(folder, 'action.yml'), actionYml(action, door))
  const readme = join(folder, 'README.md')
  write(readme, withTables(readFileSync(readme, 'utf8'), readmeTables(action), readme))
}

for (const action of allActions) {
  writeDoors(action, join('dist', doorName(action)), camelCase(doorName(action)))
  writeMetadata(action, action.id === '.' ? 'dist/cluster' : `../../dist/${action.id}`)
}
// A reusable workflow names an action by its folder, which the root action has not.
writeMetadata(cluster, '../../dist/cluster', 'actions/cluster')
writeDoors(localCloudAction, 'dist/local-cloud/action', 'localCloud', '../../index.js')
writeMetadata(localCloudAction, '../../dist/local-cloud/action')
for (const [file, text] of Object.entries(iamPolicies())) write(file, text)
const rights = 'policies/README.md'
write(rights, withTables(readFileSync(rights, 'utf8'), permissionTable(), rights, 'permissions'))
write('dist/package.json', '{ "type": "module" }\n')
write(
  'schema/cluster.schema.json',
  `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'rke2-action cluster configuration', ...z.toJSONSchema(clusterConfig, { io: 'input', unrepresentable: 'any' }) }, null, 2)}\n`,
)
