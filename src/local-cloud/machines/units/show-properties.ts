import { readServiceSettings } from './service-settings.ts'
import { NEVER_STARTED } from './service-state.ts'
import type { LoadedUnit } from './unit-manager.ts'

/** Properties in systemd's own order. `wanted` picks some; a name that is not known is left out, as systemd does. */
export function showProperties(
  name: string,
  unit: LoadedUnit | undefined,
  enabled: boolean,
  wanted: readonly string[] | undefined,
): [string, string][] {
  const state = unit?.service.state() ?? { ...NEVER_STARTED, mainPid: 0 }
  const settings = unit?.service.settings() ?? readServiceSettings(name, '')
  const properties: Record<string, string | number> = {
    Type: settings.type,
    Restart: settings.restart,
    MainPID: state.mainPid,
    Result: state.result,
    NRestarts: state.restarts,
    ExecMainPID: state.mainPid,
    ExecMainCode: state.mainCode,
    ExecMainStatus: state.mainStatus,
    Id: name,
    Names: name,
    Description: settings.description,
    LoadState: unit ? 'loaded' : 'not-found',
    ActiveState: state.active,
    SubState: state.sub,
    FragmentPath: unit?.path ?? '',
    UnitFileState: unit ? (enabled ? 'enabled' : 'disabled') : '',
    InvocationID: state.invocationId,
  }
  const all = Object.entries(properties).map(([key, value]): [string, string] => [key, String(value)])
  return wanted ? all.filter(([key]) => wanted.includes(key)) : all
}
