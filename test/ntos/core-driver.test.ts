/**
 * What driver processes are granted on the real kernel: ports, interrupts, timers, DMA channels.
 */
import { assert } from 'chai';
import { callService } from '../../personality/ntdll/call.ts';
import { makeProcess, nativeImage } from '../../personality/ntdll/process.ts';
import type { NtProcess } from '../../personality/ntdll/process.ts';
import type { DriverConfiguration } from '../../personality/rtl/driverconfiguration.ts';
import {
  BELL_INTERRUPT,
  BELL_TIMER,
  PACKETS_IN,
  PACKETS_OUT,
  SLOT_DOORBELL,
} from '../../personality/rtl/layout.ts';
import { SystemTraceInformation } from '../../personality/rtl/nt.ts';
import { TIMEOUT_INFINITE } from '../../personality/rtl/services.ts';
import * as Status from '../../personality/rtl/ntstatus.ts';
import {
  isVMFault,
  seL4_IRQHandler_Ack,
  seL4_Signal,
  seL4_Wait,
  seL4_X86_IOPort_In8,
  seL4_X86_IOPort_Out8,
} from '../../personality/sel4/index.ts';
import type { Entry, Image } from '../../personality/sel4/index.ts';
import { bootExecutive, testDriver, until } from './core-fixture.ts';
import type { Booted } from './core-fixture.ts';

const SUCCESS = Status.STATUS_SUCCESS;

type Body = (process: NtProcess) => Promise<void>;

/** A driver image: `body` runs, then its thread waits for ever. Its failure fails the test. */
function driverImage(body: Body, failures: unknown[], more: Entry[] = []): Image {
  return () => ({
    entries: [
      async (thread, [slot]) => {
        const process = makeProcess(thread, slot);
        try {
          await body(process);
        } catch (error) {
          failures.push(error);
        }
        await callService(process, 'NtDelayExecution', {
          alertable: false,
          interval: TIMEOUT_INFINITE,
        });
      },
      ...more,
    ],
  });
}

interface Scene {
  readonly drivers: Record<string, Partial<DriverConfiguration>>;
  readonly images: (failures: unknown[]) => Record<string, Image>;
  readonly body: (booted: Booted) => Promise<void>;
}

/** Boots an idle smss; `load` starts drivers by name. */
async function play(scene: Scene): Promise<void> {
  const failures: unknown[] = [];
  const idle = nativeImage(async (process) => {
    await callService(process, 'NtDelayExecution', {
      alertable: false,
      interval: TIMEOUT_INFINITE,
    });
    return 0;
  });
  const drivers: Record<string, DriverConfiguration> = {};
  for (const [name, hardware] of Object.entries(scene.drivers))
    drivers[name] = { ...testDriver(hardware), image: `${name}.sys` };
  const images = { 'smss.exe': idle, ...scene.images(failures) };
  await bootExecutive({ images, options: { drivers } }, async (booted) => {
    await until('smss runs', () => booted.executive.ps.processes()[0]?.state === 'running');
    await scene.body(booted);
    if (failures.length > 0) throw failures[0];
    assert.deepEqual(booted.panics, []);
  });
}

const load = (booted: Booted, name: string) =>
  booted.inside(() => booted.executive.ldr.loadDriver(name));

const kill = (booted: Booted, name: string) =>
  booted.inside(() => {
    const { ldr, ps } = booted.executive;
    ps.terminate(ldr.driverProcess(name)!, Status.STATUS_UNSUCCESSFUL, true);
  });

suite('ntos/drivers', () => {
  test('the kernel’s trace is not for them', async () => {
    const seen: number[] = [];
    await play({
      drivers: { nosy: {} },
      images: (failures) => ({
        'nosy.sys': driverImage(async (process) => {
          for (const value of [1, 0, 2]) {
            const input = { class: SystemTraceInformation, value };
            seen.push((await callService(process, 'NtSetSystemInformation', input)).status);
          }
        }, failures),
      }),
      body: async (booted) => {
        assert.equal(await load(booted, 'nosy'), SUCCESS);
        await until('driver is done', () => seen.length === 3);
        assert.deepEqual(seen, new Array(3).fill(Status.STATUS_ACCESS_DENIED));
        assert.deepEqual(booted.executive.platform.trace.read().records, [], 'it was not started');
      },
    });
  });

  test('ports: the assigned ranges, and no other', async () => {
    let seen: number[] = [];
    let scratch = -1;
    let refused: unknown;
    let done = false;
    await play({
      drivers: { ports: { ports: [[0x3f8, 8]] } },
      images: (failures) => ({
        'ports.sys': driverImage(async (process) => {
          const enable = (first: number, count: number) =>
            callService(process, 'WdmEnablePorts', { first, count });
          const granted = await enable(0x3f8, 8);
          const again = await enable(0x3fa, 1);
          assert.equal(again.slot, granted.slot);
          for (const [first, count] of [
            [0x3f0, 8],
            [0x3f8, 9],
            [0, 16],
            [0x3f8, 0],
            [0x3f8, 0xffff_ffff],
          ])
            seen.push((await enable(first!, count!)).status);
          const { thread } = process;
          seL4_X86_IOPort_Out8(thread, granted.slot, 0x3ff, 0x5a);
          scratch = seL4_X86_IOPort_In8(thread, granted.slot, 0x3ff);
          try {
            seL4_X86_IOPort_In8(thread, granted.slot, 0x3f7);
          } catch (error) {
            refused = error;
          }
          done = true;
        }, failures),
      }),
      body: async (booted) => {
        assert.equal(await load(booted, 'ports'), SUCCESS);
        await until('driver is done', () => done);
        assert.deepEqual(seen, new Array(5).fill(Status.STATUS_ACCESS_DENIED));
        assert.equal(scratch, 0x5a);
        assert.instanceOf(refused, Error);
      },
    });
    seen = [];
  });

  test('an interrupt reaches the ISR thread, which rings the doorbell; once per acknowledge', async () => {
    let interrupts = 0;
    let context = 0;
    const bells: number[] = [];
    const isr: Entry = async (thread, [handler, notification, , argument]) => {
      context = argument;
      for (;;) {
        await seL4_Wait(thread, notification);
        interrupts++;
        seL4_IRQHandler_Ack(thread, handler);
        await seL4_Signal(thread, SLOT_DOORBELL);
      }
    };
    let ready = false;
    await play({
      drivers: { line: { interrupts: [5] } },
      images: (failures) => ({
        'line.sys': driverImage(
          async (process) => {
            const connect = (line: number, entry = 1) =>
              callService(process, 'WdmConnectInterrupt', { line, entry, context: 0x77 });
            assert.equal((await connect(6)).status, Status.STATUS_ACCESS_DENIED);
            assert.equal((await connect(0)).status, Status.STATUS_ACCESS_DENIED);
            assert.equal((await connect(5)).status, SUCCESS);
            assert.equal((await connect(5)).status, Status.STATUS_ACCESS_DENIED);
            ready = true;
            for (let count = 0; count < 3; count++) {
              await seL4_Wait(process.thread, SLOT_DOORBELL);
              bells.push(process.thread.badge);
            }
          },
          failures,
          [isr],
        ),
      }),
      body: async (booted) => {
        await load(booted, 'line');
        await until('connected', () => ready);
        for (let count = 1; count <= 3; count++) {
          booted.processor.interrupt(5);
          await until(`bell ${count}`, () => bells.length === count);
        }
        assert.equal(interrupts, 3);
        assert.equal(context, 0x77);
        assert.deepEqual(bells, [BELL_INTERRUPT, BELL_INTERRUPT, BELL_INTERRUPT]);
        // Dead: the line may be raised and harms nobody; loaded again, it works again.
        await kill(booted, 'line');
        booted.processor.interrupt(5);
        ready = false;
        bells.length = 0;
        assert.equal(await load(booted, 'line'), SUCCESS);
        await until('connected again', () => ready);
        booted.processor.interrupt(5);
        await until('bell', () => bells.length > 0);
      },
    });
  });

  test('the timer rings at the earliest due time', async () => {
    const rings: { badge: number; late: number }[] = [];
    await play({
      drivers: { timer: {} },
      images: (failures) => ({
        'timer.sys': driverImage(async (process) => {
          const { thread } = process;
          for (const delays of [[2_000_000, 20_000, 1_000_000], [0], [-5000]]) {
            const start = thread.now();
            for (const delay of delays)
              await callService(process, 'WdmSetTimer', { due: start + delay });
            await seL4_Wait(thread, SLOT_DOORBELL);
            rings.push({ badge: thread.badge, late: thread.now() - start - Math.min(...delays) });
          }
        }, failures),
      }),
      body: async (booted) => {
        await load(booted, 'timer');
        await until('three rings', () => rings.length === 3);
        for (const { badge, late } of rings) {
          assert.equal(badge, BELL_TIMER);
          assert.isAtLeast(late, -1000);
          // A busy machine is late, but not by what lies between this time and the next.
          assert.isBelow(late, 900_000);
        }
      },
    });
  });

  test("packet pages: one is read only, and both are the Executive's windows", async () => {
    let done = false;
    let fault: unknown;
    await play({
      drivers: { pages: {} },
      images: (failures) => ({
        'pages.sys': driverImage(async ({ thread }) => {
          thread.window(PACKETS_OUT, 8, true).setUint32(4, 0x1234);
          try {
            thread.window(PACKETS_IN, 8, true).setUint32(0, 1);
          } catch (error) {
            fault = error;
          }
          done = true;
        }, failures),
      }),
      body: async (booted) => {
        await load(booted, 'pages');
        await until('driver is done', () => done);
        assert.isTrue(isVMFault(fault));
        const parts = booted.executive.ldr.driverProcess('pages')!.driver!;
        await booted.inside(() => {
          assert.equal(parts.outgoing.getUint32(4), 0x1234);
          assert.equal(parts.incoming.getUint32(0), 0);
        });
      },
    });
  });

  test('a DMA channel goes from holder to holder, also when one dies or waits too long', async () => {
    const events: string[] = [];
    const holder = (name: string, failures: unknown[], hold: boolean) =>
      driverImage(async (process) => {
        const adapterInput = { channel: 2, maximumLength: 0x8000 };
        const { status, adapter } = await callService(process, 'HalGetAdapter', adapterInput);
        assert.equal(status, SUCCESS);
        const denied = { channel: 3, maximumLength: 1 };
        const other = await callService(process, 'HalGetAdapter', denied);
        assert.equal(other.status, Status.STATUS_ACCESS_DENIED);
        const got = await callService(process, 'IoAllocateAdapterChannel', { adapter });
        events.push(`${name} ${got.status === SUCCESS ? 'has it' : got.status.toString(16)}`);
        if (hold) return;
        await callService(process, 'IoFreeAdapterChannel', { adapter });
      }, failures);
    await play({
      drivers: { one: { dma: [2] }, two: { dma: [2] }, three: { dma: [2] } },
      images: (failures) => ({
        'one.sys': holder('one', failures, true),
        'two.sys': holder('two', failures, false),
        'three.sys': holder('three', failures, false),
      }),
      body: async (booted) => {
        await load(booted, 'one');
        await until('one', () => events.length === 1);
        await load(booted, 'two');
        await until('two gives up', () => events.length === 2);
        await load(booted, 'three');
        await new Promise((resolve) => setTimeout(resolve, 50));
        await kill(booted, 'one');
        await until('three', () => events.length === 3);
        const timeout = Status.STATUS_IO_TIMEOUT.toString(16);
        assert.deepEqual(events, ['one has it', `two ${timeout}`, 'three has it']);
      },
    });
  });

  test('loading: twice, unknown, again after unload; a client may not call driver services', async () => {
    await play({
      drivers: { plain: {} },
      images: (failures) => ({ 'plain.sys': driverImage(async () => {}, failures) }),
      body: async (booted) => {
        const { executive, io } = booted;
        assert.equal(await load(booted, 'plain'), SUCCESS);
        assert.equal(await load(booted, 'Plain.SYS'), Status.STATUS_IMAGE_ALREADY_LOADED);
        assert.equal(await load(booted, 'nothing'), Status.STATUS_DLL_NOT_FOUND);
        const unload = () => booted.inside(() => executive.ldr.unloadDriver('plain'));
        io.unload = Status.STATUS_INVALID_DEVICE_REQUEST;
        assert.equal(await unload(), Status.STATUS_INVALID_DEVICE_REQUEST);
        io.unload = SUCCESS;
        assert.equal(await unload(), SUCCESS);
        assert.equal(await unload(), Status.STATUS_OBJECT_NAME_NOT_FOUND);
        assert.equal(await load(booted, 'plain'), SUCCESS);
        assert.lengthOf(io.attached, 2);
        assert.lengthOf(io.died, 1);
        io.initialised = Status.STATUS_NO_SUCH_DEVICE;
        await kill(booted, 'plain');
        assert.equal(await load(booted, 'plain'), Status.STATUS_NO_SUCH_DEVICE);
        assert.lengthOf(io.died, 3);
      },
    });
  });
});
