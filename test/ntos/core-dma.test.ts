/** DMA transfers against the emulated 8237s: direct, bounced, partial, abandoned. */
import { assert } from 'chai';
import fc from 'fast-check';
import type { Executive } from '../../personality/ntos/executive.ts';
import type { Piece } from '../../personality/ntos/mm/types.ts';
import { DmaController } from '../../personality/ntos/hal/dma/controller.ts';
import type { Adapter } from '../../personality/ntos/hal/dma/channels.ts';
import { MAP_BYTES, MapRegisters } from '../../personality/ntos/hal/dma/mapregisters.ts';
import {
  abandonTransfer,
  flushTransfer,
  isReachable,
  mapTransfer,
} from '../../personality/ntos/hal/dma/transfer.ts';
import type { TransferParts } from '../../personality/ntos/hal/dma/transfer.ts';
import { Mdl, slicePieces } from '../../personality/ntos/mm/mdl.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import { X86IOPortIn8 } from '../../personality/sel4/index.ts';
import type { Thread } from '../../personality/sel4/index.ts';
import { Bus } from '../../web/machine/bus.ts';
import { Counters } from '../../web/machine/counters.ts';
import { IsaDma } from '../../web/machine/isa-dma.ts';
import { ArrayWindow } from './array-window.ts';

const SUCCESS = Status.STATUS_SUCCESS;
const BOUNCE = 0x20000;
const RAM = 0x110_0000;
const IRP = 7;

/** A thread whose port invocations go to a bus, with no kernel between. */
function portThread(bus: Bus): Thread {
  const registers: number[] = [];
  return {
    getMR: (index: number) => registers[index] ?? 0,
    setMR: (index: number, value: number) => void (registers[index] = value),
    invoke(_cap: number, info: number) {
      if (info >>> 12 === X86IOPortIn8) registers[0] = bus.in8(registers[0] ?? 0);
      else bus.out8(registers[0] ?? 0, registers[1] ?? 0);
      return 0;
    },
  } as unknown as Thread;
}

function fixture(pieces: Piece[], toDevice: boolean, channel = 2, maximumLength = MAP_BYTES) {
  const ram = new ArrayWindow(RAM);
  const bus = new Bus();
  const isa = new IsaDma(bus, ram.bytes, new Counters());
  const controller = new DmaController(portThread(bus), { bytes: 1, pages: 2, words: 3 });
  controller.initialise();
  let locks = -1;
  const mm = { ram, lockPages: () => locks++, unlockPages: () => locks-- };
  const mdl = new Mdl(mm as never, pieces, toDevice ? 'toDevice' : 'fromDevice');
  const buffers = new Map<number, Mdl>([[IRP, mdl]]);
  const executive = {
    io: { findMdl: (_process: unknown, irp: number) => buffers.get(irp) },
    mm,
  } as unknown as Executive;
  const mapRegisters = new MapRegisters(BOUNCE);
  const bounces = { value: 0 };
  const parts: TransferParts = { executive, controller, mapRegisters, active: new Map(), bounces };
  const adapter = { id: 1, process: {}, channel, maximumLength } as Adapter;
  const map = (offset: number, count: number) =>
    mapTransfer(parts, adapter, { irp: IRP, offset, length: count, toDevice });
  return { ram, isa, parts, adapter, buffers, map, locks: () => locks };
}

const noise = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31) ^ 0x5a);

/** The buffer's bytes, piece by piece. */
function gather(ram: ArrayWindow, pieces: readonly Piece[]): number[] {
  return pieces.flatMap(({ address, length }) => [
    ...ram.bytes.subarray(address, address + length),
  ]);
}

suite('ntos/dma', () => {
  test("a reachable piece goes direct, and the count is the controller's", () => {
    const f = fixture([{ address: 0x5_3000, length: 0x2000 }], false);
    assert.deepEqual(f.map(0x200, 0x400), { status: SUCCESS, length: 0x400 });
    assert.equal(f.isa.transfer(2, noise(0x300), 'toMemory').moved, 0x300);
    assert.deepEqual(flushTransfer(f.parts, f.adapter, IRP), {
      status: SUCCESS,
      transferred: 0x300,
    });
    assert.deepEqual([...f.ram.bytes.subarray(0x5_3200, 0x5_3500)], [...noise(0x300)]);
    assert.equal(f.parts.bounces.value, 0);
    assert.equal(f.locks(), 0);
  });

  test('scattered, high and line-crossing buffers bounce, both ways, whole', () => {
    const cases: Piece[][] = [
      [
        { address: 0x5_0000, length: 0x300 },
        { address: 0x4_0000, length: 0x500 },
      ],
      [{ address: 0x105_0000, length: 0x800 }],
      [{ address: 0x5_fc00, length: 0x800 }],
    ];
    for (const pieces of cases) {
      const input = fixture(pieces, false);
      assert.deepEqual(input.map(0, 0x800), { status: SUCCESS, length: 0x800 });
      input.isa.transfer(2, noise(0x800), 'toMemory');
      const { transferred } = flushTransfer(input.parts, input.adapter, IRP);
      assert.equal(transferred, 0x800);
      assert.deepEqual(gather(input.ram, pieces), [...noise(0x800)]);
      assert.equal(input.parts.bounces.value, 1);

      const output = fixture(pieces, true);
      let at = 0;
      for (const { address, length } of pieces) {
        output.ram.bytes.set(noise(0x800).subarray(at, at + length), address);
        at += length;
      }
      output.map(0, 0x800);
      const taken = new Uint8Array(0x800);
      output.isa.transfer(2, taken, 'fromMemory');
      assert.deepEqual(taken, noise(0x800));
      assert.equal(flushTransfer(output.parts, output.adapter, IRP).transferred, 0x800);
      assert.equal(output.locks(), 0);
    }
  });

  test('64 KiB: all and nothing are told apart', () => {
    for (const moved of [0x10000, 0]) {
      const f = fixture([{ address: 0x3_0000, length: 0x10000 }], false);
      f.map(0, 0x10000);
      f.isa.transfer(2, noise(moved), 'toMemory');
      assert.equal(flushTransfer(f.parts, f.adapter, IRP).transferred, moved);
    }
  });

  test('word channels count in words and need even addresses', () => {
    const f = fixture([{ address: 0x3_0000, length: 0x1000 }], false, 5);
    f.map(0, 0x1000);
    assert.equal(f.isa.transfer(5, noise(0x600), 'toMemory').moved, 0x600);
    assert.equal(flushTransfer(f.parts, f.adapter, IRP).transferred, 0x600);
    assert.deepEqual([...f.ram.bytes.subarray(0x3_0000, 0x3_0600)], [...noise(0x600)]);
    assert.equal(f.map(0, 0x11).status, Status.STATUS_INVALID_PARAMETER);
    assert.isFalse(isReachable({ address: 1, length: 2 }, 5));
    assert.isTrue(isReachable({ address: 0x1_f000, length: 0x2000 - 0x1000 }, 5));
    assert.isTrue(isReachable({ address: 0x0_f000, length: 0x2000 }, 5));
    assert.isFalse(isReachable({ address: 0x0_f000, length: 0x2000 }, 2));
  });

  test('nothing moves after a flush, an abandoned transfer, or before a map', () => {
    const f = fixture([{ address: 0x5_3000, length: 0x1000 }], false);
    const moved = () => f.isa.transfer(2, noise(16), 'toMemory').moved;
    assert.equal(moved(), 0);
    f.map(0, 0x1000);
    flushTransfer(f.parts, f.adapter, IRP);
    assert.equal(moved(), 0);
    f.map(0, 0x1000);
    abandonTransfer(f.parts, f.adapter);
    assert.equal(moved(), 0);
    assert.equal(f.locks(), 0);
  });

  test('what a driver may not ask for', () => {
    const f = fixture([{ address: 0x105_0000, length: 0x1000 }], false);
    const bad = Status.STATUS_INVALID_PARAMETER;
    assert.equal(f.map(0, 0).status, bad);
    assert.equal(f.map(0xfff, 2).status, bad);
    assert.equal(f.map(0xffff_ffff, 1).status, bad);
    const wrongWay = { irp: IRP, offset: 0, length: 16, toDevice: true };
    assert.equal(mapTransfer(f.parts, f.adapter, wrongWay).status, bad);
    const noIrp = { irp: IRP + 1, offset: 0, length: 16, toDevice: false };
    assert.equal(mapTransfer(f.parts, f.adapter, noIrp).status, bad);
    assert.equal(flushTransfer(f.parts, f.adapter, IRP).status, bad);
    f.map(0, 0x1000);
    assert.equal(f.map(0, 16).status, Status.STATUS_INVALID_DEVICE_REQUEST);
    f.isa.transfer(2, noise(0x1000), 'toMemory');
    // The IRP was completed meanwhile: its buffer is somebody else's now.
    f.buffers.clear();
    assert.equal(flushTransfer(f.parts, f.adapter, IRP).status, bad);
    assert.isTrue(gather(f.ram, [{ address: 0x105_0000, length: 0x1000 }]).every((b) => b === 0));
    assert.equal(f.locks(), 0);
  });

  test('map registers: runs do not overlap and come back', () => {
    const registers = new MapRegisters(BOUNCE);
    const first = registers.take(0x3001)!;
    const second = registers.take(0xc000)!;
    assert.deepEqual([first, second], [BOUNCE, BOUNCE + 0x4000]);
    assert.isUndefined(registers.take(1));
    registers.giveBack(first, 0x3001);
    assert.equal(registers.take(0x4000), BOUNCE);
  });

  test('a slice of pieces is the bytes asked for', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lengths, fc.nat(150), fc.nat(150), (sizes, offset, length) => {
        const pieces = sizes.map((size, index) => ({ address: index * 1000, length: size }));
        const bytes = (list: readonly Piece[]) =>
          list.flatMap((piece) =>
            Array.from({ length: piece.length }, (_, index) => piece.address + index),
          );
        assert.deepEqual(
          bytes(slicePieces(pieces, offset, length)),
          bytes(pieces).slice(offset, offset + length),
        );
      }),
    );
  });
});
