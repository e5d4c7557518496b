/**
 * Where an installed browser is.
 *
 *   findProgram(names)   absolute path of the first of `names` on PATH or in the sbin folders, or
 *                        ''
 *   CHROME_FLAGS         how the tests start it
 *   findChrome()         the Chromium-like browser that the tests drive, or ''
 *   findFirefox()        a Firefox for the tests that want a second engine, or ''
 *   findWebKit()         WebKitGTK's driver for those that want a third, or ''
 *
 * CHROME_PATH and FIREFOX_PATH come before everything else; a value that names no file is an error,
 * so that a typing mistake does not silently test another browser.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Debian keeps mkfs.fat and fsck.fat where only root's PATH looks.
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const CHROME_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
  'msedge',
];

/**
 * Of the browser's features. The first four are pages of its own window, made anew for each of
 * ours: they took a second of a core for every context that a test opens. A browser obeys only the
 * last list that it is given, so the rest is what playwright-core turns off.
 */
const DISABLED_FEATURES = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'PreloadTopChromeWebUI',
  'PreloadTopChromeWebUILessNavigations',
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** For tests: no sandbox in a container, and nothing that talks to the network by itself. */
export const CHROME_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  // A page that is not in front is a page like any other here: its timers must not be slowed down.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
];

const CHROME_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export function findProgram(names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder || '.', name);
      if (isProgram(path)) return path;
    }
  }
  return '';
}

function fromEnvironment(variable) {
  const path = process.env[variable] ?? '';
  if (path && !isProgram(path)) throw new Error(`${variable} names no program: ${path}`);
  return path;
}

export function findChrome() {
  return (
    fromEnvironment('CHROME_PATH') ||
    findProgram(CHROME_NAMES) ||
    (CHROME_PLACES.find(isProgram) ?? '')
  );
}

export function findFirefox() {
  return fromEnvironment('FIREFOX_PATH') || findProgram(['firefox-esr', 'firefox']);
}

export function findWebKit() {
  return findProgram(['WebKitWebDriver']);
}
