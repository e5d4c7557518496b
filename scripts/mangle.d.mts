import type { Plugin } from 'vite';

export function shortPrivateNames(): Plugin;
