/** Priorities of threads, as the kernel counts them: 0 to 255. */
export const PRIORITY_CLIENT = 100;
export const PRIORITY_DRIVER = 150;
/** Interrupt threads come before drivers, the Executive (255) before all. */
export const PRIORITY_ISR = 200;
