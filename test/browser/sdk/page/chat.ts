import type { MeshCall } from '@parley/client';
import type { CallPage } from '../call-page.js';
import type { Journal } from './journal.js';

/** Talk on the data channel `chat`. */
export function createChat(
  call: MeshCall,
  { nameOf }: Journal,
): Pick<CallPage, 'say' | 'heard' | 'hasHeard'> {
  const channel = call.channel('chat');
  const heard: { readonly from: string; readonly line: string }[] = [];
  channel.on('message', ({ from, data }) => heard.push({ from: nameOf(from), line: data as string }));
  const ready = (): Promise<void> => new Promise((resolve) => void channel.on('ready', () => resolve()));
  const idOf = (name: string) => [...call.peers.keys()].find((one) => nameOf(one) === name);
  /** Who came later speaks first: until then there is no connection. */
  const isSent = (line: string, to: string): boolean => {
    const id = idOf(to);
    return id !== undefined && channel.send(line, id).length === 0;
  };
  const heardFrom = (name: string) => heard.flatMap(({ from, line }) => (from === name ? line : []));
  return {
    async say(to, lines) {
      for (const line of lines) while (!isSent(line, to)) await ready();
    },
    heard: heardFrom,
    hasHeard: (name, lines) => heardFrom(name).length >= lines,
  };
}
