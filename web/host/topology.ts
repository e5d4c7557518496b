/**
 * The two ways to lay the system out on workers, behind one interface.
 *
 *   startSingle(parts)     one worker for everything
 *   startIsolated(parts)   a worker for the machine, one for the Executive, one for each process
 */
import type { AgentEnd } from './agent-line.ts';
import type { Code } from './code.ts';
import type { ExecutiveInit, MachineControl, PageServices } from './protocol.ts';
import type { Recording, TimeRequest, TimeState } from './record/types.ts';
import type { Remote } from 'comlink';

export interface Layout {
  readonly machine: Remote<MachineControl>;
  /** The agent that runs, or the next one: what is asked before it comes waits. */
  readonly agent: AgentEnd;
  /** What happened since the start; a system on several processors has none. */
  recording?(): Promise<Recording>;
  /** Tells the recording of an image of the page's own; the same. */
  ownImage?(name: string, code: Uint8Array): Promise<void>;
  /** Holds its time: in *isolated* less of it (hold.ts). */
  time(request: TimeRequest): Promise<TimeState>;
  /** Ends every worker. */
  terminate(): void;
}

export interface LayoutParts {
  readonly module: WebAssembly.Module;
  readonly ramBytes: number;
  readonly speed: 'fast' | 'real';
  readonly services: PageServices;
  readonly code: Code;
  /** Drivers beside those of the Executive's configuration. */
  readonly drivers: ExecutiveInit['drivers'];
  /** A worker of the system itself could not run. */
  onBroken(reason: string): void;
}
