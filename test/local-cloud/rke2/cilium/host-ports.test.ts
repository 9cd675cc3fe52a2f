import { expect, test } from '@jest/globals'
import { openHostPorts, portMappings } from '../../../../src/local-cloud/rke2/cilium/container/host-ports.ts'

test('ports as containerd writes them, and as CNI does', () => {
  const read = { hostPort: 80, containerPort: 8080, protocol: 'TCP', hostIP: '' }
  expect(portMappings.parse([{ HostPort: 80, ContainerPort: 8080, Protocol: 'TCP', HostIP: '' }])).toEqual([
    read,
  ])
  expect(portMappings.parse([read])).toEqual([read])
  expect(() => portMappings.parse([{ HostPort: 80 }])).toThrow('containerPort')
})

test('a port of one address alone is refused, not opened at all of them', async () => {
  const port = { hostPort: 80, containerPort: 8080, protocol: 'tcp', hostIP: '127.0.0.1' }
  await expect(openHostPorts('10.42.0.3', [port])).rejects.toThrow('port 80 at 127.0.0.1 alone')
})
