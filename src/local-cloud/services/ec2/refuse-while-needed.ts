import { AwsFault } from '../../wire/service.ts'

/**
 * EC2's words where something else in the VPC still needs what is to be deleted.
 * @param what as EC2 names the kind: `routeTable`
 * @throws AwsFault DependencyViolation
 */
export function refuseWhileNeeded(what: string, id: string, isNeeded: boolean): void {
  if (isNeeded)
    throw new AwsFault('DependencyViolation', `The ${what} '${id}' has dependencies and cannot be deleted.`)
}
