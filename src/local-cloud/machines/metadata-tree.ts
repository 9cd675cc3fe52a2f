/**
 * Looks up a path of the instance metadata service. Keys of `tree` are leaves (`meta-data/placement/region`);
 * directories are derived from them and list their children, directories with a trailing slash.
 */
export function readMetadata(tree: Readonly<Record<string, string>>, path: string): string | undefined {
  const name = path.replace(/\/+$/, '')
  if (!path.endsWith('/') && tree[name] !== undefined) return tree[name]
  const below = name === '' ? '' : `${name}/`
  const children = Object.keys(tree)
    .filter((key) => key.startsWith(below))
    .map((key) => key.slice(below.length))
    .map((rest) => (rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest))
  return children.length ? [...new Set(children)].sort((a, b) => (a < b ? -1 : 1)).join('\n') : tree[name]
}
