/** Sections, keys, and every value given for a key, in order. An empty value forgets those before it, as in systemd. */
export type UnitFile = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/**
 * Reads the text of a unit file (systemd.syntax(7)): comments, continued lines, repeated keys.
 * @throws Error naming the line that is neither a section nor an assignment.
 */
export function parseUnitFile(text: string): UnitFile {
  const sections: Record<string, Record<string, string[]>> = {}
  let section: Record<string, string[]> = {}
  for (const line of joinContinued(text)) {
    const name = line.match(/^\[(.+)\]$/)?.[1]
    if (name !== undefined) {
      sections[name] ??= {}
      section = sections[name]
      continue
    }
    const [, key, value] = line.match(/^([A-Za-z0-9]+)\s*=\s*(.*)$/) ?? []
    if (key === undefined || value === undefined) throw new Error(`Missing '=' in unit file: ${line}`)
    section[key] = value === '' ? [] : [...(section[key] ?? []), value]
  }
  return sections
}

/** Lines without comments and blank ones; a backslash at the end joins the next line, comments between them dropped. */
function joinContinued(text: string): string[] {
  const lines: string[] = []
  let continued = ''
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (/^[#;]/.test(line)) continue
    if (line.endsWith('\\')) continued += `${line.slice(0, -1)} `
    else {
      if (continued + line !== '') lines.push((continued + line).trim())
      continued = ''
    }
  }
  return continued ? [...lines, continued.trim()] : lines
}
