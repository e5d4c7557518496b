/** handles: what processes hold. */
import { check, systemInformation } from '../../ntdll/files.ts';
import { NtClose, NtDuplicateObject, NtOpenProcess, NtQueryObject } from '../../ntdll/native.ts';
import type { NtProcess } from '../../ntdll/types.ts';
import { SystemHandleInformation } from '../../rtl/nt.ts';
import { decodeObjectName } from '../../rtl/objectinformation.ts';
import {
  DUPLICATE_SAME_ACCESS,
  ObjectNameInformation,
  ObjectTypeInformation,
  PROCESS_DUP_HANDLE,
} from '../../rtl/objects.ts';
import { CURRENT_PROCESS } from '../../rtl/services.ts';
import { NT_SUCCESS } from '../../rtl/status.ts';
import { decodeHandles, type SystemHandle } from '../../rtl/systeminformation.ts';
import { nameErrors, usageError } from '../errors.ts';
import { named } from '../screen.ts';
import type { Command } from './command.ts';

const LONGEST_NAME = 4096;

export const handles: Command = {
  name: 'handles',
  usage: 'handles id    the number that ps shows',
  summary: 'Lists what a process holds: type, access and name of each handle.',
  names: [1, 1],
  async run({ process, console }, { names: [typed] }) {
    const id = Number(typed);
    if (!Number.isInteger(id) || id <= 0) throw usageError(handles.usage);
    await nameErrors(`Process ${id}`, async () => {
      const access = PROCESS_DUP_HANDLE;
      const { handle: owner } = check(await NtOpenProcess(process, { id, access, attributes: 0 }));
      const bytes = await systemInformation(process, SystemHandleInformation);
      const held = decodeHandles(bytes).filter((each) => each.process === id);
      const lines = [line('HANDLE', 'TYPE', 'ACCESS', 'NAME')];
      for (const each of held) lines.push(await describe(process, owner, each));
      await NtClose(process, { handle: owner });
      await console.write(lines.join(''));
    });
  },
};

/** By a handle of one's own to the same object; it may have been closed meanwhile. */
async function describe(
  process: NtProcess,
  owner: number,
  { handle: source, access }: SystemHandle,
): Promise<string> {
  const copied = await NtDuplicateObject(process, {
    sourceProcess: owner,
    source,
    targetProcess: CURRENT_PROCESS,
    access: 0,
    attributes: 0,
    options: DUPLICATE_SAME_ACCESS,
  });
  if (!NT_SUCCESS(copied.status)) return line(hex(source), '?', hex(access), '');
  const { handle } = copied;
  const ask = async (which: number): Promise<string> => {
    const query = { handle, class: which, length: LONGEST_NAME };
    const { status, data } = await NtQueryObject(process, query);
    return NT_SUCCESS(status) ? decodeObjectName(data) : '';
  };
  try {
    return line(
      hex(source),
      await ask(ObjectTypeInformation),
      hex(access),
      named(await ask(ObjectNameInformation)),
    );
  } finally {
    await NtClose(process, { handle });
  }
}

const hex = (value: number): string => (value >>> 0).toString(16);

function line(handle: string, type: string, access: string, name: string): string {
  return (
    `${handle.padStart(6)}  ${type.padEnd(14)} ${access.padStart(8)}  ${name}`.trimEnd() + '\n'
  );
}
