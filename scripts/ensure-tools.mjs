/**
 * What the tests need besides npm's packages: a browser, and the FAT tools that judge our disks.
 *
 *   node scripts/ensure-tools.mjs        finds or installs; exit 1 where something is missing
 *   ensureTools()                        the same; resolves to { chrome, firefox, missing }
 *
 * What is not there is installed by apt-get where that exists and we are root, as in a container;
 * elsewhere one line says what to install. Firefox and WebKitGTK are wanted, not needed: the tests
 * that use them are skipped without.
 */
import { pathToFileURL } from 'node:url';
import { findChrome, findFirefox, findProgram, findWebKit } from './find-browser.mjs';
import { runProgram } from './process.mjs';

const NEEDS = [
  {
    what: 'a Chrome, Chromium or Edge (or CHROME_PATH set to one)',
    find: findChrome,
    debian: 'chromium',
  },
  { what: 'mtools', find: () => findProgram(['mtools', 'mcopy']), debian: 'mtools' },
  {
    what: 'dosfstools',
    find: () => findProgram(['mkfs.fat']) && findProgram(['fsck.fat']),
    debian: 'dosfstools',
  },
  { what: 'Firefox', find: findFirefox, debian: 'firefox-esr', optional: true },
  { what: 'WebKitGTK', find: findWebKit, debian: 'webkit2gtk-driver', optional: true },
  { what: 'Xvfb', find: () => findProgram(['Xvfb']), debian: 'xvfb', optional: true },
];

function canInstall() {
  return process.getuid?.() === 0 && findProgram(['apt-get']) !== '';
}

async function apt(...args) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  return (await runProgram('apt-get', ['-q', '-y', ...args], { env, limitMinutes: 10 })) === 0;
}

export async function ensureTools() {
  const absent = NEEDS.filter((need) => !need.find());
  if (absent.length > 0 && canInstall() && (await apt('update'))) {
    // One at a time: an optional package that a release does not have must not keep out the others.
    for (const need of absent) await apt('install', '--no-install-recommends', need.debian);
  }
  const missing = [];
  for (const need of NEEDS.filter((candidate) => !candidate.find())) {
    if (need.optional) console.log(`${need.what} is not installed: its tests are skipped`);
    else missing.push(need);
  }
  if (missing.length > 0) {
    const list = missing.map((need) => need.what).join(', ');
    const packages = missing.map((need) => need.debian).join(' ');
    console.error(`Please install ${list}. On Debian: apt-get install ${packages}`);
  }
  return { chrome: findChrome(), firefox: findFirefox(), missing: missing.map((n) => n.what) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { missing } = await ensureTools();
  if (missing.length > 0) process.exitCode = 1;
}
