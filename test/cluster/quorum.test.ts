import { expect, test } from '@jest/globals'
import { quorumOf, serversFault } from '../../src/cluster/quorum.ts'

test.each([
  [1, 1, 0],
  [2, 2, 0],
  [3, 2, 1],
  [5, 3, 2],
  [7, 4, 3],
])('%d voters need %d alive and tolerate the loss of %d', (voters, needed, tolerated) => {
  expect(quorumOf(voters)).toEqual({ voters, needed, tolerated })
})

test.each([1, 3, 5, 7])('%d servers are fine', (servers) => {
  expect(serversFault(servers)).toBeUndefined()
})

test.each([
  [2, '2 servers need 2 alive and tolerate no loss, no more than 1 do: choose 1 or 3'],
  [4, '4 servers need 3 alive and tolerate the loss of 1, no more than 3 do: choose 3 or 5'],
  [6, '6 servers need 4 alive and tolerate the loss of 2, no more than 5 do: choose 5 or 7'],
])('%d servers are refused, with the reason and the choice', (servers, fault) => {
  expect(serversFault(servers)).toBe(fault)
})

test.each([0, 8, 9])('%d servers are refused', (servers) => {
  expect(serversFault(servers)).toMatch(/choose/)
})
