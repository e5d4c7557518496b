/** The trace's reader, and the kernel's writing: each field holds its record's number. */
import { createViews } from '../../../personality/sel4/heap.ts';
import type { Views } from '../../../personality/sel4/heap.ts';
import { store } from '../../../personality/sel4/intrinsics.ts';
import { createTrace } from '../../../personality/sel4/trace.ts';
import {
  TRACE,
  TRACE_A,
  TRACE_C,
  TRACE_ENTRY,
  TRACE_KIND,
  TRACE_NEXT,
  TRACE_RECORDS,
  TRACE_RECORD_SIZE,
  TRACE_SWITCH,
  TRACE_THREAD,
  TRACE_TIME,
} from '../../../kernel-as/layout.ts';
import { checkpoint, observe } from '../checker/steps.ts';

export function setup(): Views {
  return createViews(new SharedArrayBuffer(0x100_0000));
}

/** As kernel-as/model/trace.ts writes. */
export function write({ words }: Views, count: number): void {
  for (let sequence = 0; sequence < count; sequence++) {
    checkpoint(sequence);
    const at = TRACE + (sequence & (TRACE_RECORDS - 1)) * TRACE_RECORD_SIZE;
    store(words, (at + TRACE_KIND) >>> 2, TRACE_SWITCH);
    store(words, (at + TRACE_THREAD) >>> 2, sequence);
    store(words, (at + TRACE_A) >>> 2, sequence);
    store(words, (at + TRACE_C) >>> 2, sequence);
    store(words, (at + TRACE_ENTRY) >>> 2, sequence);
    store(words, (at + TRACE_TIME) >>> 2, sequence);
    store(words, TRACE_NEXT >>> 2, sequence + 1);
  }
}

/** Every record that is believed is whole, and each is read or lost, once. */
export function read(heap: Views, times: number): void {
  const trace = createTrace(heap);
  let next = 0;
  for (let i = 0; i < times; i++) {
    checkpoint(i, next);
    const { records, lost } = trace.read();
    next += lost;
    for (const { sequence, thread, detail, third, entry, time } of records) {
      if (sequence !== next) throw new Error(`record ${sequence}, not ${next}`);
      for (const word of [thread, detail, third, entry, time])
        if (word !== sequence) throw new Error(`record ${sequence} is torn`);
      next++;
    }
  }
  observe('read to', next);
}
