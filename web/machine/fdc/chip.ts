/**
 * The 82077AA floppy disk controller at ports 3F2-3F5 and 3F7, interrupt 6, DMA 2. Strapped for
 * PS/2 or Model 30 registers it answers at 3F0 and 3F1, too (`status-registers.ts`).
 *
 * The chip goes through three phases: it takes the bytes of a command, executes it, and gives the
 * bytes of its result. An execution never runs inside a port write: it is an event on the virtual
 * clock, so that the host sees RQM = 0, CB = 1 meanwhile. Seeks run beside the phases.
 *
 * The INT pin is the OR of: a result phase whose first byte is unread, a seek end that SENSE
 * INTERRUPT STATUS has not told, the polling interrupt after a reset until its first telling, and a
 * non-DMA data request. DOR bit 3 disconnects it, and DRQ.
 *
 *   new Fdc(options)           claims the ports
 *   drivesChanged()            a disk came or went
 *   look()                     all registers, read by no port
 *   selects(drive)             the drive's motor is on, and the select lines are on it
 *
 * Source: 82077AA datasheet, "Registers", "Reset", "Controller Phases".
 * Deviations: RQM rises at once between command and result bytes. Power-down shows nowhere, since
 * any access wakes the chip; nor does precompensation. The drive is the one that the command names,
 * so that seeks can overlap: DOR's select bits matter for DIR, SRA and SRB alone.
 */
import type { Bus } from '../bus.ts';
import type { ClockEvent } from '../clock.ts';
import type { Counters } from '../counters.ts';
import type { FdcLook } from '../look.ts';
import type { RegisterSet } from '../types.ts';
import { findCommand, type Command } from './command-table.ts';
import { DmaHost, NonDmaHost, type TransferFunction, type Waiting } from './host.ts';
import { Ccr, Dor, Dsr, FdcPort, Msr, St0 } from './registers.ts';
import {
  commandBegins,
  createState,
  driveCount,
  fifoRequestSize,
  softwareReset,
  type FdcParts,
  type FdcState,
} from './state.ts';
import { StatusRegisters } from './status-registers.ts';

const base = 0x3f0;

export interface FdcOptions extends Omit<FdcParts, 'seekEnded'> {
  bus: Bus;
  counters: Counters;
  /** DMA channel 2. */
  transfer: TransferFunction;
  /** DREQ of that channel. */
  request(on: boolean): void;
  registers: RegisterSet;
  interrupt(level: boolean): void;
}

export class Fdc {
  private options: FdcOptions;
  private state: FdcState;
  private dmaHost: DmaHost;
  private nonDmaHost: NonDmaHost;
  private registers: StatusRegisters;
  private noPrecompensation = false;
  private dor = 0;
  private tdr = 0;
  private command: number[] = [];
  /** The last complete command, its result, and how many bytes of that were read. */
  private last: readonly number[] = [];
  private result: readonly number[] = [];
  private told = 0;
  /** The last command that had an execution phase, and its result. */
  private ended: FdcLook['ended'] = { command: [], result: [] };
  private execution: Waiting<number[]> | undefined;
  private nextStep: ClockEvent | undefined;
  private resetPoll: ClockEvent | undefined;
  private stepping = false;
  private resultInterrupt = false;

  constructor(options: FdcOptions) {
    this.options = options;
    this.dmaHost = new DmaHost({
      transfer: (buffer, direction) =>
        this.connected ? options.transfer(buffer, direction) : { moved: 0, tc: false },
      request: (on) => options.request(on && this.connected),
      deadline: () => options.timing.requestTime(fifoRequestSize(this.state), this.state.rate),
      fault: () => options.faults.dmaFault(),
    });
    this.nonDmaHost = new NonDmaHost({
      request: () => fifoRequestSize(this.state),
      deadline: (bytes) => options.timing.serviceTime(bytes, this.state.rate),
      now: () => options.clock.now,
      changed: () => this.updateInterrupt(),
      served: () => this.wake(),
    });
    this.state = createState({ ...options, seekEnded: () => this.updateInterrupt() }, this.dmaHost);
    const device = {
      readPort: (port: number) => this.read(port - base),
      writePort: (port: number, value: number) => this.write(port - base, value),
    };
    this.registers = new StatusRegisters(options.registers, {
      state: this.state,
      dor: () => this.dor,
      interrupt: () => this.interrupting,
      request: () => this.dmaHost.requesting,
      noPrecompensation: () => this.noPrecompensation,
    });
    const first = options.registers === 'AT' ? FdcPort.dor : FdcPort.sra;
    options.bus.claim(base + first, base + FdcPort.fifo, device);
    options.bus.claim(base + FdcPort.dir, base + FdcPort.dir, device);
  }

  drivesChanged(): void {
    if (this.execution && !this.nextStep) this.wake();
  }

  selects(drive: number): boolean {
    return this.state.drives[drive]!.motor && (this.dor & Dor.driveMask) === drive;
  }

  look(): FdcLook {
    const { dor, tdr, last, result, told, ended, noPrecompensation, registers, dmaHost } = this;
    const { rate, pcn, signals } = this.state;
    return {
      ...{ ...signals, dor, tdr, last, result, told, ended, noPrecompensation, rate },
      sra: registers.sra(),
      srb: registers.srb(),
      msr: this.mainStatus(),
      dir: registers.dir(),
      command: [...this.command],
      pcn: [...pcn],
      executing: this.execution !== undefined,
      fifo: this.nonDmaHost.waiting(),
      interrupt: this.interrupting,
      request: dmaHost.requesting,
      connected: this.connected,
    };
  }

  private read(offset: number): number {
    switch (offset) {
      case FdcPort.sra:
        return this.registers.sra();
      case FdcPort.srb:
        return this.registers.srb();
      case FdcPort.dor:
        return this.dor;
      case FdcPort.tdr:
        return this.tdr;
      case FdcPort.msr:
        return this.mainStatus();
      case FdcPort.fifo:
        return this.readData();
      default:
        return this.readDir();
    }
  }

  private readDir(): number {
    const value = this.registers.dir();
    this.registers.drop();
    this.noteLook();
    return value;
  }

  private noteLook(): void {
    const drive = this.dor & Dor.driveMask;
    const { motor, diskChanged, openings } = this.state.drives[drive]!;
    const at = this.options.clock.now;
    this.state.look = motor && !diskChanged ? { drive, openings, at } : undefined;
  }

  private write(offset: number, value: number): void {
    switch (offset) {
      case FdcPort.dor:
        return this.writeDor(value);
      case FdcPort.tdr:
        this.tdr = value & 3;
        return;
      case FdcPort.dsr:
        this.state.rate = value & Dsr.rateMask;
        if (value & Dsr.reset && this.dor & Dor.notReset) this.reset();
        return;
      case FdcPort.fifo:
        return this.writeData(value);
      case FdcPort.ccr:
        this.state.rate = value & Ccr.rateMask;
        this.noPrecompensation = (value & Ccr.noPrecompensation) !== 0;
        return;
    }
  }

  private mainStatus(): number {
    if (!(this.dor & Dor.notReset)) return 0;
    const status = this.phaseStatus();
    return this.options.faults.rqmStuck ? status & ~Msr.rqm : status;
  }

  private phaseStatus(): number {
    const { seeking } = this.state;
    if (this.execution) return seeking | Msr.busy | this.executionStatus();
    if (this.answers) return seeking | Msr.busy | Msr.rqm | Msr.dio;
    return seeking | Msr.rqm | (this.command.length > 0 ? Msr.busy : 0);
  }

  private executionStatus(): number {
    if (this.state.host !== this.nonDmaHost) return 0;
    if (!this.nonDmaHost.requesting) return Msr.nonDma;
    return Msr.nonDma | Msr.rqm | (this.nonDmaHost.toHostNow ? Msr.dio : 0);
  }

  private writeDor(value: number): void {
    const before = this.dor;
    this.dor = value;
    for (let drive = 0; drive < driveCount; drive++) {
      this.state.drives[drive]!.setMotor((value & (1 << (Dor.motorShift + drive))) !== 0);
    }
    this.drivesChanged();
    if (!(value & Dor.notReset)) this.abort();
    else if (!(before & Dor.notReset)) this.reset();
    this.updateInterrupt();
  }

  private abort(): void {
    const { clock } = this.options;
    clock.cancel(this.nextStep);
    clock.cancel(this.resetPoll);
    this.nextStep = undefined;
    // A command that calls out in the middle of a step cannot be ended from there.
    if (!this.stepping) this.execution?.return([]);
    this.execution = undefined;
    this.nonDmaHost.requesting = false;
    this.dmaHost.setRequesting(false);
    this.command = [];
    this.told = this.result.length;
    this.resultInterrupt = false;
    softwareReset(this.state);
    this.registers.drop();
    this.updateInterrupt();
  }

  /** Polling finds that every drive's ready line "changed": one interrupt, four things to tell. */
  private reset(): void {
    this.abort();
    const { clock, timing, faults } = this.options;
    faults.wasReset();
    this.resetPoll = clock.schedule(timing.resetPoll(), () => {
      for (let drive = 0; drive < driveCount; drive++) {
        this.state.pending[drive] = St0.polling | drive;
      }
      this.state.resetInterrupt = true;
      this.updateInterrupt();
    });
  }

  private readData(): number {
    if (this.execution) {
      const { requesting, toHostNow } = this.nonDmaHost;
      return requesting && toHostNow ? this.nonDmaHost.readByte() : 0xff;
    }
    const byte = this.result[this.told];
    if (this.answers) this.told++;
    this.resultInterrupt = false;
    this.updateInterrupt();
    return byte ?? 0xff;
  }

  private writeData(value: number): void {
    if (!(this.dor & Dor.notReset)) return;
    if (this.execution) {
      const { requesting, toHostNow } = this.nonDmaHost;
      if (requesting && !toHostNow) this.nonDmaHost.writeByte(value);
      return;
    }
    if (this.answers) return;
    if (this.command.length === 0) commandBegins(this.state);
    this.command.push(value);
    const command = findCommand(this.command[0]!);
    if (command && this.command.length <= command.parameters) return;
    const bytes = this.command;
    this.command = [];
    this.last = bytes;
    if (command) this.begin(command, bytes);
    else this.answer([St0.invalid]);
  }

  private begin(command: Command, bytes: readonly number[]): void {
    this.options.counters.add('machine.fdc.command');
    this.options.watcher()?.command(bytes[0]!, bytes[1] ?? 0);
    if (command.act) {
      this.answer(command.act(this.state, bytes));
      this.updateInterrupt();
      return;
    }
    this.state.signals.head = (bytes[1]! >> 2) & 1;
    this.state.host = this.state.specify.nonDma ? this.nonDmaHost : this.dmaHost;
    this.execution = command.execute!(this.state, bytes);
    this.scheduleStep(0);
  }

  private answer(bytes: readonly number[]): void {
    this.result = bytes;
    this.told = 0;
  }

  /** A result phase: there are bytes to be read. */
  private get answers(): boolean {
    return this.told < this.result.length;
  }

  private scheduleStep(delay: number): void {
    this.nextStep = this.options.clock.schedule(delay, () => this.step());
  }

  /** Goes on with a waiting execution now, ahead of its time. */
  private wake(): void {
    this.options.clock.cancel(this.nextStep);
    this.scheduleStep(0);
  }

  private step(): void {
    this.nextStep = undefined;
    this.stepping = true;
    const { done, value } = this.execution!.next();
    this.stepping = false;
    if (!done) {
      if (value !== Infinity) this.scheduleStep(value);
      return;
    }
    this.execution = undefined;
    this.answer(value);
    this.ended = { command: this.last, result: value };
    this.resultInterrupt = true;
    const { clock, timing } = this.options;
    const { specify, rate } = this.state;
    this.state.head.until = clock.now + timing.headUnload(specify.hut, rate);
    this.updateInterrupt();
  }

  /** DOR's gate lets INT and DRQ through. */
  private get connected(): boolean {
    return !this.registers.gated || (this.dor & Dor.dmaGate) !== 0;
  }

  private get interrupting(): boolean {
    const { pending, resetInterrupt } = this.state;
    const seekEnded = pending.some((status) => status !== undefined && status < St0.polling);
    return this.resultInterrupt || resetInterrupt || seekEnded || this.nonDmaHost.requesting;
  }

  private updateInterrupt(): void {
    this.options.interrupt(this.interrupting && this.connected);
  }
}
