/**
 * Plug and Play and power: numbers that the Executive, drivers and programs share.
 *
 * Source: the WDK's published wdm.h. Four minor functions are this system's own: with them
 * the Executive asks a driver as a whole, not one of its devices.
 */

// IRP_MJ_PNP
export const IRP_MN_START_DEVICE = 0x00;
export const IRP_MN_QUERY_REMOVE_DEVICE = 0x01;
export const IRP_MN_REMOVE_DEVICE = 0x02;
export const IRP_MN_CANCEL_REMOVE_DEVICE = 0x03;
export const IRP_MN_STOP_DEVICE = 0x04;
export const IRP_MN_QUERY_STOP_DEVICE = 0x05;
export const IRP_MN_CANCEL_STOP_DEVICE = 0x06;
export const IRP_MN_QUERY_DEVICE_RELATIONS = 0x07;
export const IRP_MN_QUERY_CAPABILITIES = 0x09;
export const IRP_MN_QUERY_RESOURCES = 0x0a;
export const IRP_MN_QUERY_RESOURCE_REQUIREMENTS = 0x0b;
export const IRP_MN_QUERY_ID = 0x13;
export const IRP_MN_SURPRISE_REMOVAL = 0x17;
/** AddDevice is called, with the physical device object that `device` names. */
export const IRP_MN_ADD_DEVICE = 0xf0;
/** DriverUnload is called. */
export const IRP_MN_UNLOAD_DRIVER = 0xf1;
/** An interface of a class that it asked for has come (`type` 1) or gone (0): `text`, its link. */
export const IRP_MN_NOTIFY_INTERFACE = 0xf2;
/** A power IRP that the driver has asked for is done: `type` its request, `device` the status. */
export const IRP_MN_POWER_DONE = 0xf3;

// IRP_MJ_POWER
export const IRP_MN_SET_POWER = 0x02;
export const IRP_MN_QUERY_POWER = 0x03;

// Types of relations
export const BusRelations = 0;
export const RemovalRelations = 3;
export const TargetDeviceRelation = 4;

// Types of ids
export const BusQueryDeviceID = 0;
export const BusQueryHardwareIDs = 1;
export const BusQueryInstanceID = 3;

/** Of IRP_MJ_POWER: `state` is one of PowerDevice*. */
export const DevicePowerState = 1;
export const PowerDeviceD0 = 1;
export const PowerDeviceD1 = 2;
export const PowerDeviceD2 = 3;
export const PowerDeviceD3 = 4;

/** What IRP_MN_QUERY_CAPABILITIES answers: a word of these. */
export const DEVICE_CAPABILITY_REMOVABLE = 0x01;
export const DEVICE_CAPABILITY_SURPRISE_REMOVAL_OK = 0x02;
/** It needs no driver of its own. */
export const DEVICE_CAPABILITY_RAW_DEVICE = 0x04;
export const DEVICE_CAPABILITIES = 0x07;

// Properties, of IoGetDeviceProperty
export const DevicePropertyHardwareID = 1;
export const DevicePropertyPhysicalDeviceObjectName = 11;
export const DevicePropertyDriverKeyName = 7;

/** Where a device is in its life, as the PnP manager tells it. */
export type DeviceState = 'added' | 'started' | 'stopped' | 'failed' | 'surprise' | 'removed';
