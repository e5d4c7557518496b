/** Calls and their ways in words, for a terminal: a line a hop, a column a lane. */
import type { FollowData, FollowedCall, Hop } from '../data/follow.ts';

const MICROSECONDS = 8;

function hopLine({ at, lane, words }: Hop, { lanes }: FollowedCall, width: number): string {
  return `${String(at).padStart(MICROSECONDS)} µs  ${lanes[lane]!.padEnd(width)}  ${words}`;
}

function callText(call: FollowedCall): string {
  const { request, process, service, took, status, hops, lanes } = call;
  const width = Math.max(...lanes.map(({ length }) => length));
  const end = took === undefined ? 'not answered yet' : `${took} µs, ${status}`;
  return [
    `${request}. ${process}: ${service}, ${end}`,
    ...hops.map((hop) => hopLine(hop, call, width)),
    '',
  ].join('\n');
}

export function textOf({ calls, lost }: FollowData): string {
  const said = lost > 0 ? [`${lost} records were lost: the ring was full.\n`] : [];
  return [...calls.map(callText), ...said].join('\n');
}
