/**
 * Where processes meet, each on a processor of its own: memory that two have mapped, transfers
 * through MDLs into a driver's own processor, pipes and mailslots, and a server that acts for its
 * client.
 */
import * as native from '../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import { insertRamDisk, readRamDisk } from '../../personality/ntdll/ramdisk.ts';
import { RtlCreateRestrictedToken } from '../../personality/ntdll/security.ts';
import * as memory from '../../personality/rtl/memory.ts';
import * as nt from '../../personality/rtl/nt.ts';
import * as objects from '../../personality/rtl/objects.ts';
import * as pipes from '../../personality/rtl/pipes.ts';
import * as sec from '../../personality/rtl/security/constants.ts';
import { CURRENT_THREAD } from '../../personality/rtl/services.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/types.ts';
import { VIEW } from '../support/section-fields.ts';
import { control, createPipe, read, write } from './pipe-client.ts';

const SECTION = '\\Shared';
const SECRET = '\\Secret';
const PIPE = `${pipes.PIPE_DEVICE}\\isolated`;
const SLOT = `${pipes.MAILSLOT_DEVICE}\\isolated`;
const SIZE = 0x2_0000;
const ANY = { access: objects.MAXIMUM_ALLOWED, attributes: 0 };

async function view(process: NtProcess, section: number) {
  const { address, length } = await native.NtMapViewOfSection(process, {
    section,
    ...VIEW,
  });
  return process.thread.window(address, length, true);
}

async function open(process: NtProcess, name: string, access: number): Promise<number> {
  const { handle } = await native.NtCreateFile(process, {
    name,
    root: 0,
    access: access | nt.SYNCHRONIZE,
    attributes: 0,
    share: nt.FILE_SHARE_ALL,
    disposition: nt.FILE_OPEN,
    options: nt.FILE_SYNCHRONOUS_IO_NONALERT,
    allocation: 0,
  });
  return handle;
}

function act(process: NtProcess, token: number) {
  return native.NtSetInformationThread(process, {
    handle: CURRENT_THREAD,
    class: sec.ThreadImpersonationToken,
    data: new Uint8Array(Uint32Array.of(token).buffer),
  });
}

/** The client: turns what is in the section round, says so by pipe and slot, as less than it is. */
const meets: Image = nativeImage(async (process) => {
  const { handle: section } = await native.NtOpenSection(process, { name: SECTION, ...ANY });
  const shared = await view(process, section);
  for (let at = 0; at < SIZE; at += 4) shared.setUint32(at, ~shared.getUint32(at) >>> 0);
  const pipe = await open(process, PIPE, nt.FILE_READ_DATA | nt.FILE_WRITE_DATA);
  const handle = await RtlCreateRestrictedToken(process);
  const { handle: less } = await native.NtDuplicateToken(process, {
    handle,
    ...ANY,
    effectiveOnly: false,
    type: sec.TokenImpersonation,
    level: sec.SecurityImpersonation,
  });
  await write(process, pipe, 'as myself');
  await act(process, less);
  await write(process, pipe, 'as less');
  await act(process, 0);
  await write(process, await open(process, SLOT, nt.FILE_WRITE_DATA), 'by slot');
  return (await read(process, pipe)).text === 'go' ? 0x77 : 1;
});

export const meetingImages: Record<string, () => Promise<Image> | Image> = {
  'meets.exe': () => meets,
  'npfs.sys': async () => (await import('../../drivers/filesystems/npfs/index.ts')).image,
  'msfs.sys': async () => (await import('../../drivers/filesystems/msfs/index.ts')).image,
  'ramdisk.sys': async () => (await import('../../drivers/storage/ramdisk/index.ts')).image,
};

/** What opening the event ends in for the calling thread, as long as it acts for the client. */
async function asClient(process: NtProcess, pipe: number): Promise<string> {
  const { status } = await control(process, pipe, pipes.FSCTL_PIPE_IMPERSONATE);
  if (status !== 'STATUS_SUCCESS') return status;
  const event = { name: SECRET, access: nt.SYNCHRONIZE, attributes: 0 };
  const opened = await native.NtOpenEvent(process, event);
  await act(process, 0);
  return statusName(opened.status);
}

export async function meet(process: NtProcess): Promise<Record<string, unknown>> {
  const { handle: section } = await native.NtCreateSection(process, {
    name: SECTION,
    ...ANY,
    access: memory.SECTION_ALL_ACCESS,
    size: SIZE,
    protect: memory.PAGE_READWRITE,
    allocation: memory.SEC_COMMIT,
    file: 0,
  });
  const shared = await view(process, section);
  for (let at = 0; at < SIZE; at += 4) shared.setUint32(at, at);
  await native.NtCreateEvent(process, { name: SECRET, ...ANY, type: 0, initial: false });
  const { handle: pipe } = await createPipe(process, PIPE);
  const slot = await native.NtCreateMailslotFile(process, {
    name: SLOT,
    root: 0,
    access: nt.FILE_READ_DATA | nt.SYNCHRONIZE,
    options: nt.FILE_SYNCHRONOUS_IO_NONALERT,
    quota: 100,
    maximumMessage: 40,
    timeout: -300_000_000,
  });
  const start = { image: 'meets.exe', commandLine: '' };
  const { handle } = await native.NtCreateProcess(process, start);
  // The client opens it when it is there.
  await control(process, pipe, pipes.FSCTL_PIPE_LISTEN);
  const said: string[] = [];
  const done: string[] = [];
  for (const length of ['as myself'.length, 'as less'.length]) {
    said.push((await read(process, pipe, length)).text);
    done.push(await asClient(process, pipe));
  }
  said.push((await read(process, slot.handle, 40)).text);
  let turned = true;
  for (let at = 0; at < SIZE; at += 4) turned &&= shared.getUint32(at) === ~at >>> 0;
  await write(process, pipe, 'go');
  await native.NtWaitForSingleObject(process, { handle, alertable: false, timeout: -300_000_000 });
  const { exitStatus: client } = await native.NtQueryInformationProcess(process, { handle });
  // The driver maps what it is given, on its own processor, and copies.
  const image = new Uint8Array(300 * 512).map((_, at) => (at * 7 + (at >>> 8)) & 0xff);
  await insertRamDisk(process, image, false);
  const back = await readRamDisk(process);
  const disk = back.length === image.length && back.every((byte, at) => byte === image[at]);
  return { said, done, turned, client, disk };
}
