/**
 * The tests that run in a real browser: test/**\/*.test.ts, one page a file.
 *
 * Every response carries the isolation headers, so that `crossOriginIsolated` holds and memory can
 * be shared with workers. Tests are the sources themselves: esbuild only strips their types; the
 * test command gives bundles of them (scripts/bundle-tests.mjs). build/
 * (kernel.wasm, workers, images, disks/*.img) is served beside them, as /build/... .
 */
import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import { buildCode } from './scripts/code.mjs';
import { CHROME_FLAGS, findChrome } from './scripts/find-browser.mjs';
import { countsReporter } from './scripts/wtr-counts-reporter.mjs';
import { neptuneCommands, neptuneRecordings, neptuneTools } from './scripts/wtr-commands.mjs';

/** Set by the test command: where the reporter writes its counts. */
const countsFile = process.env.NEPTUNE_TEST_COUNTS;

// Workers and images are built from the sources as they are now; the test command has done so.
if (!countsFile) await buildCode();

function isolate(context, next) {
  context.set('Cross-Origin-Opener-Policy', 'same-origin');
  context.set('Cross-Origin-Embedder-Policy', 'require-corp');
  context.set('Cross-Origin-Resource-Policy', 'cross-origin');
  return next();
}

/** `import css from './x.css?inline'`, as the bundler understands it: the sheet's text. */
const inlineCss = {
  name: 'neptune-inline-css',
  resolveMimeType: (context) =>
    context.path.endsWith('.css') && 'inline' in context.query ? 'js' : undefined,
  transform: (context) =>
    context.path.endsWith('.css') && 'inline' in context.query
      ? { body: `export default ${JSON.stringify(String(context.body))};` }
      : undefined,
};

export default {
  rootDir: fileURLToPath(new URL('.', import.meta.url)),
  files: ['test/**/*.test.ts'],
  nodeResolve: { exportConditions: ['production', 'default'] },
  concurrency: Number(process.env.NEPTUNE_TEST_CONCURRENCY ?? 1),
  concurrentBrowsers: 1,
  browsers: [
    chromeLauncher({
      launchOptions: {
        executablePath: findChrome() || undefined,
        args: CHROME_FLAGS,
      },
    }),
  ],
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 600_000,
  testFramework: { config: { ui: 'tdd', timeout: 20_000 } },
  testRunnerHtml: (testFramework) => `<!doctype html>
<html>
  <head>
    <meta charset="utf-8" />
    <script src="/test/support/mocha-names.js"></script>
  </head>
  <body>
    <script type="module" src="${testFramework}"></script>
  </body>
</html>`,
  middleware: [isolate, neptuneTools, neptuneRecordings],
  plugins: [
    esbuildPlugin({
      ts: true,
      target: 'es2022',
      tsconfig: fileURLToPath(new URL('./tsconfig.json', import.meta.url)),
    }),
    inlineCss,
    neptuneCommands(),
  ],
  reporters: [
    defaultReporter({ reportTestResults: true, reportTestProgress: false }),
    countsReporter({ file: countsFile }),
  ],
};
