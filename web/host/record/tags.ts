/** How a value in a log begins. */
export const NOTHING = 0;
export const FALSE = 1;
export const TRUE = 2;
/** A double. */
export const NUMBER = 3;
/** Length in bytes, then UTF-8. */
export const TEXT = 4;
/** Length, then the bytes. */
export const BYTES = 5;
/** Length, then the number of each page; the last one is filled up with zeros. */
export const PAGED = 6;
/** How many, then each. */
export const LIST = 7;
/** How many, then for each its name, a text, and its value. */
export const RECORD = 8;
