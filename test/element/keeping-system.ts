/**
 * A scripted System that keeps its media as the real machine and its shell do: what is written
 * waits until somebody flushes, and a flush that reaches the medium and not the store has a status
 * of its own. It comes to its prompt by itself. test/system/keeping.test.ts looks at the real one.
 */
import { SystemError, type SystemOptions } from '../../web/host/system.ts';
import type { AgentRequest, AgentResults } from '../../web/host/agent-protocol.ts';
import type { KeepResult } from '../../web/machine/types.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { statusText } from '../../personality/rtl/statustext.ts';
import { SectorSet } from '../../web/store/sector-set.ts';
import { FakeSystem } from './fake-system.ts';
import { PROMPT } from './fixture.ts';

const STATUS: Record<Exclude<KeepResult, 'kept'>, number> = {
  full: Status.STATUS_DISK_QUOTA_EXCEEDED,
  silent: Status.STATUS_TRANSACTION_TIMED_OUT,
  failed: Status.STATUS_TRANSACTION_ABORTED,
};
const FLUSHES: readonly string[] = ['flush', 'dismount', 'shutdown'];

export class KeepingSystem extends FakeSystem {
  readonly #marks = [new SectorSet(), new SectorSet()];

  constructor(options: SystemOptions) {
    super(options);
    setTimeout(() => this.print(PROMPT));
  }

  /** A program writes; nothing is flushed. */
  put(drive: number, offset: number, bytes: Uint8Array): void {
    this.media[drive]?.set(bytes, offset);
    this.#marks[drive]?.add(offset, bytes.length);
  }

  override async ask<R extends AgentRequest>(request: R): Promise<AgentResults[R['op']]> {
    if (FLUSHES.includes(request.op)) {
      const drives = 'drive' in request ? ['A:', 'B:'].indexOf(request.drive) : 0;
      const result = await this.#keep(drives, true);
      if (result !== 'kept') throw new SystemError(STATUS[result], statusText(STATUS[result]));
    }
    return super.ask(request);
  }

  override async keep(drive: number): Promise<void> {
    await this.#keep(drive, false);
  }

  override async eject(drive: number): Promise<Uint8Array | undefined> {
    if (!this.#marks[drive]?.empty) await this.#keep(drive, false);
    return super.eject(drive);
  }

  async #keep(drive: number, asked: boolean): Promise<KeepResult> {
    const medium = this.media[drive];
    const marks = this.#marks[drive];
    if (!medium || !marks) return 'kept';
    const ranges = marks.ranges();
    const changes = ranges.map(({ offset, length }) => ({
      offset,
      bytes: medium.slice(offset, offset + length),
    }));
    marks.clear();
    const result = (await this.options.commit?.(drive, changes, asked)) ?? 'kept';
    if (result !== 'kept') marks.addAll(ranges);
    return result;
  }
}
