/**
 * Starts workers, and ends them.
 *
 * The module's own address finds its workers, wherever a page has loaded it from. A browser refuses
 * a worker whose script is of another origin: then a small script of this origin imports it.
 */
import { expose, type Remote, wrap } from 'comlink';
import type {
  MachineInit,
  MachineWorkerControl,
  PageServices,
  ProcessorControl,
  ProcessorInit,
  SingleControl,
  SingleInit,
  StartMessage,
} from './protocol.ts';

export interface Spawned<Control> {
  readonly control: Remote<Control>;
  /** Ends the worker at once, and frees its ports. */
  terminate(): void;
  /** Called when the worker's script could not run. */
  onError: ((reason: string) => void) | undefined;
}

/** The name hides the global one on purpose: bundlers look for `new Worker(new URL(...))`. */
class Worker extends globalThis.Worker {
  constructor(url: URL, options: WorkerOptions) {
    super(sameOrigin(url) ? url : importing(url), options);
  }
}

/** A sandboxed frame has an address, and yet an origin that is nobody's. */
function sameOrigin(url: URL): boolean {
  return url.origin === globalThis.origin;
}

/** Where the origin is nobody's, blobs are no scripts either; data is. */
function importing(url: URL): URL {
  const script = `import ${JSON.stringify(url.href)};`;
  if (globalThis.origin === 'null')
    return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  const blob = new Blob([script], { type: 'text/javascript' });
  return new URL(URL.createObjectURL(blob));
}

function start<Control, Init>(
  worker: globalThis.Worker,
  init: Init,
  services: PageServices,
): Spawned<Control> {
  const control = new MessageChannel();
  const page = new MessageChannel();
  expose(services, page.port1);
  const message: StartMessage<Init> = { init, control: control.port2, services: page.port2 };
  worker.postMessage(message, [control.port2, page.port2]);
  const spawned: Spawned<Control> = {
    control: wrap<Control>(control.port1),
    onError: undefined,
    terminate() {
      worker.terminate();
      control.port1.close();
      page.port1.close();
    },
  };
  worker.onerror = (event) => {
    spawned.onError?.(event.message || 'its script could not be loaded');
  };
  return spawned;
}

export function spawnProcessor(
  init: ProcessorInit,
  services: PageServices,
): Spawned<ProcessorControl> {
  const name = init.index === 0 ? 'executive' : `processor ${init.index}`;
  const worker = new Worker(new URL('./processor.worker.ts', import.meta.url), {
    type: 'module',
    name,
  });
  return start(worker, init, services);
}

export function spawnMachine(
  init: MachineInit,
  services: PageServices,
): Spawned<MachineWorkerControl> {
  const worker = new Worker(new URL('./machine.worker.ts', import.meta.url), {
    type: 'module',
    name: 'machine',
  });
  return start(worker, init, services);
}

export function spawnSingle(init: SingleInit, services: PageServices): Spawned<SingleControl> {
  const worker = new Worker(new URL('./single.worker.ts', import.meta.url), {
    type: 'module',
    name: 'neptune',
  });
  return start(worker, init, services);
}
