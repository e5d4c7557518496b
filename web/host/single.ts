/** Topology single: one worker for everything. It works on any page. */
import { spawnSingle } from './spawn.ts';
import type { Layout, LayoutParts } from './topology.ts';

export async function startSingle(parts: LayoutParts): Promise<Layout> {
  const { module, ramBytes, speed, services, code, drivers } = parts;
  const { images } = code;
  const worker = spawnSingle(code, { module, ramBytes, speed, images, drivers }, services);
  worker.onError = (reason) => parts.onBroken(`the system's worker failed: ${reason}`);
  await worker.control.start();
  return {
    machine: worker.control,
    agent: { ask: (request) => worker.control.ask(request) },
    recording: () => worker.control.recording(),
    time: (request) => worker.control.time(request),
    ownImage: (name, code) => worker.control.ownImage(name, code),
    terminate: () => worker.terminate(),
  };
}
