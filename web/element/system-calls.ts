/**
 * What a page asks of the running system by commands and paths. Each is a client process that makes
 * `Nt*` calls (host/agent.ts); all reject with a SystemError that has the NTSTATUS, or with a
 * TypeError in words for wrong arguments.
 */
import { LitElement } from 'lit';
import type { AgentRequest, AgentResults, ExecResult, FileEntry } from '../host/agent-protocol.ts';
import {
  booleanOf,
  callbackOf,
  type Content,
  contentOf,
  numberOf,
  optionsOf,
  signalOf,
  textOf,
} from './arguments.ts';
import type { DisksByName } from './disks-by-name.ts';
import type {
  DeletedFileInfo,
  DeletedFilesOptions,
  Salvaged,
  SalvageOptions,
  SectorInfo,
} from './medium/types.ts';

export abstract class SystemCalls extends LitElement {
  /** Boots the system first where it is off. */
  protected abstract ask<R extends AgentRequest>(request: R): Promise<AgentResults[R['op']]>;

  protected abstract medium(drive: string): ReturnType<DisksByName['medium']>;

  /** Runs one command line in a shell of its own; resolves to its NTSTATUS and its output. */
  async exec(line: string): Promise<ExecResult> {
    return this.ask({ op: 'exec', line: textOf(line, 'The command line') });
  }

  /** Rejects with a SystemError that has the NTSTATUS. */
  async readFile(path: string): Promise<Uint8Array> {
    return this.ask({ op: 'readFile', path: textOf(path, 'The path') });
  }

  /** Creates or replaces a file. The bytes are those at the call. */
  async writeFile(path: string, data: Content): Promise<void> {
    const name = textOf(path, 'The path');
    const bytes = await contentOf(data, 'The data');
    await this.ask({ op: 'writeFile', path: name, data: bytes });
  }

  async list(path: string): Promise<FileEntry[]> {
    return this.ask({ op: 'list', path: textOf(path, 'The path') });
  }

  /** The disk's map: every sector as the head finds it, and the file that it belongs to. */
  async sectors(drive: string): Promise<SectorInfo[]> {
    const { name } = await this.medium(drive);
    const { sectorsOf } = await import('./medium/sectors.ts');
    const disk = async () => (await this.medium(name)).disk;
    return sectorsOf(name, disk, (request) => this.ask(request));
  }

  /** All of a file that its disk still gives, and which bytes are missing. */
  async salvageFile(path: string, options?: SalvageOptions): Promise<Salvaged> {
    const name = textOf(path, 'The path');
    const checked = optionsOf<SalvageOptions>(options, 'The options', {
      signal: signalOf,
      limit: numberOf,
      onProgress: callbackOf,
    });
    const { salvage } = await import('./medium/salvage.ts');
    return salvage((request) => this.ask(request), name, checked);
  }

  /** What was deleted in a directory, and how sure it is that it is still there. */
  async deletedFiles(path: string, options?: DeletedFilesOptions): Promise<DeletedFileInfo[]> {
    const name = textOf(path, 'The path');
    const checked = optionsOf<DeletedFilesOptions>(options, 'The options', { below: booleanOf });
    const { deletedFiles } = await import('./medium/deleted.ts');
    return deletedFiles((request) => this.ask(request), name, checked);
  }

  /** What is left of a deleted file, by the `id` that `deletedFiles` gave. */
  async readDeleted(drive: string, id: string): Promise<Uint8Array> {
    const name = textOf(drive, 'The drive').slice(0, 1).toUpperCase();
    const wanted = textOf(id, 'The id');
    const { readDeleted } = await import('./medium/deleted.ts');
    return readDeleted((request) => this.ask(request), `${name}:`, wanted);
  }
}
