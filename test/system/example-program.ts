/** docs/programs.md walks through this program: how many lines a file has. */
import { check } from '../../personality/ntdll/files.ts';
import {
  NtClose,
  NtCreateEvent,
  NtCreateFile,
  NtDisplayString,
  NtReadFile,
  NtWaitForSingleObject,
} from '../../personality/ntdll/native.ts';
import { RtlGetFullPathName_U } from '../../personality/ntdll/parameters.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { EVENT_ALL_ACCESS } from '../../personality/rtl/objects.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';

const PIECE = 0x8000;
const LINE_FEED = 0x0a;

async function main(process: NtProcess): Promise<number> {
  const path = RtlGetFullPathName_U(process, process.commandLine.trim());
  const { handle } = check(
    await NtCreateFile(process, {
      name: `\\??\\${path}`,
      root: 0,
      access: nt.FILE_READ_DATA | nt.SYNCHRONIZE,
      attributes: 0,
      share: nt.FILE_SHARE_READ,
      disposition: nt.FILE_OPEN,
      options: nt.FILE_NON_DIRECTORY_FILE, // and no FILE_SYNCHRONOUS_IO_*: reads may be pending
      allocation: 0,
    }),
  );
  const lines = await countLines(process, handle);
  await NtClose(process, { handle });
  await NtDisplayString(process, { text: `${path} has ${lines} lines` });
  return lines;
}

async function countLines(process: NtProcess, handle: number): Promise<number> {
  const unnamed = { name: '', access: EVENT_ALL_ACCESS, attributes: 0 };
  const type = nt.SynchronizationEvent;
  const { handle: event } = check(
    await NtCreateEvent(process, { ...unnamed, type, initial: false }),
  );
  // Data, and behind it the status block: two words.
  const { address, memory } = process.heap.allocate(PIECE + 8);
  const iosb = address + PIECE;
  for (let offset = 0, lines = 0; ;) {
    const request = { handle, address, length: PIECE, offset, event, iosb };
    let { status, information } = await NtReadFile(process, request);
    if (status === Status.STATUS_PENDING) {
      const wait = { handle: event, alertable: false, timeout: TIMEOUT_INFINITE };
      check(await NtWaitForSingleObject(process, wait));
      [status, information] = [memory.getUint32(PIECE), memory.getUint32(PIECE + 4)];
    }
    if (status === Status.STATUS_END_OF_FILE) return lines;
    check({ status });
    for (const byte of memory.read(0, information)) if (byte === LINE_FEED) lines++;
    offset += information;
  }
}

export const image = nativeImage(main);
