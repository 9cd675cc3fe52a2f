/** Flattened query parameters as the tree they stand for: `Tag.1.Key=a` is Tag → 1 → Key → "a". */
export interface Branch {
  text: string | undefined
  children: Map<string, Branch>
}

const newBranch = (): Branch => ({ text: undefined, children: new Map() })

/** Unfolds the parameters; those of the request itself (Action, Version, a presigned URL's X-Amz-…) are left out. */
export function queryTree(parameters: URLSearchParams): Branch {
  const root = newBranch()
  for (const [key, text] of parameters) {
    if (key === 'Action' || key === 'Version' || key.startsWith('X-Amz-')) continue
    key.split('.').reduce(descend, root).text = text
  }
  return root
}

function descend(branch: Branch, part: string): Branch {
  const known = branch.children.get(part)
  if (known) return known
  const fresh = newBranch()
  branch.children.set(part, fresh)
  return fresh
}
