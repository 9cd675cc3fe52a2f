const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

const withoutEscapes = (text: string) =>
  text.replace(/\\(.)/g, (whole, letter: string) => ESCAPES[letter] ?? whole)

// A word is a run of quoted pieces, escapes and plain characters.
const WORD = /(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|[^\s"'\\])+/g
const PIECE = /"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|((?:\\.|[^"'\\])+)/g

/** Splits as systemd splits values (systemd.syntax(7), "Quoting"). */
export function splitWords(text: string): string[] {
  return (text.match(WORD) ?? []).map((word) =>
    word.replace(PIECE, (_, double?: string, single?: string, plain?: string) =>
      withoutEscapes(double ?? single ?? plain ?? ''),
    ),
  )
}

/** `%n`, `%N`, `%p`, `%i` and `%%`; others are left as they are. */
export function expandSpecifiers(text: string, unit: string): string {
  const bare = unit.replace(/\.[a-z]+$/, '')
  const [prefix = bare, instance = ''] = bare.split('@', 2)
  const values: Record<string, string> = {
    n: unit,
    N: bare,
    p: prefix,
    i: instance,
    '%': '%',
    t: '/run',
    S: '/var/lib',
  }
  return text.replace(/%(.)/g, (whole, letter: string) => values[letter] ?? whole)
}

/** Environment in a command line: `${X}` inside a word, `$X` as a word of its own, which is split. `$$` is a dollar. */
export function expandVariables(words: readonly string[], env: Readonly<Record<string, string>>): string[] {
  return words.flatMap((word) => {
    const alone = word.match(/^\$([A-Za-z_]\w*)$/)?.[1]
    if (alone !== undefined) return splitWords(env[alone] ?? '')
    return [
      word.replace(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (_, name?: string) => (name ? (env[name] ?? '') : '$')),
    ]
  })
}
