/**
 * Clients of the test's own on the whole system: `client(body)` runs `body` in a new process, with
 * nothing but what a process holds.
 */
import { NtClose, NtCreateFile, NtReadFile, NtWriteFile } from '../../personality/ntdll/native.ts';
import { nativeImage, type NtProcess } from '../../personality/ntdll/process.ts';
import type { ExecutiveOptions } from '../../personality/ntos/options.ts';
import * as nt from '../../personality/rtl/nt.ts';
import { statusName } from '../../personality/rtl/statustext.ts';
import type { Image } from '../../personality/sel4/types.ts';
import { bootRig, type Rig, type RigOptions } from '../support/rig.ts';

export interface ClientRig extends Rig {
  client<T>(body: (client: Client) => Promise<T>): Promise<T>;
}

export const RW = nt.FILE_READ_DATA | nt.FILE_WRITE_DATA | nt.SYNCHRONIZE;

export async function bootClientRig(
  disks: (Uint8Array | undefined)[],
  executive: Partial<ExecutiveOptions> = {},
  images: Record<string, Image> = {},
  writeProtected = false,
  more: Pick<RigOptions, 'commit' | 'door'> = {},
): Promise<ClientRig> {
  const bodies: ((client: Client) => Promise<unknown>)[] = [];
  const main = async (process: NtProcess) => {
    await bodies.shift()?.(new Client(process));
    return 0;
  };
  const own = { 'tester.exe': nativeImage(main), ...images };
  const rig = await bootRig({ disks, executive, images: own, writeProtected, ...more });
  await rig.prompt();
  return Object.assign(rig, {
    async client<T>(body: (client: Client) => Promise<T>): Promise<T> {
      let settle!: (outcome: Promise<T>) => void;
      const result = new Promise<T>((resolve) => (settle = resolve));
      bodies.push(async (client) => {
        const outcome = body(client);
        settle(outcome);
        await outcome.catch(() => undefined);
      });
      await rig.asExecutive((own) => own.ps.createProcess({ image: 'tester.exe' }));
      return result;
    },
  });
}

export interface Open {
  access?: number;
  share?: number;
  disposition?: number;
  options?: number;
  attributes?: number;
  root?: number;
  /** Nothing waits: without FILE_SYNCHRONOUS_IO_NONALERT. */
  asynchronous?: boolean;
}

/** Statuses as names: what a failed comparison shows then says something. */
export class Client {
  readonly process: NtProcess;

  constructor(process: NtProcess) {
    this.process = process;
  }

  async open(name: string, options: Open = {}) {
    const answer = await NtCreateFile(this.process, {
      name: name.startsWith('\\') || options.root ? name : `\\??\\${name}`,
      root: options.root ?? 0,
      access: (options.access ?? RW) | nt.SYNCHRONIZE,
      attributes: options.attributes ?? 0,
      share: options.share ?? nt.FILE_SHARE_ALL,
      disposition: options.disposition ?? nt.FILE_OPEN,
      options:
        (options.options ?? 0) | (options.asynchronous ? 0 : nt.FILE_SYNCHRONOUS_IO_NONALERT),
      allocation: 0,
    });
    return { ...answer, status: statusName(answer.status) };
  }

  /** The handle; throws the status's name. */
  async opened(name: string, options: Open = {}): Promise<number> {
    const { status, handle } = await this.open(name, options);
    if (status !== 'STATUS_SUCCESS') throw new Error(`${name}: ${status}`);
    return handle;
  }

  async close(handle: number): Promise<string> {
    return statusName((await NtClose(this.process, { handle })).status);
  }

  async read(handle: number, offset: number, length: number) {
    const buffer = this.process.heap.allocate(length);
    try {
      const request = { handle, address: buffer.address, length, offset };
      const { status, information } = await NtReadFile(this.process, request);
      return { status: statusName(status), data: buffer.memory.read(0, information) };
    } finally {
      this.process.heap.free(buffer);
    }
  }

  async write(handle: number, offset: number, data: Uint8Array): Promise<string> {
    const buffer = this.process.heap.allocate(data.length);
    try {
      buffer.memory.write(0, data);
      const request = { handle, address: buffer.address, length: data.length, offset };
      return statusName((await NtWriteFile(this.process, request)).status);
    } finally {
      this.process.heap.free(buffer);
    }
  }
}

export function pattern(length: number, seed = 1): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * seed + (i >>> 8)) & 0xff);
}
