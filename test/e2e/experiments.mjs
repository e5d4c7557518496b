/**
 * Experiments as somebody does them, in their pages of the guide.
 *
 *   EXPERIMENTS              what the pages say of themselves: { name, topologies }[]
 *   doExperiment(page, url)  goes to the page, and does all of it; resolves to
 *                            { title, topology, before, between, after }: the verdicts after the
 *                            beginning, after each step but the last, and at the end
 *
 * It needs of a page what both playwright's and puppeteer's have: goto, evaluate.
 */
import { readExperiments } from '../../scripts/experiments.mjs';

export const EXPERIMENTS = (await readExperiments()).map(({ name, topologies }) => ({
  name,
  topologies,
}));

export async function doExperiment(page, url) {
  await page.goto(url);
  return page.evaluate(async () => {
    await customElements.whenDefined('neptune-experiment');
    const element = document.querySelector('neptune-experiment');
    const machine = document.querySelector('neptune-os');
    const said = [];
    const orWhy = async (what, work) => {
      try {
        return await work();
      } catch (error) {
        throw new Error(`${what}: ${error.message}; the screen: ${machine.screenText()}`);
      }
    };
    await orWhy('to begin', () => element.begin());
    const { topology } = machine;
    const before = await orWhy('the first check', () => element.check());
    for (let index = 0; index < element.steps; index++) {
      await orWhy(`step ${index + 1}`, () => element.step(index));
      said.push(await orWhy(`the check after step ${index + 1}`, () => element.check()));
    }
    return { topology, before, said };
  });
}
