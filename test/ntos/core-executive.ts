/**
 * The Executive of the isolated test. Processor 0 alone loads it: the others start the sooner.
 *
 *   runExecutive(processor, scenario)
 */
import { executiveMain } from '../../personality/ntos/boot.ts';
import { createCc } from '../../personality/ntos/cc/index.ts';
import type { Cc } from '../../personality/ntos/cc/component.ts';
import type { Executive } from '../../personality/ntos/executive.ts';
import { createIo } from '../../personality/ntos/io/index.ts';
import type { Io } from '../../personality/ntos/io/types.ts';
import type { Processor } from '../../personality/sel4/index.ts';
import { defaults, fakeIo, fakeCc } from './core-fakes.ts';
import { hostileDrivers } from './core-hostile-drivers.ts';
import type { Scenario } from './core-images.ts';
import type { Told } from './core-worker.ts';

const tell = (told: Told): void => postMessage(told);

/** An io that tells the page what its clients delete. */
function tellingIo(executive: Executive): Io {
  const io = fakeIo({ attached: [], died: [], buffers: new Map(), initialised: 0, unload: 0 });
  io.initialize = () =>
    executive.ke.register('NtDeleteFile', (_caller, { name }) => {
      tell({ kind: 'result', text: name });
      return { status: 0 };
    });
  return io;
}

/** The whole of io, and what its clients delete is told to the page all the same. */
function wholeIo(executive: Executive): Io {
  const { ke } = executive;
  const register: typeof ke.register = (name, handler) =>
    ke.register(
      name,
      name === 'NtDeleteFile'
        ? (((_caller: unknown, input: { name: string }) => {
            tell({ kind: 'result', text: input.name });
            return { status: 0 };
          }) as unknown as typeof handler)
        : handler,
    );
  const own = Object.create(ke, { register: { value: register } }) as typeof ke;
  return createIo(Object.create(executive, { ke: { value: own } }) as Executive);
}

/** Each of the hostile drivers, as one that is loaded by its name. */
const hostile = Object.fromEntries(
  hostileDrivers.map((name) => [
    name,
    { image: `${name}.sys`, counterName: name, ports: [], interrupts: [], dma: [] },
  ]),
);

export function runExecutive(processor: Processor, scenario: Scenario): void {
  const options = {
    ...defaults,
    // Workers are slow to start where many do, on few processors.
    loadTimeout: 30_000_000,
    onProcessFault: (image: string) => tell({ kind: 'fault', text: image }),
    onPanic: (reason: string) => tell({ kind: 'panic', text: reason }),
  };
  const whole = scenario === 'drivers' || scenario === 'meeting';
  const factories = {
    createIo: whole ? wholeIo : tellingIo,
    createCc: (executive: Executive): Cc => (whole ? createCc(executive) : fakeCc),
  };
  if (scenario === 'drivers') options.drivers = { ...options.drivers, ...hostile };
  processor.runRoot(executiveMain(options, factories));
}
