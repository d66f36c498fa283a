/** The machine's time, in milliseconds since the Unix epoch. */
export function wallClock(): number {
  return Date.now();
}
