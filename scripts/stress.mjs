/**
 * npm run stress -- SECONDS [--seed N] [--no-build]: the test of test/stress for as long as one
 * likes, in pieces of ten seconds with a seed each. Ends with status 1 at the first failure, and
 * names its seed.
 */
import { build } from './build.mjs';
import { inPage, makePage } from './bench/page.mjs';

const PIECE_S = 10;

async function main(args) {
  const seconds = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 60);
  const seedAt = args.indexOf('--seed');
  const firstSeed = seedAt < 0 ? 1 : Number(args[seedAt + 1]);
  if (!Number.isInteger(firstSeed)) throw new Error('stress: bad --seed');
  if (!args.includes('--no-build')) await build(['kernel']);
  await makePage('stress', 'test/stress');
  await inPage('stress', async (page) => {
    await page.waitForFunction('typeof globalThis.stressKernel === "function"');
    const pieces = Math.ceil(seconds / PIECE_S);
    for (let seed = firstSeed; seed < firstSeed + pieces; seed++) {
      const result = await page
        .evaluate(([each, ms]) => globalThis.stressKernel(each, ms), [seed, PIECE_S * 1000])
        .catch((error) => {
          throw new Error(`stress: seed ${seed}: ${error.message}`);
        });
      console.log(`seed ${seed}: ${JSON.stringify(result)}`);
    }
  });
}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
