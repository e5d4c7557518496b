/** What se gives to the other components beside its functions. */
export interface Se {
  /** A number that the system has never given out: of a token, its state, a logon. */
  newLuid(): number;
}
