import type { LiveConnection } from '../../src/live-connections.js';

/** A connection that writes down, after its name, what it is told. */
export function recordingConnection(
  name: string,
  log: string[],
  dialect: LiveConnection['dialect'] = 'native',
): LiveConnection {
  return {
    dialect,
    goodbye: (reason) => void log.push(`${name} goodbye ${reason}`),
    close: (reason) => void log.push(`${name} close ${reason}`),
    degraded: (degraded) => void log.push(`${name} degraded ${degraded}`),
  };
}
