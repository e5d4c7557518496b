/**
 * A System that follows a script: what the element is tested against without an operating system.
 *
 * It has drives that hold images, prints what it is told to, answers `ask` as `answers` says, and
 * notes every call in `calls`. `tests/e2e` looks at the real one.
 */
import type { AgentRequest, AgentResults } from '../../web/host/agent-protocol.ts';
import type { SystemOptions } from '../../web/host/system.ts';
import type { SystemLike } from '../../web/element/session.ts';
import type { ByteRange } from '../../web/store/types.ts';

type Answer = (request: AgentRequest) => unknown;

export class FakeSystem implements SystemLike {
  readonly topology = 'single';
  readonly options: SystemOptions;
  readonly media: (Uint8Array | undefined)[] = [undefined, undefined];
  readonly protected: boolean[] = [];
  readonly damaged: (readonly ByteRange[])[] = [];
  readonly tracks: (Uint8Array | undefined)[] = [];
  readonly calls: string[] = [];
  typed = '';
  terminated = false;
  answers: Answer = () => undefined;

  constructor(options: SystemOptions) {
    this.options = options;
  }

  look(): Promise<never> {
    return Promise.reject(new Error('a script has no machine'));
  }

  recording(): Promise<never> {
    return Promise.reject(new Error('a script has no recording'));
  }

  time(): Promise<never> {
    return Promise.reject(new Error('a script has no time'));
  }

  addImage(): Promise<never> {
    return Promise.reject(new Error('a script has no images'));
  }

  fault(): Promise<never> {
    return Promise.reject(new Error('a script has no machine'));
  }

  print(text: string): void {
    this.options.onOutput?.(new TextEncoder().encode(text));
  }

  /** A program writes into a medium, and the machine has it kept. */
  async write(
    drive: number,
    offset: number,
    bytes: Uint8Array,
    tracks?: Uint8Array,
  ): Promise<string | undefined> {
    this.media[drive]?.set(bytes, offset);
    this.options.onWritten?.(drive);
    return this.options.commit?.(drive, [{ offset, bytes }], false, tracks);
  }

  /** Somebody asks whether the disk is safe, as a flush does. */
  async sync(drive: number): Promise<string | undefined> {
    return this.options.commit?.(drive, [], true);
  }

  async insert(
    drive: number,
    image: Uint8Array,
    writeProtected = false,
    damaged: readonly ByteRange[] = [],
    tracks?: Uint8Array,
  ): Promise<void> {
    this.calls.push(`insert ${drive}`);
    this.damaged[drive] = damaged;
    this.tracks[drive] = tracks;
    this.media[drive] = image.slice();
    this.protected[drive] = writeProtected;
  }

  async eject(drive: number): Promise<Uint8Array | undefined> {
    this.calls.push(`eject ${drive}`);
    const image = this.media[drive];
    this.media[drive] = undefined;
    return image;
  }

  async keep(drive: number): Promise<void> {
    this.calls.push(`keep ${drive}`);
  }

  async image(drive: number): Promise<Uint8Array | undefined> {
    return this.media[drive]?.slice();
  }

  async type(text: string): Promise<void> {
    this.typed += text;
  }

  async key(code: string, down: boolean): Promise<void> {
    this.calls.push(`${down ? 'press' : 'release'} ${code}`);
  }

  async ask<R extends AgentRequest>(request: R): Promise<AgentResults[R['op']]> {
    this.calls.push('drive' in request ? `${request.op} ${request.drive}` : request.op);
    return this.answers(request) as AgentResults[R['op']];
  }

  async counters(): Promise<Record<string, number>> {
    return { 'kernel.ipc': 7 };
  }

  terminate(): void {
    this.terminated = true;
  }
}
