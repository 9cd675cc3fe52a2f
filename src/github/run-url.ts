import { context } from '@actions/github'

/** The page of the run that a resource's tags name, or what they say where that is no run of GitHub's. */
export function runUrl(tags: { readonly run: string; readonly repository: string }): string {
  const [, id, attempt] = /^(\d+)-(\d+)$/.exec(tags.run) ?? []
  if (!id || !tags.repository.includes('/')) return tags.run || 'unknown'
  return `${context.serverUrl}/${tags.repository}/actions/runs/${id}/attempts/${attempt}`
}
