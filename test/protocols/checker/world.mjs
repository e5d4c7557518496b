/**
 * A scenario's world: its cells of memory, its modules, and what was there before the agents began.
 *
 *   new World(scenario)
 *   world.memory                      the cells after the scenario's `setup`
 *   world.story(name, main, args)     an agent that runs the scenario module's function `main` with
 *                                     what `setup` returned, and `args`
 *
 * A scenario names its module, `faults` (edits by file), `constants` (by file), modules that are
 * left `plain`, and modules that are replaced by others. Paths begin at the checkout's root. Each
 * agent has instances of all modules of its own, as workers have.
 */
import { dirname, join, normalize } from 'node:path';
import { ROOT } from '../../../scripts/process.mjs';
import { Agent } from './agent.mjs';
import { compile } from './instrument.mjs';
import { Cells, isUpdate, update } from './memory.mjs';
import { Story } from './story.mjs';

/** Stands for WebAssembly.Memory, of which there is none here: buffers are given instead. */
class NoMemory {}

/** What stands for the platform: its accesses are steps. */
const PLATFORM = ['personality/sel4/intrinsics.ts', 'test/protocols/checker/steps.ts'];

export class World {
  cells = new Cells();
  memory = [];
  #scenario;
  #compiled = new Map();
  #shared;

  constructor(scenario) {
    this.#scenario = scenario;
    /** There is no waitAsync. */
    this.polling = scenario.polling ?? false;
    this.#shared = this.#setUp();
    const files = new Set(this.#compiled.keys());
    for (const file of Object.keys({ ...scenario.faults, ...scenario.constants }))
      if (!files.has(file)) throw new Error(`the scenario does not use ${file}`);
  }

  story(name, main, args = []) {
    return new Story(() => {
      const agent = new Agent(this, name);
      const exported = this.#load(agent);
      return { steps: agent.run(() => exported[main](this.#shared, ...args)), log: agent.log };
    });
  }

  /** Alone: every access is made at once. */
  #setUp() {
    const agent = new Agent(this, undefined);
    const { setup } = this.#load(agent);
    let shared;
    const steps = agent.run(function* () {
      shared = yield* setup();
    });
    for (let step = steps.next(); !step.done;) {
      const { kind, cell, id } = step.value;
      const old = this.memory[cell] ?? 0;
      if (!isUpdate(kind)) throw new Error(`setup: ${kind} ${id ?? ''}`);
      this.memory[cell] = update(step.value, old);
      step = steps.next(old);
    }
    return shared;
  }

  #load(agent) {
    const loaded = new Map();
    const require = (file) => {
      const known = loaded.get(file);
      if (known) return known;
      if (PLATFORM.includes(file)) return agent.platform;
      const { replaced = {} } = this.#scenario;
      if (replaced[file]) return require(replaced[file]);
      const exports = {};
      loaded.set(file, exports);
      const resolve = (path) => require(normalize(join(dirname(file), path)));
      const Buffer = function (byteLength) {
        return agent.buffer(byteLength);
      };
      this.#module(file)(exports, resolve, agent.$, Buffer, agent.Promise, { Memory: NoMemory });
      return exports;
    };
    return require(this.#scenario.module);
  }

  #module(file) {
    let module = this.#compiled.get(file);
    if (!module) {
      const { faults = {}, constants = {}, plain = [] } = this.#scenario;
      module = compile(join(ROOT, file), {
        edits: faults[file],
        constants: constants[file],
        plain: plain.includes(file),
      });
      this.#compiled.set(file, module);
    }
    return module;
  }
}
