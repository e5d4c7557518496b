/**
 * An agent: one worker, with its event loop, its promises, its clock, and its own instances of the
 * modules.
 *
 *   new Agent(world, name)
 *   agent.run(main)          a coroutine that yields accesses and `turn`s, until nothing is left
 *   agent.platform           what stands for personality/sel4/intrinsics.ts
 *   agent.$                  what the instrumented code calls
 *
 * All that it does follows from the answers that it has been given. Its clock stands still (so
 * scenarios say that spinning lasts no time), but for a wait that is timed out: that takes it
 * beyond any limit.
 */
import { ModelBuffer, View, atomic, get, set } from './memory.mjs';

const LONG_MS = 100_000;
const GeneratorFunction = Object.getPrototypeOf(function* () {});
const isCoroutine = (f) =>
  typeof f === 'function' && Object.getPrototypeOf(f) === GeneratorFunction;

/** A variable's value; one that is not set yet cannot be read. */
function read(variable) {
  try {
    return variable() ?? null;
  } catch {
    return 'unset';
  }
}

/** For JSON: what functions remember is in scopes. */
function plainly(_key, value) {
  if (typeof value === 'function') return 'function';
  if (value instanceof View) return value.buffer.id;
  return value instanceof ModelBuffer ? value.id : value;
}

class Waiting {
  constructor(promise) {
    this.promise = promise;
  }
}

/** Promises of one agent: its reactions are microtasks of its own. */
function promisesOf(microtasks, broken) {
  return class ModelPromise {
    #state = 'pending';
    #value;
    #reactions = [];
    /** What is called back, for comparing agents. */
    reactions = [];

    constructor(executor) {
      const made = executor(
        (value) => this.#settle('kept', value),
        (error) => this.#settle('broken', error),
      );
      if (made && typeof made.next === 'function' && !made.next().done)
        throw new Error('a promise was made with steps');
    }

    static resolve(value) {
      return value instanceof ModelPromise ? value : new ModelPromise((keep) => keep(value));
    }

    #settle(state, value) {
      if (this.#state !== 'pending') return;
      if (value instanceof ModelPromise && state === 'kept') {
        value.react((settled, result) => this.#settle(settled, result));
        return;
      }
      this.#state = state;
      this.#value = value;
      if (state === 'broken' && this.#reactions.length === 0) broken.set(this, value);
      for (const reaction of this.#reactions.splice(0)) this.#queue(reaction);
    }

    #queue(reaction) {
      microtasks.push(() => reaction(this.#state, this.#value));
    }

    /** `reaction(state, value)` may be a coroutine. */
    react(reaction) {
      broken.delete(this);
      if (this.#state === 'pending') this.#reactions.push(reaction);
      else this.#queue(reaction);
    }
  };
}

export class Agent {
  #world;
  #name;
  #microtasks = [];
  #tasks = [];
  #timers = [];
  #sleepers = new Map();
  /** Async functions that have not come to their end. */
  #open = 0;
  #buffers = 0;
  #time = 0;
  /** Of each activation of a function that has functions in it: how to read its variables. */
  #scopes = [];
  /** Promises that failed, and that nobody has asked yet. */
  #broken = new Map();
  onMessage = undefined;
  log = [];

  constructor(world, name) {
    this.#world = world;
    this.#name = name;
    this.Promise = promisesOf(this.#microtasks, this.#broken);
    this.$ = this.#helpers();
    this.platform = this.#makePlatform();
  }

  buffer(byteLength) {
    const id = `${this.#name ?? 'shared'}${this.#buffers++}`;
    return new ModelBuffer(this.#world.cells, id, byteLength, this.#name);
  }

  *run(main) {
    yield* this.$.call(main, []);
    for (;;) {
      while (this.#microtasks.length > 0) yield* this.$.call(this.#microtasks.shift(), []);
      for (const error of this.#broken.values()) throw error;
      const timers = this.#timers.length > 0;
      const tasks = this.#tasks.length > 0;
      const waits = this.#sleepers.size > 0;
      if (!tasks && !timers && !waits && !this.onMessage) return;
      yield { kind: 'checkpoint', key: this.#remembered(['turn'], 0) };
      const what = yield { kind: 'turn', tasks, timers };
      yield* this.#turn(what);
    }
  }

  /**
   * All that this agent remembers, but for the variables of what calls `checkpoint`, which it names
   * in `where`, and the time. Undefined where something is under way that cannot be compared:
   * more async functions than `open`, or what the event loop is about to do.
   */
  #remembered(where, open) {
    // Where looks are timers, what is queued is what sleeps elsewhere.
    const timers = this.#world.polling ? this.#timers.map(String) : [];
    const queued = this.#microtasks.length + this.#tasks.length + this.#timers.length;
    if (queued > timers.length || this.#scopes.includes(undefined) || this.#open > open)
      return undefined;
    const scopes = this.#scopes.map((variables) => variables.map(read));
    const sleepers = [...this.#sleepers].map(([id, { cell, promise }]) => [
      id,
      cell,
      promise.reactions,
    ]);
    return JSON.stringify([where, this.log, scopes, sleepers, timers], plainly);
  }

  /** The least number that no sleeper has. */
  #freeId() {
    let id = 0;
    while (this.#sleepers.has(id)) id++;
    return id;
  }

  *#turn({ type, id, how, message }) {
    if (type === 'task') yield* this.$.call(this.#tasks.shift(), []);
    else if (type === 'timer') {
      this.#time += LONG_MS;
      yield* this.$.call(this.#timers.shift(), []);
    } else if (type === 'message') yield* this.$.call(this.onMessage, [message]);
    else {
      if (how === 'timed-out') this.#time += LONG_MS;
      const { wake } = this.#sleepers.get(id);
      this.#sleepers.delete(id);
      wake(how);
    }
  }

  #helpers() {
    const agent = this;
    const $ = {
      scope: (variables) => void agent.#scopes.push(variables),
      *call(f, args) {
        return isCoroutine(f) ? yield* f(...args) : yield* finish(f(...args));
      },
      *callMethod(owner, method, args) {
        const f = owner[method];
        if (typeof f !== 'function') throw new TypeError(`${method} is no function`);
        return isCoroutine(f) ? yield* f.apply(owner, args) : yield* finish(f.apply(owner, args));
      },
      *callMaybe(owner, method, args) {
        const there = owner !== undefined && owner !== null && owner[method] !== undefined;
        return there ? yield* $.callMethod(owner, method, args) : undefined;
      },
      *maybe(f, args) {
        return f === undefined ? undefined : yield* $.call(f, args);
      },
      get,
      set,
      *getMaybe(owner, index) {
        return owner === undefined || owner === null ? undefined : yield* get(owner, index);
      },
      *await(value) {
        return yield new Waiting(agent.Promise.resolve(value));
      },
      *start(coroutine) {
        let keep, fail;
        const promise = new agent.Promise((kept, failed) => {
          keep = kept;
          fail = failed;
        });
        agent.#open++;
        yield* advance(coroutine, 'kept', undefined);
        return promise;

        function end(settle, value) {
          agent.#open--;
          settle(value);
        }

        function* advance(body, state, value) {
          let input = value;
          let how = state;
          for (;;) {
            let step;
            try {
              step = how === 'kept' ? body.next(input) : body.throw(input);
            } catch (error) {
              return end(fail, error);
            }
            if (step.done) return end(keep, step.value);
            if (step.value instanceof Waiting) {
              return step.value.promise.react((settled, result) => advance(body, settled, result));
            }
            how = 'kept';
            input = yield step.value;
          }
        }
      },
    };
    /** A reaction that was no coroutine itself, but gave one. */
    function* finish(result) {
      const steps = result && typeof result.next === 'function' && result[Symbol.iterator];
      return steps ? yield* result : result;
    }
    return $;
  }

  #makePlatform() {
    const agent = this;
    const kinds = ['load', 'store', 'add', 'sub', 'and', 'or', 'exchange', 'compareExchange'];
    const view = (unit) =>
      function (source) {
        return typeof source === 'object' ? new View(source, unit) : new Array(source).fill(0);
      };
    const waitAsync = function* (words, index, value, limit = Infinity) {
      const id = agent.#freeId();
      const cell = words.cell(index);
      const how = yield { kind: 'waitAsync', cell, args: [value], limit, id };
      if (how === 'not-equal') return { async: false, value: how };
      let wake;
      const promise = new agent.Promise((keep) => void (wake = keep));
      agent.#sleepers.set(id, { cell, promise, wake });
      return { async: true, value: promise };
    };
    return {
      ...Object.fromEntries(kinds.map((kind) => [kind, atomic(kind)])),
      notify: atomic('notify'),
      *wait(words, index, value, limit = Infinity) {
        const access = { kind: 'wait', cell: words.cell(index), args: [value], limit };
        const how = yield access;
        if (how === 'timed-out') agent.#time += LONG_MS;
        return how;
      },
      waitAsync: this.#world.polling ? undefined : waitAsync,
      U8: view(1),
      U16: view(2),
      I32: view(4),
      PlatformPromise: agent.Promise,
      freeze: Object.freeze,
      createMemory: (pages) => ({ buffer: agent.buffer(pages * 65536) }),
      freezeClass: () => undefined,
      emptyList: () => [],
      emptyTable: () => [],
      promiseThen(promise, done) {
        promise.reactions.push(String(done));
        promise.react((_state, value) => agent.$.call(done, [value]));
      },
      timeOrigin: 0,
      nowMs: () => agent.#time,
      microtask: (task) => void agent.#microtasks.push(task),
      macrotask: (task) => void agent.#tasks.push(task),
      later: (task) => void agent.#timers.push(task),
      encodeText: (text) => Array.from(text, (letter) => letter.charCodeAt(0)),
      decodeText: (bytes) => String.fromCharCode(...bytes),
      report(...text) {
        throw new Error(`reported: ${text.join(' ')}`);
      },
      print: () => undefined,
      // For scenarios alone.
      *atomically(change) {
        return yield { kind: 'atomically', change };
      },
      *post(to, message) {
        yield { kind: 'post', to, message };
      },
      *checkpoint(...where) {
        yield { kind: 'checkpoint', key: agent.#remembered(where, 1) };
      },
      observe: (...what) => void agent.log.push(what.join(' ')),
      listen: (handler) => void (agent.onMessage = handler),
    };
  }
}
