/**
 * One processor of the isolated test: 0 the Executive, 1 a source of clock ticks, others spares.
 */
import { createProcessor } from '../../personality/sel4/index.ts';
import type { Processor } from '../../personality/sel4/index.ts';
import { imageLoader } from './core-images.ts';
import type { Scenario } from './core-images.ts';

export interface Start {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly ram: WebAssembly.Memory;
  readonly index: number;
  readonly scenario: Scenario;
}

export interface Told {
  readonly kind: 'result' | 'fault' | 'panic' | 'released' | 'taken';
  readonly text?: string;
  readonly processor?: number;
}

const TICK_MS = 5;
const tell = (told: Told): void => postMessage(told);

let started: Processor | undefined;

self.onmessage = ({ data }: MessageEvent<Start | { lost: number }>) => {
  if ('lost' in data) {
    started?.hostNotify({ kind: 'lost', processor: data.lost, token: 0, reason: 'it is gone' });
    return;
  }
  const processor = createProcessor({
    ...data,
    bus: { read: () => 0xff, write() {} },
    topology: 'isolated',
    loader: imageLoader(data.scenario),
    onTaken: (taken) => tell({ kind: 'taken', processor: taken }),
    onRelease: (released) => tell({ kind: 'released', processor: released }),
  });
  started = processor;
  if (data.index === 0) {
    void import('./core-executive.ts').then(({ runExecutive }) =>
      runExecutive(processor, data.scenario),
    );
  } else if (data.index === 1) {
    processor.attach();
    setInterval(() => processor.interrupt(0), TICK_MS);
  } else processor.serve();
};
