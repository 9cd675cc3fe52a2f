import { ciliumImages, coreImages } from '../helm/images.ts'

/** Which images lie in which archive of a release. */
export const imageLists: Readonly<Record<'core' | 'cilium', readonly string[]>> = {
  core: [
    ...Object.values(coreImages),
    'rancher/hardened-etcd:v3.6.6-k3s1-build20251210',
    'rancher/mirrored-pause:3.6',
  ].map((image) => `docker.io/${image}`),
  cilium: ciliumImages.map((image) => `docker.io/${image}`),
}
