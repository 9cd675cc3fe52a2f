import { parse } from 'yaml'
import * as z from 'zod'
import type { ContainerContext, Runner } from '../kubelet/runner.ts'
import { apply, collectionPath, find } from '../kubernetes/resources.ts'
import { ChartError } from './chart-error.ts'
import { charts } from './charts.ts'
import { mergeValues } from './merge-values.ts'

const valuesSecret = z.looseObject({ data: z.record(z.string(), z.base64()).default({}) })

/** The pod of helm-install-<chart>: renders the chart with its values and applies what comes out. Its log says why when it can't. */
export const runHelmInstall: Runner = (context) => ({ exited: install(context) })

async function install(context: ContainerContext): Promise<number> {
  const { write, container } = context
  const name = container.env.find((entry) => entry.name === 'NAME')?.value ?? ''
  write(
    `+ helm_v3 upgrade --install ${name} --namespace kube-system --values /config/values-01_HelmChart.yaml`,
  )
  try {
    const render = charts[name]
    if (!render) throw new ChartError(`the local cloud has no chart "${name}"`)
    const api = await context.api()
    const found = await find(api, `${collectionPath('v1', 'Secret', 'kube-system')}/chart-values-${name}`)
    const { data } = valuesSecret.parse(found ?? {})
    const documents = Object.keys(data)
      .sort((a, b) => a.localeCompare(b))
      .map((key) => parse(Buffer.from(data[key] ?? '', 'base64').toString('utf8')) as unknown)
    for (const object of render(mergeValues(documents))) await apply(api, object)
    write(`NAME: ${name}\nNAMESPACE: kube-system\nSTATUS: deployed\nREVISION: 1`)
    return 0
  } catch (error) {
    write(`Error: INSTALLATION FAILED: ${(error as Error).message}`)
    return 1
  }
}
