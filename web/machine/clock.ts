/**
 * Virtual time: a queue of events ordered by due time, and by the order of asking among equals.
 *
 * Nothing runs by itself. `advance` moves time on and runs what falls due on the way, each event at
 * its own due time; an event that schedules another one due at once has it run in the same advance.
 * An `advance` from inside an event extends the one that is running.
 *
 *   now                     microseconds since creation
 *   schedule(delay, run)    ask for `run` to be called; the handle cancels it
 *   cancel(event)           harmless when the event has run
 *   advance(microseconds)   run everything due by then
 *   untilNext()             microseconds to the next event, undefined if there is none
 */

export interface ClockEvent {
  readonly due: number;
  readonly run: () => void;
}

export class Clock {
  now = 0;
  private queue: ClockEvent[] = [];
  private target: number | undefined;

  schedule(delay: number, run: () => void): ClockEvent {
    const event = { due: this.now + Math.max(0, delay), run };
    let at = this.queue.length;
    while (at > 0 && this.queue[at - 1]!.due > event.due) at--;
    this.queue.splice(at, 0, event);
    return event;
  }

  cancel(event: ClockEvent | undefined): void {
    const at = event ? this.queue.indexOf(event) : -1;
    if (at >= 0) this.queue.splice(at, 1);
  }

  advance(microseconds: number): void {
    if (!Number.isFinite(microseconds) || microseconds < 0) {
      throw new RangeError('advance needs a finite, non-negative number of microseconds');
    }
    const target = this.now + microseconds;
    if (this.target !== undefined) {
      this.target = Math.max(this.target, target);
      return;
    }
    this.target = target;
    try {
      this.runDue();
      this.now = this.target;
    } finally {
      this.target = undefined;
    }
  }

  untilNext(): number | undefined {
    const first = this.queue[0];
    return first && Math.max(0, first.due - this.now);
  }

  private runDue(): void {
    for (let first = this.queue[0]; first && first.due <= this.target!; first = this.queue[0]) {
      this.queue.shift();
      this.now = first.due;
      first.run();
    }
  }
}
