/**
 * Packets for a driver: queued until it fetches them.
 *
 *   post(driver, notice)   queues one, and wakes the driver where it must be woken
 */
import { BELL_PACKETS } from '../../../rtl/layout.ts';
import type { DriverObject, Notice } from '../device/driver.ts';

export function post(driver: DriverObject, notice: Notice): void {
  driver.queue.push(notice);
  if (driver.waiting) driver.arrived.set();
  else if (!driver.rung) {
    driver.rung = true;
    driver.process?.driver?.ring(BELL_PACKETS);
  }
}
