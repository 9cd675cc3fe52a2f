/** The node that an etcd member runs on: RKE2 names the member NODE-xxxxxxxx, with eight hexadecimal digits. */
export const nodeOfMember = (memberName: string) => memberName.replace(/-[0-9a-f]{8}$/, '')
