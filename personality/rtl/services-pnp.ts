/** Services of the driver API for Plug and Play: stacks, children, interfaces, power. */
import { service } from './service.ts';

export const pnpServices = {
  /**
   * The driver's own device comes above all that is attached to the device of that number: one that
   * its AddDevice was called with. The answer describes the device that is then next below.
   */
  WdmAttachDeviceToStack: service(
    138,
    { device: 'u32', target: 'u32' },
    { lower: 'u32', type: 'u32', flags: 'u32', sectorSize: 'u32' },
  ),
  /** The children of a device have changed; it, or the one below it, is asked for them soon. */
  WdmInvalidateDeviceRelations: service(139, { device: 'u32' }, {}),
  /** `link`: the name of the interface, for WdmSetDeviceInterfaceState. */
  WdmRegisterDeviceInterface: service(
    140,
    { device: 'u32', guid: 'str', reference: 'str' },
    { link: 'str' },
  ),
  /** The link leads to the device, or is there no more. */
  WdmSetDeviceInterfaceState: service(141, { link: 'str', enable: 'bool' }, {}),
  /** DeviceProperty* of pnp.ts, of a device in a stack in which the driver has one. */
  WdmGetDeviceProperty: service(142, { device: 'u32', property: 'u32' }, { text: 'str' }),
  /**
   * The stack of the driver's own device is sent IRP_MJ_POWER. Where `request` is not 0, the driver
   * is told with IRP_MN_POWER_DONE when that is done.
   */
  WdmRequestPowerIrp: service(
    143,
    { device: 'u32', minor: 'u32', state: 'u32', request: 'u32' },
    {},
  ),
  /** From now on the driver is told of interfaces of the class that come and go. */
  WdmRegisterNotification: service(201, { guid: 'str' }, {}),
  /**
   * Maps device memory that is among the resources; `address` is where its first byte is. It is
   * taken back with the device, or by WdmUnmapIoSpace.
   */
  WdmMapIoSpace: service(300, { address: 'u32', length: 'u32' }, { address: 'u32' }),
  WdmUnmapIoSpace: service(301, { address: 'u32' }, {}),
  /**
   * Holds memory that a METHOD_NEITHER control named, as an MDL of the driver's own, until the IRP
   * leaves the driver. `write`: it must be writable for who asked.
   */
  WdmLockUserBuffer: service(
    302,
    { irp: 'u32', address: 'u32', length: 'u32', write: 'bool' },
    { mdl: 'u32' },
  ),
  /** No more interrupts of the line: its thread ends, the capability is taken back. */
  WdmDisconnectInterrupt: service(200, { line: 'u32' }, {}),
} as const;
