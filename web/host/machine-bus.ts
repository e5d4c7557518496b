/**
 * The machine's ports as the kernel library's PortBus. Who watches the machine is told of each
 * access, of whatever device.
 */
import type { PortBus } from '../../personality/sel4/types.ts';
import type { Machine } from '../machine/types.ts';

export function machineBus(machine: Machine): PortBus {
  return {
    read(port, width) {
      const value =
        width === 1 ? machine.in8(port) : width === 2 ? machine.in16(port) : machine.in32(port);
      machine.watcher?.port(port, value, 0);
      return value;
    },
    write(port, width, value) {
      machine.watcher?.port(port, value, 1);
      if (width === 1) machine.out8(port, value);
      else if (width === 2) machine.out16(port, value);
      else machine.out32(port, value);
    },
  };
}
