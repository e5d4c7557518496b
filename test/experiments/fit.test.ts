/** Where an experiment can be done, and what is said where it cannot. */
import { assert } from 'chai';
import { placeOf, unfit } from '../../web/experiments/fit.ts';
import { EXPERIMENTS } from '../../web/experiments/registry.ts';
import { BOTH, type Experiment } from '../../web/experiments/types.ts';

type Needs = Pick<Experiment, 'topologies' | 'speed'>;
const anywhere: Needs = { topologies: BOTH };
const single: Needs = { topologies: ['single'] };
const isolated: Needs = { topologies: ['isolated'] };
const real: Needs = { topologies: BOTH, speed: 'real' };

/** What it needs, the machine's topology and speed, whether the page is isolated; what is said. */
const TABLE: readonly (readonly [
  Needs,
  'auto' | 'single' | 'isolated',
  string,
  boolean,
  RegExp,
])[] = [
  [anywhere, 'auto', 'fast', false, /^$/],
  [anywhere, 'single', 'fast', false, /^$/],
  [anywhere, 'isolated', 'fast', true, /^$/],
  [single, 'auto', 'fast', true, /^$/],
  [single, 'single', 'fast', false, /^$/],
  [single, 'isolated', 'fast', true, /"single". Begin anew has it/],
  [isolated, 'auto', 'fast', true, /^$/],
  [isolated, 'single', 'fast', true, /"isolated". Begin anew has it/],
  [isolated, 'auto', 'fast', false, /"isolated", which this page cannot have: .*COOP and COEP/],
  [isolated, 'single', 'fast', false, /"isolated", which this page cannot have/],
  [real, 'auto', 'fast', false, /^$/],
  [real, 'single', 'fast', false, /real one’s times. Begin anew has it/],
  [real, 'single', 'real', false, /^$/],
];

suite('experiments/fit', () => {
  test('what an experiment needs and the machine has not is said', () => {
    for (const [needs, topology, speed, page, said] of TABLE) {
      const machine = { topology, speed } as Parameters<typeof unfit>[1];
      const what = JSON.stringify([needs, topology, speed, page]);
      assert.match(unfit(needs, machine, { isolated: page }), said, what);
    }
  });

  test('an experiment of one topology says which', () => {
    for (const experiment of EXPERIMENTS) {
      const { name, topologies } = experiment;
      assert.isAtLeast(topologies.length, 1, name);
      assert.equal(placeOf(experiment) === undefined, topologies.length === 2, name);
    }
  });
});
