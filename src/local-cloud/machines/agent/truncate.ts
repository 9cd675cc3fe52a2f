// All limits in bytes, as the genuine agent counts them (iohandler.go of amazon-ssm-agent 3.3): a character may be cut in two.
const STREAM_BYTES = 24_000
const STREAM_SUFFIX = '--output truncated--'
const OUTPUT_BYTES = 2_500
const OUTPUT_SUFFIX = '\n---Output truncated---'
const ERROR_TITLE = '\n----------ERROR-------\n'
const ERROR_SUFFIX = '\n---Error truncated----'

/** What the agent reports of one stream: all of it below 24,000 bytes, else the first 23,980 and a suffix. */
export function truncateStream(stream: Buffer): string {
  if (stream.length < STREAM_BYTES) return stream.toString('utf8')
  return stream.subarray(0, STREAM_BYTES - STREAM_SUFFIX.length).toString('utf8') + STREAM_SUFFIX
}

const cut = (text: string, bytes: number, suffix: string): string => {
  const buffer = Buffer.from(text)
  if (buffer.length <= bytes) return text
  return buffer.subarray(0, Math.max(0, bytes - suffix.length)).toString('utf8') + suffix
}

/** Both streams in one text of at most 2,500 bytes; the longer one gives way first. */
export function combineOutput(stdout: string, stderr: string): string {
  const title = stderr ? ERROR_TITLE : ''
  const space = OUTPUT_BYTES - title.length
  const [out, err] = [Buffer.byteLength(stdout), Buffer.byteLength(stderr)]
  const half = Math.floor(space / 2)
  const forErrors = Math.min(err, Math.max(half, space - out))
  return cut(stdout, space - forErrors, OUTPUT_SUFFIX) + title + cut(stderr, forErrors, ERROR_SUFFIX)
}
