/** What the models have in common: files, and agents. */
export const scenarioOf = (name) => `test/protocols/scenarios/${name}.ts`;
export const ABI = 'kernel-as/abi.ts';
export const BUS = 'personality/sel4/bus.ts';

/** Small enough that every order can be tried. Spinning is one look. */
export const SMALL_BUS = { [BUS]: { RING: 2, TURNS: 1, SPIN_US: 0 }, [ABI]: { MAX_PROCESSORS: 2 } };

export const server = { main: 'serve', daemon: true };

/** `ends` where one agent's observations count: each of `allowed` is what it may have seen. */
export const only = (agent, ...allowed) => ({ [agent]: allowed.map((log) => log.join('; ')) });
