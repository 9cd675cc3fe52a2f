/** What a command of the systemd family answers. */
export interface Reply {
  code: number
  /** One line for standard error, or nothing. */
  error: string
  output: string
}

export const succeed = (output = ''): Reply => ({ code: 0, error: '', output })
export const fail = (error: string, code = 1): Reply => ({
  code,
  error: error.replaceAll('\n', ' '),
  output: '',
})

/** As the shim reads it: code, error, then the output. */
export const writeReply = ({ code, error, output }: Reply): string => `${code}\n${error}\n${output}`
