import { AwsFault } from '../../wire/service.ts'

/** Ends a call that only asks whether it would succeed. @throws AwsFault DryRunOperation */
export function endDryRun({ DryRun }: { DryRun?: boolean | undefined }): void {
  if (DryRun)
    throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
      status: 412,
    })
}
