import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** The account's key for SecureString parameters; it lives and dies with the world. */
export interface Cipher {
  encrypt(text: string): string
  decrypt(sealed: string): string
}

const IV_BYTES = 12
const TAG_BYTES = 16

export function createCipher(): Cipher {
  const key = randomBytes(32)
  return {
    encrypt(text) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
    },
    decrypt(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      const body = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES))
      return Buffer.concat([body, decipher.final()]).toString('utf8')
    },
  }
}
