/**
 * What random programs are watched for, besides that kernel and model agree.
 */
import { Confinement } from './confinement.ts';
import { Integrity } from './integrity.ts';
import { Invariants } from './invariants.ts';
import type { Check } from './program.ts';

export const invariants: Check = (duel) => {
  const watch = new Invariants(duel.words, duel.booted.rootNode.address);
  return (action) => watch.check(action, duel.cpu);
};

export const integrity: Check = (duel) => {
  const watch = new Integrity(duel);
  return () => watch.check(duel.cpu);
};

export const confinement: Check = (duel) => {
  const watch = new Confinement(duel.words, duel.booted.rootNode.address);
  return () => watch.check(duel.cpu);
};

export const integrityAndConfinement: Check = (duel) => {
  const checks = [integrity(duel), confinement(duel)];
  return (action) => checks.forEach((check) => check(action));
};
