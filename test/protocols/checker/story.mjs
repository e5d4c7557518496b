/**
 * Stories: what an agent does, as a tree over the answers that shared memory has given it.
 *
 * An agent's whole local state follows from those answers. So its code is run once for each
 * sequence of answers, and not once for each state of the whole system: a chapter holds the access
 * that the agent is about to make, and the next chapters by the answer to it. A coroutine cannot
 * be copied; where a chapter needs its second successor, the agent is run again from the start.
 *
 * Where an agent says `checkpoint`, what it remembers is looked at (agent.mjs): stories that have
 * come to the same there go on as one. So the rounds of a server do not multiply for ever.
 *
 *   new Story(start)        `start()` gives { steps, log } of a new agent
 *   story.first             a chapter
 *   story.next(chapter, answer)
 */
export class Story {
  #start;
  #count = 0;
  #checkpoints = new Map();
  first;

  constructor(start) {
    this.#start = start;
    this.first = this.#chapter(undefined, undefined, start());
  }

  next(chapter, answer) {
    const key = typeof answer === 'object' ? JSON.stringify(answer) : answer;
    let next = chapter.successors.get(key);
    if (next === undefined) {
      const live = chapter.live ?? this.#replay(chapter);
      chapter.live = undefined;
      next = this.#chapter(chapter, answer, live);
      chapter.successors.set(key, next);
    }
    return next;
  }

  #replay(chapter) {
    const answers = [];
    for (let at = chapter; at.before; at = at.before) answers.unshift(at.answer);
    const live = this.#start();
    for (const answer of [undefined, ...answers]) {
      let step = live.steps.next(answer);
      while (!step.done && step.value.kind === 'checkpoint') step = live.steps.next();
    }
    return live;
  }

  #chapter(before, answer, live) {
    const chapter = {
      number: this.#count++,
      before,
      answer,
      live,
      successors: new Map(),
      access: undefined,
      error: undefined,
      log: undefined,
    };
    try {
      let step = live.steps.next(answer);
      while (!step.done && step.value.kind === 'checkpoint') {
        const { key } = step.value;
        const same = this.#checkpoints.get(key);
        if (same !== undefined) return same;
        if (key !== undefined) this.#checkpoints.set(key, chapter);
        step = live.steps.next();
      }
      if (!step.done) chapter.access = step.value;
    } catch (error) {
      chapter.error = error;
    }
    chapter.log = [...live.log];
    return chapter;
  }
}
