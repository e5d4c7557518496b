/**
 * The port bus: which device answers which of the 65536 ports.
 *
 * All devices here are eight bits wide, as on the ISA bus: a wider access is split into byte
 * accesses at rising ports, low byte first. A port that nobody claims reads FF, the undriven bus,
 * and swallows writes.
 *
 *   claim(first, last, device)   a port has at most one owner; a second claim is a bug and throws
 *   in8/in16/in32, out8/out16/out32
 */

export interface PortDevice {
  readPort(port: number): number;
  writePort(port: number, value: number): void;
}

export class Bus {
  private owners = new Map<number, PortDevice>();

  claim(first: number, last: number, device: PortDevice): void {
    for (let port = first; port <= last; port++) {
      if (this.owners.has(port)) throw new Error(`port ${port.toString(16)} is claimed twice`);
      this.owners.set(port, device);
    }
  }

  in8(port: number): number {
    const owner = this.owners.get(port & 0xffff);
    return owner ? owner.readPort(port & 0xffff) & 0xff : 0xff;
  }

  in16(port: number): number {
    const low = this.in8(port);
    return low | (this.in8(port + 1) << 8);
  }

  in32(port: number): number {
    const low = this.in16(port);
    return (low | (this.in16(port + 2) << 16)) >>> 0;
  }

  out8(port: number, value: number): void {
    this.owners.get(port & 0xffff)?.writePort(port & 0xffff, value & 0xff);
  }

  out16(port: number, value: number): void {
    this.out8(port, value);
    this.out8(port + 1, value >>> 8);
  }

  out32(port: number, value: number): void {
    this.out16(port, value);
    this.out16(port + 2, value >>> 16);
  }
}
