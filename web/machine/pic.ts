/**
 * Two 8259A interrupt controllers, cascaded on the master's input 2, at ports 20/21 and A0/A1.
 *
 * In the assembled system the kernel watches the interrupt lines itself; the pair is here as the
 * registers that a PC has. What a processor's INTA cycle would do is `acknowledge`, and, through
 * the ports, the poll command.
 *
 *   new PicPair(bus, lines)    claims the ports, listens to the lines
 *   interrupt                  the master's INT pin
 *   acknowledge()              the vector of the most urgent request, which goes into service
 *   look()                     registers of both, read by no port
 *
 * Source: Intel 8259A datasheet, ICW1-4, OCW1-3, "Edge and Level Triggered Modes", "Poll Command";
 * ELCR at 4D0/4D1 as in the 82371.
 * Deviation: special fully nested mode and buffered mode are accepted and ignored.
 */
import type { Bus } from './bus.ts';
import type { InterruptLines } from './lines.ts';
import type { PicLook } from './look.ts';

const cascadeInput = 2;
const spuriousInput = 7;

export class Pic8259 {
  /** Interrupt requests, in service, mask. */
  private irr = 0;
  private isr = 0;
  private imr = 0xff;
  private inputs = 0;
  private elcr = 0;
  private vectorBase = 0;
  private autoEoi = false;
  private rotateOnAutoEoi = false;
  private lowestPriority = 7;
  private specialMask = false;
  private levelTriggered = false;
  private readIsr = false;
  private polling = false;
  /** ICWs still to come at the data port, by number. */
  private expected: number[] = [];

  get edgeControl(): number {
    return this.elcr;
  }

  set edgeControl(value: number) {
    this.elcr = value;
    this.irr |= this.inputs & value;
  }

  /** Edge mode latches a rising edge, and drops the latch if the input falls before service. */
  setInput(input: number, level: boolean): void {
    const bit = 1 << input;
    const was = (this.inputs & bit) !== 0;
    this.inputs = level ? this.inputs | bit : this.inputs & ~bit;
    if (!level) this.irr &= ~bit;
    else if (!was || this.isLevel(bit)) this.irr |= bit;
  }

  /** The input that asks for service and beats everything in service; undefined if none does. */
  pending(): number | undefined {
    for (let step = 1; step <= 8; step++) {
      const input = (this.lowestPriority + step) & 7;
      const bit = 1 << input;
      if (this.irr & ~this.imr & bit) return input;
      const blocks = this.specialMask ? this.isr & ~this.imr : this.isr;
      if (blocks & bit) return undefined;
    }
    return undefined;
  }

  /** Takes the most urgent request into service; the spurious input 7 if it has gone away. */
  acknowledge(): { input: number; vector: number } {
    const input = this.pending();
    if (input === undefined) {
      return { input: spuriousInput, vector: this.vectorBase + spuriousInput };
    }
    const bit = 1 << input;
    if (!this.isLevel(bit)) this.irr &= ~bit;
    if (!this.autoEoi) this.isr |= bit;
    else if (this.rotateOnAutoEoi) this.lowestPriority = input;
    return { input, vector: this.vectorBase + input };
  }

  read(dataPort: boolean): number {
    if (this.polling) return this.poll();
    if (dataPort) return this.imr;
    return this.readIsr ? this.isr : this.irr;
  }

  write(dataPort: boolean, value: number): void {
    if (dataPort) this.writeData(value);
    else if (value & 0x10) this.initialize(value);
    else if (value & 0x08) this.operate3(value);
    else this.operate2(value);
  }

  look(): PicLook {
    const { irr, isr, imr, elcr, vectorBase } = this;
    return { irr, isr, imr, elcr, vectorBase };
  }

  private isLevel(bit: number): boolean {
    return this.levelTriggered || (this.elcr & bit) !== 0;
  }

  private poll(): number {
    this.polling = false;
    return this.pending() === undefined ? 0 : 0x80 | this.acknowledge().input;
  }

  private initialize(icw1: number): void {
    this.irr = 0;
    this.isr = 0;
    this.imr = 0;
    this.lowestPriority = 7;
    this.specialMask = false;
    this.readIsr = false;
    this.autoEoi = false;
    this.rotateOnAutoEoi = false;
    this.levelTriggered = (icw1 & 0x08) !== 0;
    const single = (icw1 & 0x02) !== 0;
    this.expected = [2, ...(single ? [] : [3]), ...(icw1 & 0x01 ? [4] : [])];
  }

  private writeData(value: number): void {
    const icw = this.expected.shift();
    if (icw === undefined) this.imr = value;
    else if (icw === 2) this.vectorBase = value & 0xf8;
    else if (icw === 4) this.autoEoi = (value & 0x02) !== 0;
  }

  /** End of interrupt and rotation. */
  private operate2(value: number): void {
    const rotate = (value & 0x80) !== 0;
    const specific = (value & 0x40) !== 0;
    const end = (value & 0x20) !== 0;
    if (!end && !specific) {
      this.rotateOnAutoEoi = rotate;
      return;
    }
    const input = specific ? value & 7 : this.inService();
    if (input === undefined) return;
    if (end) this.isr &= ~(1 << input);
    if (rotate) this.lowestPriority = input;
  }

  private operate3(value: number): void {
    if (value & 0x04) this.polling = true;
    if (value & 0x02) this.readIsr = (value & 0x01) !== 0;
    if (value & 0x40) this.specialMask = (value & 0x20) !== 0;
  }

  private inService(): number | undefined {
    for (let step = 1; step <= 8; step++) {
      const input = (this.lowestPriority + step) & 7;
      if (this.isr & (1 << input)) return input;
    }
    return undefined;
  }
}

export class PicPair {
  private master = new Pic8259();
  private slave = new Pic8259();

  constructor(bus: Bus, lines: InterruptLines) {
    lines.listen((line, level) => this.setLine(line, level));
    this.attach(bus, 0x20, 0x4d0, this.master);
    this.attach(bus, 0xa0, 0x4d1, this.slave);
  }

  get interrupt(): boolean {
    return this.master.pending() !== undefined;
  }

  acknowledge(): number {
    const { input, vector } = this.master.acknowledge();
    const taken = input === cascadeInput ? this.slave.acknowledge().vector : vector;
    this.cascade();
    return taken;
  }

  look(): PicLook[] {
    return [this.master.look(), this.slave.look()];
  }

  private setLine(line: number, level: boolean): void {
    if (line < 8) {
      if (line !== cascadeInput) this.master.setInput(line, level);
    } else {
      this.slave.setInput(line - 8, level);
      this.cascade();
    }
  }

  /** Low, then what the slave has to say: after each acknowledge its INT pin makes a new edge. */
  private cascade(): void {
    this.master.setInput(cascadeInput, false);
    this.master.setInput(cascadeInput, this.slave.pending() !== undefined);
  }

  private attach(bus: Bus, port: number, edgePort: number, pic: Pic8259): void {
    bus.claim(port, port + 1, {
      readPort: (at) => this.settle(pic.read(at !== port)),
      writePort: (at, value) => this.settle(pic.write(at !== port, value)),
    });
    bus.claim(edgePort, edgePort, {
      readPort: () => pic.edgeControl,
      writePort: (_at, value) => this.settle((pic.edgeControl = value)),
    });
  }

  /** Whatever was done to the slave may have moved its INT pin. */
  private settle<T>(value: T): T {
    this.cascade();
    return value;
  }
}
