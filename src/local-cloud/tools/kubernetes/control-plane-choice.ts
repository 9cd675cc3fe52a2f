import * as z from 'zod'

/** What the user may ask for: upstream's control plane, our light engine, or upstream where it is at hand. */
export const controlPlaneChoice = z.enum(['auto', 'light', 'upstream'])
export type ControlPlaneChoice = z.output<typeof controlPlaneChoice>
