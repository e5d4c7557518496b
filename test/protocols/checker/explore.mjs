/**
 * Tries every order of the agents' steps.
 *
 *   explore(scenario)    { states, ends, violation? }; a violation is { what, trace }
 *
 * A state is the memory's cells, the chapter of each agent's story (story.mjs), who sleeps where,
 * and what has been delivered to whom. States that are alike are visited once, the nearest first:
 * a violation's trace is as short as can be. A violation is
 *
 *   an exception         in an agent, or in the scenario's `check` of an end: who observed what
 *   stuck                no step is possible, and an agent that is no daemon is not at its end
 *   a race               two agents touch one cell at a time, one of them to write, one of them not
 *                        atomically: then interleaving would not be all that can happen
 *
 * Plain accesses are made in one step with the atomic one before them, and count as happening at
 * any time until the agent's next: whoever touches their cells meanwhile races with them.
 *
 * Why races suffice: a program of which no interleaving has a race behaves as one of its
 * interleavings (ECMAScript's memory model: programs free of data races are sequentially
 * consistent). So the plain accesses of texts are covered by trying interleavings alone.
 *
 * A scenario's `timeouts`: 'never' (a lost wake-up is not hidden by a time-out), 'death' (once an
 * agent has died and nothing else is possible), or a number: so many, at any time. A `mortal` agent
 * may die at any of its steps; one dies at most. Timers of the event loop count as time-outs; where
 * it is `polling`, without waitAsync, they are looks at memory: one may come at any time, once
 * memory has changed since the last (a look that finds what the last one found does nothing).
 */
import { isPlain, isRead, isUpdate, update } from './memory.mjs';
import { World } from './world.mjs';

const MOST_STATES = 2_000_000;

export function explore(scenario) {
  return new Explorer(scenario).run();
}

const conflict = (one, two) => one.cell === two.cell && !(isRead(one.kind) && isRead(two.kind));

/** What a coroutine comes to that takes no step. */
function atOnce(coroutine) {
  const { done, value } = coroutine.next();
  if (!done) throw new Error('a step within a step');
  return value;
}

class Explorer {
  #scenario;
  #world;
  #agents;
  #stories;
  #visited = new Set();
  #memories = new Map();
  #queue = [];
  #history = [];
  #ends = 0;

  constructor(scenario) {
    this.#scenario = scenario;
    this.#world = new World(scenario);
    this.#agents = Object.entries(scenario.agents).map(([name, agent]) => ({ name, ...agent }));
    this.#stories = this.#agents.map(({ name, main, args }) => this.#world.story(name, main, args));
  }

  run() {
    this.#add(
      {
        memory: this.#world.memory,
        memoryNumber: this.#numberOf(this.#world.memory),
        chapters: this.#stories.map(({ first }) => first),
        asleep: this.#agents.map(() => false),
        waiters: [],
        inbox: this.#agents.map(() => []),
        /** What memory was at each agent's last timer. */
        looked: this.#agents.map(() => -1),
        dead: -1,
        late: 0,
      },
      -1,
      '',
    );
    for (let at = 0; at < this.#queue.length; at++) {
      const state = this.#queue[at];
      this.#queue[at] = undefined;
      const what = this.#visit(state, at);
      if (what !== undefined) return this.#result({ what, trace: this.#trace(at) });
      if (this.#queue.length > MOST_STATES) throw new Error('too many states');
    }
    return this.#result(undefined);
  }

  #result(violation) {
    return { states: this.#queue.length, ends: this.#ends, violation };
  }

  /** What is wrong here, or the states after this one are added. */
  #visit(state, at) {
    const failed = state.chapters.find(({ error }) => error !== undefined);
    if (failed) return `exception: ${failed.error.stack ?? failed.error}`;
    const race = this.#race(state);
    if (race !== undefined) return race;
    const before = this.#queue.length;
    let moved = false;
    for (let agent = 0; agent < this.#agents.length; agent++) {
      if (state.dead === agent) continue;
      moved = this.#step(state, agent, at) || moved;
      if (this.#canDie(state, agent)) this.#kill(state, agent, at);
    }
    if (this.#timeoutsAllowed(state, moved)) moved = this.#timeOut(state, at) || moved;
    if (!moved && this.#queue.length === before) return this.#end(state);
    return undefined;
  }

  #timeoutsAllowed({ dead, late }, moved) {
    const { timeouts = 'never' } = this.#scenario;
    if (timeouts === 'death') return dead >= 0 && !moved;
    return typeof timeouts === 'number' && late < timeouts;
  }

  #canDie({ dead, chapters }, agent) {
    return this.#agents[agent].mortal && dead < 0 && chapters[agent].access !== undefined;
  }

  /**
   * To the next chapter, and over the plain accesses that follow. States share what does not
   * differ: a change makes a new array.
   */
  #advance(state, agent, answer) {
    const story = this.#stories[agent];
    let chapter = story.next(state.chapters[agent], answer);
    for (; chapter.access && isPlain(chapter.access.kind);) {
      chapter = story.next(chapter, this.#access(state, chapter.access));
    }
    state.chapters = state.chapters.with(agent, chapter);
  }

  /** What was there. */
  #access(state, access) {
    const old = state.memory[access.cell] ?? 0;
    const value = update(access, old);
    if (value !== old) this.#setCell(state, access.cell, value);
    return old;
  }

  #setCell(state, cell, value) {
    const memory = [...state.memory];
    for (let i = memory.length; i <= cell; i++) memory[i] = 0;
    memory[cell] = value;
    state.memory = memory;
    state.memoryNumber = this.#numberOf(memory);
  }

  #deliver(state, agent, message) {
    state.inbox = state.inbox.with(agent, [...state.inbox[agent], message]);
  }

  #kill(state, agent, at) {
    const next = { ...state, dead: agent };
    next.asleep = state.asleep.with(agent, false);
    next.inbox = state.inbox.with(agent, []);
    next.waiters = state.waiters.filter((waiter) => waiter.agent !== agent);
    this.#add(next, at, `${this.#agents[agent].name} dies`);
  }

  /** The steps of one agent. True if there was one. */
  #step(state, agent, at) {
    const { access } = state.chapters[agent];
    if (access === undefined || state.asleep[agent]) return false;
    if (access.kind === 'turn') return this.#turn(state, agent, at, access);
    const next = { ...state };
    const answer = this.#perform(next, agent, access);
    if (answer !== undefined) this.#advance(next, agent, answer);
    this.#add(next, at, { agent, access, answer });
    return true;
  }

  /** The answer to an access; undefined where the agent sleeps now. */
  #perform(next, agent, access) {
    const { kind, cell, args, id } = access;
    if (isUpdate(kind)) return this.#access(next, access);
    const old = next.memory[cell] ?? 0;
    const finite = access.limit !== Infinity;
    switch (kind) {
      case 'notify':
        return this.#notify(next, cell);
      case 'wait':
        if (old !== args[0]) return 'not-equal';
        next.asleep = next.asleep.with(agent, true);
        next.waiters = [...next.waiters, { cell, agent, finite }];
        return undefined;
      case 'waitAsync':
        if (old !== args[0]) return 'not-equal';
        next.waiters = [...next.waiters, { cell, agent, id, finite }];
        return 'async';
      case 'atomically':
        return atOnce(access.change(this.#direct(next))) ?? 0;
      case 'post': {
        const to = this.#agents.findIndex(({ name }) => name === access.to);
        if (next.dead !== to) this.#deliver(next, to, { type: 'message', message: access.message });
        return 0;
      }
      default:
        throw new Error(`no access ${kind}`);
    }
  }

  #direct(next) {
    return {
      get: (view, index) => next.memory[view.cell(index)] ?? 0,
      set: (view, index, value) => this.#setCell(next, view.cell(index), value | 0),
    };
  }

  #notify(next, cell) {
    const woken = next.waiters.filter((waiter) => waiter.cell === cell);
    next.waiters = next.waiters.filter((waiter) => waiter.cell !== cell);
    for (const waiter of woken) this.#wake(next, waiter, 'ok');
    return woken.length;
  }

  #wake(next, { agent, id }, how) {
    if (id === undefined) {
      next.asleep = next.asleep.with(agent, false);
      this.#advance(next, agent, how);
    } else this.#deliver(next, agent, { type: 'wait', id, how });
  }

  #turn(state, agent, at, { tasks, timers }) {
    const choices = state.inbox[agent].slice(0, 1);
    if (tasks) choices.push({ type: 'task' });
    const looks = timers && this.#scenario.polling;
    if (looks && state.looked[agent] !== state.memoryNumber) choices.push({ type: 'timer' });
    for (const choice of choices) {
      const next = { ...state };
      if (choice.type === 'timer') next.looked = state.looked.with(agent, state.memoryNumber);
      else if (choice.type !== 'task') {
        next.inbox = state.inbox.with(agent, state.inbox[agent].slice(1));
      }
      this.#advance(next, agent, choice);
      this.#add(next, at, `${this.#agents[agent].name}: turn ${JSON.stringify(choice)}`);
    }
    return choices.length > 0;
  }

  #timeOut(state, at) {
    let moved = false;
    for (const waiter of state.waiters.filter(({ finite }) => finite)) {
      const next = { ...state };
      next.late++;
      next.waiters = next.waiters.filter((other) => other !== waiter);
      this.#wake(next, waiter, 'timed-out');
      this.#add(next, at, `${this.#agents[waiter.agent].name}: its wait times out`);
      moved = true;
    }
    state.chapters.forEach(({ access }, agent) => {
      if (access?.kind !== 'turn' || !access.timers || state.dead === agent) return;
      if (this.#scenario.polling) return;
      const next = { ...state };
      next.late++;
      this.#advance(next, agent, { type: 'timer' });
      this.#add(next, at, `${this.#agents[agent].name}: its timer fires`);
      moved = true;
    });
    return moved;
  }

  #race({ chapters, asleep, dead }) {
    for (let one = 0; one < chapters.length; one++) {
      const touched = this.#touched(chapters[one]);
      if (touched.length === 0 || dead === one) continue;
      for (let two = 0; two < chapters.length; two++) {
        if (two === one || two === dead) continue;
        const { access } = chapters[two];
        const about = access && !asleep[two] && isUpdate(access.kind) ? [access] : [];
        const others = [...this.#touched(chapters[two]), ...about];
        const cell = touched.find((mine) => others.some((other) => conflict(mine, other)))?.cell;
        const where = this.#world.cells.names[cell];
        if (cell === undefined || this.#scenario.racy?.test(where)) continue;
        return `race: ${this.#agents[one].name} and ${this.#agents[two].name} at ${where}`;
      }
    }
    return undefined;
  }

  /** The plain accesses since an agent's last atomic one: they may happen until its next. */
  #touched(chapter) {
    if (chapter.touched) return chapter.touched;
    const touched = [];
    for (let at = chapter.before; at?.access && isPlain(at.access.kind); at = at.before)
      touched.push(at.access);
    chapter.touched = touched;
    return touched;
  }

  /** Nothing can happen any more. */
  #end(state) {
    this.#ends++;
    const stuck = this.#agents.filter((agent, i) => !this.#atEnd(state, agent, i));
    if (stuck.length > 0) return `stuck: ${stuck.map(({ name }) => name).join(', ')}`;
    const logs = {};
    this.#agents.forEach(({ name }, i) => (logs[name] = state.chapters[i].log));
    try {
      this.#scenario.check?.(logs, { dead: this.#agents[state.dead]?.name, late: state.late });
    } catch (error) {
      return `wrong: ${error.message}`;
    }
    return undefined;
  }

  #atEnd({ chapters, asleep, dead }, { name, daemon }, agent) {
    const { access } = chapters[agent];
    if (access === undefined || dead === agent || daemon) return true;
    // On memory of its own: for good, and on purpose.
    return asleep[agent] && this.#world.cells.owners[access.cell] === name;
  }

  #describe({ agent, access, answer }) {
    const { kind, cell, args = [] } = access;
    const where = cell === undefined ? '' : ` ${this.#world.cells.names[cell]}`;
    const what = `${kind}${where} ${args.join(' ')}`.trim();
    return `${this.#agents[agent].name}: ${what} -> ${answer ?? 'sleeps'}`;
  }

  #numberOf(memory) {
    const cells = memory.join();
    const number = this.#memories.get(cells) ?? this.#memories.size;
    this.#memories.set(cells, number);
    return number;
  }

  #key({ memoryNumber, chapters, asleep, waiters, inbox, looked, dead, late }) {
    let key = `${memoryNumber} ${dead} ${late}`;
    if (this.#scenario.polling) key += ` ${looked.join()}`;
    for (let i = 0; i < chapters.length; i++) {
      key += ` ${chapters[i].number}${asleep[i] ? 's' : ''}`;
      if (inbox[i].length > 0) key += JSON.stringify(inbox[i]);
    }
    for (const { cell, agent, id } of waiters) key += ` ${cell}/${agent}/${id}`;
    return key;
  }

  #add(state, from, label) {
    const key = this.#key(state);
    if (this.#visited.has(key)) return;
    this.#visited.add(key);
    this.#history.push([from, label]);
    this.#queue.push(state);
  }

  #trace(end) {
    const labels = [];
    for (let at = end; at > 0; at = this.#history[at][0]) labels.unshift(this.#history[at][1]);
    return labels.map((label) => (typeof label === 'string' ? label : this.#describe(label)));
  }
}
