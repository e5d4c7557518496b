/** A processor of the kernel that waits for an image: an echo, named after how it idles. */
import { createProcessor } from '../../../personality/sel4/index.ts';
import { echo, ringer } from './local.ts';

export interface ProcessorStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly ram: WebAssembly.Memory;
  readonly index: number;
}

self.onmessage = ({ data }: MessageEvent<ProcessorStart>) => {
  const processor = createProcessor({
    ...data,
    topology: 'isolated',
    bus: { read: () => 0xff, write() {} },
    loader: (name) => {
      const policy = name === 'yield' ? 'yield' : 'block';
      return Promise.resolve(() => ({ entries: [echo, ringer], policy }));
    },
  });
  processor.serve();
  postMessage('ready');
};
