import { expect, test } from '@jest/globals'
import { scalarFromText, textOfScalar } from '../../../src/local-cloud/wire/scalar-text.ts'
import { escapeXml } from '../../../src/local-cloud/wire/write-xml.ts'

test.each([
  ['integer', '007', 7],
  ['integer', '-3', -3],
  ['integer', '3.5', undefined],
  ['integer', '', undefined],
  ['double', '0.5', 0.5],
  ['double', ' ', undefined],
  ['boolean', 'True', true],
  ['boolean', 'false', false],
  ['boolean', '1', undefined],
  ['timestamp', '2026-01-02T03:04:05Z', new Date(Date.UTC(2026, 0, 2, 3, 4, 5))],
  ['timestamp', '1767323045', new Date(Date.UTC(2026, 0, 2, 3, 4, 5))],
  ['timestamp', 'soon', undefined],
  ['blob', 'AP8=', new Uint8Array([0, 255])],
  ['blob', 'a b', undefined],
  ['string', '  ', '  '],
] as const)('%s from %j', (type, text, expected) => {
  expect(scalarFromText({ type }, text)).toEqual(expected)
})

test.each([
  ['string', 5],
  ['integer', '5'],
  ['integer', 1.5],
  ['boolean', 'true'],
  ['timestamp', '2026-01-02'],
  ['blob', 'text'],
  ['double', '1'],
] as const)('a handler may not answer %s with %j', (type, value) => {
  expect(() => textOfScalar({ type }, value, 'Member')).toThrow(`Member is no ${type}`)
})

test('policies are encoded by RFC 3986', () => {
  expect(textOfScalar({ type: 'string', encoding: 'uri' }, `{"a":"*'()! é"}`, 'Policy')).toBe(
    '%7B%22a%22%3A%22%2A%27%28%29%21%20%C3%A9%22%7D',
  )
})

test('XML text is escaped, a bare CR kept, and what XML forbids is dropped', () => {
  expect(escapeXml('<a & "b"\'>\r\n\t\u0000\u001b\uffff😀')).toBe(
    '&lt;a &amp; &quot;b&quot;&apos;&gt;&#xD;\n\t😀',
  )
})
