/**
 * The status bytes ST0 to ST3 in words. Source: 82077AA datasheet, "Status Register Encoding".
 */
import type { DriveLook } from '../../machine/look.ts';
import { bitsOf, type Register } from './registers.ts';

const SECTION = '82077AA, Status Register Encoding';
const ENDS = [
  'it ended as it should',
  'it was begun, and did not end well',
  'there is no such command',
  'a drive was not ready: polling',
];

function register(name: string, value: number, bits: Register['bits']): Register {
  return { name, port: undefined, value, section: SECTION, bits };
}

/** Of a result's first three bytes; none where there is no such result. */
export function statusBytes([st0, st1, st2, c, h, r, n]: readonly number[]): Register[] {
  if (st0 === undefined) return [];
  const found = [
    register('ST0', st0, [
      { name: 'IC', on: true, words: ENDS[st0 >> 6]! },
      ...bitsOf(st0, [
        [5, 'SE', 'a seek has ended'],
        [4, 'EC', 'track 0 was not found'],
        [2, 'H', 'side 1'],
      ]),
      { name: 'DS', on: true, words: `drive ${st0 & 3}` },
    ]),
  ];
  if (st1 === undefined || st2 === undefined) return found;
  found.push(
    register(
      'ST1',
      st1,
      bitsOf(st1, [
        [7, 'EN', 'it would have gone on behind the last sector'],
        [5, 'DE', 'a checksum is wrong'],
        [4, 'OR', 'the host was too slow'],
        [2, 'ND', 'the sector was not found'],
        [1, 'NW', 'the disk is write-protected'],
        [0, 'MA', 'an address mark is missing'],
      ]),
    ),
    register(
      'ST2',
      st2,
      bitsOf(st2, [
        [6, 'CM', 'the data mark is of the other kind (deleted)'],
        [5, 'DD', 'the checksum of the data is wrong'],
        [4, 'WC', 'the track says another cylinder'],
        [1, 'BC', 'the track says that it is bad'],
        [0, 'MD', 'the data mark is missing'],
      ]),
    ),
  );
  if (n !== undefined)
    found.push({
      ...register('C H R N', c ?? 0, []),
      bits: [{ name: 'next', on: true, words: `cylinder ${c}, side ${h}, sector ${r}, size ${n}` }],
    });
  return found;
}

/** As SENSE DRIVE STATUS would answer: side 0. */
export function status3(drive: DriveLook, index: number): Register {
  const value =
    (drive.protected ? 0x40 : 0) | 0x28 | (drive.type && drive.cylinder === 0 ? 0x10 : 0);
  return register(`ST3 of ${index === 0 ? 'A:' : 'B:'}`, value | index, [
    ...bitsOf(value, [
      [6, 'WP', 'write-protected'],
      [4, 'T0', 'the head is over track 0'],
    ]),
    { name: 'DS', on: true, words: `drive ${index}` },
  ]);
}
