import type { World } from '../../src/local-cloud/world/world.ts'

/** The account's VPC with private subnets: no public addresses, and a route to anywhere through `gateway`, or none. */
export function enclose({ network }: World, gateway?: string): void {
  for (const subnet of network.subnets.values())
    network.subnets.set(subnet.id, { ...subnet, publicAddresses: false })
  for (const table of network.routeTables.values()) {
    const local = table.routes.filter(({ gatewayId }) => gatewayId === 'local')
    const routes = gateway ? [...local, { destination: '0.0.0.0/0', gatewayId: gateway }] : local
    network.routeTables.set(table.id, { ...table, routes })
  }
}
