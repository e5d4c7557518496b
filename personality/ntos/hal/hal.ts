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
import type { createDma } from './dma/dma.ts';
import { takeDmaHardware } from './dma/hardware.ts';
import { type GrantTables, registerGrants, releaseLines, revoke } from './grants.ts';
import { registerIoSpace } from './iospace.ts';
import { createLines } from './lines.ts';
import { registerSpeaker } from './speaker.ts';
import { registerTimers } from './timers.ts';

export interface HalCore extends Hal {
  readonly clock: Clock;
  /** Registers services. */
  start(): void;
  /** DMA comes with the rest of the Executive (ke/rest.ts): no driver of the boot has any. */
  complete(create: typeof createDma): void;
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
  const dmaHardware = takeDmaHardware(executive, lines);
  let dma: ReturnType<typeof createDma> | undefined;
  let memory: ReturnType<typeof registerIoSpace> | undefined;
  let speaker: ReturnType<typeof registerSpeaker> | undefined;
  return {
    lines,
    clock: createClock(executive.thread, ports, handler),
    complete: (create) => void (dma = create(executive, dmaHardware)),
    start() {
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
