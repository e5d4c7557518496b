/**
 * For SystemSnapshotInformation: what is cached, page by page; and how devices stand upon one
 * another.
 */
import type { PageSet } from '../../cc/pageset.ts';
import type { FileCache } from '../../cc/filecache.ts';
import type { VolumeCache } from '../../cc/volumecache.ts';
import { PAGE_SIZE } from '../../../rtl/layout.ts';
import type { CacheInformation, CachedPages, DeviceInformation } from '../../../rtl/snapshot.ts';
import type { Device } from '../device/device.ts';
import { Fcb } from '../file/fcb.ts';
import type { IoContext } from '../context.ts';

function pagesOf(set: PageSet, name: string): CachedPages {
  const pages = [...set.pages()].map(({ index, valid, dirty, loading, writing, hot, address }) => {
    const page = address / PAGE_SIZE;
    return [index, valid, dirty, loading | writing, hot ? 1 : 0, page] as const;
  });
  return { name, pages };
}

const fileName = ({ backing }: FileCache): string => (backing instanceof Fcb ? backing.path : '');

function volumeOf(volume: VolumeCache): CacheInformation['volumes'][number] {
  const { device, files } = volume;
  return {
    device: device.name ?? '',
    length: device.length,
    metadata: pagesOf(volume, ''),
    files: [...files]
      .filter((file) => file.pageCount > 0)
      .map((file) => pagesOf(file, fileName(file))),
  };
}

export function listCaches({ executive }: IoContext): CacheInformation {
  const { pool, volumes } = executive.cc.manager;
  const { limit, count, dirtyCount: dirty } = pool;
  return { limit, count, dirty, volumes: [...volumes].map(volumeOf) };
}

function deviceOf(device: Device): DeviceInformation {
  const { id, name, type, driver, upper, lower, volume } = device;
  return {
    id,
    name,
    type,
    driver: driver.name,
    above: upper?.id ?? 0,
    below: lower?.id ?? 0,
    ...(volume?.mounted && { volume: volume.fileSystem.id }),
  };
}

export function listStacks({ devices }: IoContext): DeviceInformation[] {
  return [...devices.values()].map(deviceOf);
}
