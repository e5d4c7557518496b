/** Instead of personality/sel4/kernel.ts: the scenario's own kernel is given as the module. */
import type { Kernel } from '../../../personality/sel4/kernel.ts';

export const instantiateKernel = (module: unknown): Kernel => module as Kernel;
