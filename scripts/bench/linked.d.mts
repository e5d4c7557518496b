import type { Plugin } from 'vite';

export function linkedPlugin(): Plugin;
