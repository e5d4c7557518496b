/**
 * What a page asks of the running system by commands and paths. Each is a client process that makes
 * `Nt*` calls (host/agent.ts); all reject with a SystemError that has the NTSTATUS, or with a
 * TypeError in words for wrong arguments.
 */
import { LitElement } from 'lit';
import type { AgentRequest, AgentResults, ExecResult, FileEntry } from '../host/agent-protocol.ts';
import { type Content, contentOf, textOf } from './arguments.ts';

export abstract class SystemCalls extends LitElement {
  /** Boots the system first where it is off. */
  protected abstract ask<R extends AgentRequest>(request: R): Promise<AgentResults[R['op']]>;

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
}
