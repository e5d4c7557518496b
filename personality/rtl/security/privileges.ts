/**
 * What privileges are called, for people.
 *
 * Source: winnt.h (the published Windows headers).
 */
import { SE_MIN_WELL_KNOWN_PRIVILEGE } from './constants.ts';

/** By number, as NT numbers them; also those that nothing here asks for. */
export const PRIVILEGE_NAMES: ReadonlyMap<number, string> = new Map(
  (
    'CreateToken AssignPrimaryToken LockMemory IncreaseQuota MachineAccount Tcb Security ' +
    'TakeOwnership LoadDriver SystemProfile Systemtime ProfileSingleProcess ' +
    'IncreaseBasePriority CreatePagefile CreatePermanent Backup Restore Shutdown Debug Audit ' +
    'SystemEnvironment ChangeNotify RemoteShutdown Undock SyncAgent EnableDelegation ' +
    'ManageVolume Impersonate CreateGlobal TrustedCredManAccess Relabel IncreaseWorkingSet ' +
    'TimeZone CreateSymbolicLink'
  )
    .split(' ')
    .map((name, index) => [index + SE_MIN_WELL_KNOWN_PRIVILEGE, `Se${name}Privilege`]),
);
