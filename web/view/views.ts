/**
 * The views, in the order of their tabs: to add one is a row here, a file in data/ and one in
 * pages/.
 *
 *   title    of its tab: the name that its users know
 *   data     what it shows, as JSON: `<neptune-view>`'s `data(name)`
 *   page     the same, to be looked at; `desk` keeps what is chosen in it
 */
import type { TemplateResult } from 'lit';
import { cacheOf } from './data/cache.ts';
import { controllerOf } from './data/controller.ts';
import { countersOf } from './data/counters.ts';
import { devicesOf } from './data/devices.ts';
import { diskOf } from './data/disk.ts';
import { eventsOf } from './data/events.ts';
import { followOf } from './data/follow.ts';
import { mapOf } from './data/map.ts';
import { memoryOf } from './data/memory.ts';
import { objectsOf } from './data/objects.ts';
import { processesOf } from './data/processes.ts';
import { Routes } from './data/traffic.ts';
import { wholeOf } from './data/whole.ts';
import type { Needs, Seen } from './data/types.ts';
import type { Desk } from './desk.ts';
import { cachePage } from './pages/cache.ts';
import { controllerPage } from './pages/controller.ts';
import { countersPage } from './pages/counters.ts';
import { devicesPage } from './pages/devices.ts';
import { diskPage } from './pages/disk.ts';
import { eventsPage } from './pages/events.ts';
import { followPage } from './pages/follow.ts';
import { mapPage } from './pages/map.ts';
import { memoryPage } from './pages/memory.ts';
import { objectsPage } from './pages/objects.ts';
import { processesPage } from './pages/processes.ts';

export interface View {
  readonly name: string;
  readonly title: string;
  readonly needs: Needs;
  data(seen: Seen): unknown;
  page(seen: Seen, desk: Desk): TemplateResult;
}

function view<T>(
  name: string,
  title: string,
  data: (seen: Seen) => T,
  page: (data: T, desk: Desk) => TemplateResult,
  needs: Needs = {},
): View {
  return { name, title, needs, data, page: (seen, desk) => page(data(seen), desk) };
}

export const VIEWS: readonly View[] = [
  {
    ...{ name: 'map', title: 'Map', needs: { kernel: true, records: true }, data: mapOf },
    page(seen, desk) {
      const data = mapOf(seen);
      const routes = new Routes(seen, data.lines);
      const whole = (at: number) => wholeOf(seen, at);
      return mapPage(data, desk, { seen, wholeOf: whole, routes, live: seen.live });
    },
  },
  view('follow', 'Follow', followOf, followPage, { records: true }),
  view('processes', 'Processes', processesOf, processesPage, { kernel: true }),
  view('objects', 'Objects', ({ snapshot }) => objectsOf(snapshot), objectsPage),
  view('devices', 'Devices', ({ snapshot }) => devicesOf(snapshot), devicesPage),
  view('memory', 'Memory', memoryOf, memoryPage, { kernel: true }),
  view('cache', 'Cache', ({ snapshot }) => cacheOf(snapshot), cachePage),
  view('disk', 'Disk', diskOf, diskPage, { records: true, machine: true, sectors: true }),
  view('controller', 'Controller', controllerOf, controllerPage, { records: true, machine: true }),
  view('events', 'Events', eventsOf, eventsPage, { records: true }),
  {
    ...{ name: 'counters', title: 'Counters', needs: {} },
    data: ({ samples }) => countersOf(samples),
    page: ({ samples }, desk) => countersPage(countersOf(samples), samples, desk),
  },
];
