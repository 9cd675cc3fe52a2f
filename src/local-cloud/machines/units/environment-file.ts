/** The text of an EnvironmentFile: `KEY=value` lines, quotes round a value dropped, comments skipped. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const env: Record<string, string> = {}
  for (const line of text.split('\n')) {
    const [, key, value = ''] = line.match(/^\s*([A-Za-z_]\w*)=(.*?)\s*$/) ?? []
    if (key !== undefined) env[key] = value.replace(/^(["'])(.*)\1$/, '$2')
  }
  return env
}
