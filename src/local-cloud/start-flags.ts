/** A user's wishes as options of the local cloud's `start`: `{ 'ssm-agent': '/opt' }` is `--ssm-agent /opt`. What is undefined is left out. */
export const startFlags = (wishes: Readonly<Record<string, string | number | undefined>>): string[] =>
  Object.entries(wishes).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]))
