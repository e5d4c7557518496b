/** Programs that do nothing but call the Executive. */
import { check } from '../ntdll/files.ts';
import { NtCreateEvent, NtQuerySystemTime, NtWaitForSingleObject } from '../ntdll/native.ts';
import type { NtProcess } from '../ntdll/process.ts';
import { NotificationEvent } from '../rtl/nt.ts';
import { EVENT_ALL_ACCESS } from '../rtl/objects.ts';
import { TIMEOUT_INFINITE } from '../rtl/services.ts';
import { numberIn } from './words.ts';

export async function ask(process: NtProcess, [times]: readonly string[]): Promise<number> {
  for (let left = numberIn(times); left > 0; left--) check(await NtQuerySystemTime(process, {}));
  return 0;
}

/** One that stays set. Its handle. */
export async function makeEvent(process: NtProcess): Promise<number> {
  const unnamed = { name: '', access: EVENT_ALL_ACCESS, attributes: 0 };
  const request = { ...unnamed, type: NotificationEvent, initial: false };
  return check(await NtCreateEvent(process, request)).handle;
}

export async function leak(process: NtProcess, [count]: readonly string[]): Promise<number> {
  for (let left = numberIn(count); left > 0; left--) await makeEvent(process);
  // Nobody sets it: it stays, as a server would that leaks.
  const handle = await makeEvent(process);
  const wait = { handle, alertable: false, timeout: TIMEOUT_INFINITE };
  return (await NtWaitForSingleObject(process, wait)).status;
}
