/** Zstandard with raw blocks only (RFC 8878, 3.1.1): readable by every zstd, writable without one. */
const MAGIC = 0xfd2fb528
const RAW_BLOCK = 0
// Single segment, 4-byte content size.
const DESCRIPTOR = 0b1010_0000
const LARGEST_BLOCK = 128 * 1024

export function writeStored(content: Buffer): Buffer {
  const header = Buffer.alloc(9)
  header.writeUInt32LE(MAGIC, 0)
  header.writeUInt8(DESCRIPTOR, 4)
  header.writeUInt32LE(content.length, 5)
  const parts: Buffer[] = [header]
  for (let at = 0; at < content.length || at === 0; at += LARGEST_BLOCK) {
    const block = content.subarray(at, at + LARGEST_BLOCK)
    const last = at + LARGEST_BLOCK >= content.length ? 1 : 0
    const blockHeader = Buffer.alloc(3)
    blockHeader.writeUIntLE(last | (RAW_BLOCK << 1) | (block.length << 3), 0, 3)
    parts.push(blockHeader, block)
  }
  return Buffer.concat(parts)
}

/** @throws Error for anything but what `writeStored` makes. */
export function readStored(bytes: Buffer): Buffer {
  if (bytes.length < 12 || bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt8(4) !== DESCRIPTOR)
    throw new Error('not an image archive of the local cloud')
  const blocks: Buffer[] = []
  for (let at = 9; ; ) {
    const header = bytes.readUIntLE(at, 3)
    const size = header >> 3
    if (((header >> 1) & 3) !== RAW_BLOCK || at + 3 + size > bytes.length)
      throw new Error('damaged image archive')
    blocks.push(bytes.subarray(at + 3, at + 3 + size))
    if (header & 1) return Buffer.concat(blocks)
    at += 3 + size
  }
}
