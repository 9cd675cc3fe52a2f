import { existsSync } from 'node:fs'
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { paths } from '../paths.ts'
import crictl from './crictl.sh'

/** What the runtime image brings at the first start: /var/lib/rancher/rke2/bin with kubectl and crictl. */
export async function layOutBinaries(version: string): Promise<void> {
  const data = join(paths.data, 'data', `${version.replace('+', '-')}-local-cloud`, 'bin')
  await mkdir(data, { recursive: true })
  await relink(join(paths.localCloud, 'kubectl'), join(data, 'kubectl'))
  await writeFile(join(data, 'crictl'), crictl, { mode: 0o755 })
  await chmod(join(data, 'crictl'), 0o755)
  await relink(data, paths.bin)
  const config = join(paths.agent, 'etc/crictl.yaml')
  await mkdir(join(paths.agent, 'etc'), { recursive: true })
  const endpoint = `unix://${join(paths.containerd, 'containerd.sock')}`
  if (!existsSync(config))
    await writeFile(config, stringify({ 'runtime-endpoint': endpoint }), { mode: 0o600 })
}

async function relink(target: string, link: string): Promise<void> {
  await rm(link, { force: true, recursive: true })
  await symlink(target, link)
}
