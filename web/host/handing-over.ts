/**
 * The machine's drives as its worker shows them to the page: an image that leaves is handed over,
 * not copied, so that nothing of an ejected disk stays in the worker.
 *
 *   handingOver(control)   the control, for comlink to expose
 */
import { transfer } from 'comlink';
import type { MachineControl } from './protocol.ts';

function handed(image: Uint8Array | undefined): Uint8Array | undefined {
  return image && transfer(image, [image.buffer]);
}

export function handingOver(control: MachineControl): MachineControl {
  return {
    ...control,
    eject: async (drive) => handed(await control.eject(drive)),
    image: (drive) => handed(control.image(drive)),
  };
}
