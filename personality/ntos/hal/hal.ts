/**
 * The hardware layer: the clock, interrupt lines and port ranges, and what drivers are granted of
 * them; DMA; the speaker.
 *
 *   createHal(executive)   the component, with the clock for the main loop
 *
 * `executive.hal` is set before `start` runs: its parts use one another through the Executive.
 */
import type { HalNeeds } from './needs.ts';
import type { Hal } from './types.ts';
import { type Clock, CLOCK_LINE, CLOCK_PORTS, createClock } from './clock.ts';
import { createDma } from './dma/dma.ts';
import { type GrantTables, registerGrants, releaseLines, revoke } from './grants.ts';
import { registerIoSpace } from './iospace.ts';
import { createLines } from './lines.ts';
import { registerSpeaker } from './speaker.ts';
import { registerTimers } from './timers.ts';

export interface HalCore extends Hal {
  readonly clock: Clock;
  /** Registers services, initialises the DMA controllers. */
  start(): void;
}

export function createHal(executive: HalNeeds): HalCore {
  const lines = createLines(executive);
  const tables: GrantTables = {
    lines: new Map(),
    ports: new WeakMap(),
    sources: new Map(),
    free: new WeakMap(),
  };
  const ports = lines.ports(...CLOCK_PORTS);
  const handler = lines.handler(CLOCK_LINE);
  if (ports === 0 || handler === 0) throw new Error('boot: no clock');
  let dma: ReturnType<typeof createDma> | undefined;
  let memory: ReturnType<typeof registerIoSpace> | undefined;
  let speaker: ReturnType<typeof registerSpeaker> | undefined;
  return {
    lines,
    clock: createClock(executive.thread, ports, handler),
    start() {
      dma = createDma(executive);
      registerGrants(executive, tables);
      memory = registerIoSpace(executive);
      registerTimers(executive);
      speaker = registerSpeaker(executive, ports);
    },
    freeChannel: (process, adapter) => dma?.freeChannel(process, adapter),
    revoke(process, hardware) {
      dma?.revoke(process, hardware.dma);
      memory?.revoke(process, hardware);
      revoke(executive, tables, process, hardware);
    },
    processEnded(process) {
      dma?.processEnded(process);
      memory?.processEnded(process);
      speaker?.processEnded(process);
      releaseLines(executive, tables, process);
    },
  };
}
