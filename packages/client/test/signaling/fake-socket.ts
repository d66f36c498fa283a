import { decodeTextFrame, encodeTextFrame, errorBody } from '@parley/protocol';
import type { WebSocketLike } from '../../src/index.js';
import { join, leave, lost, mutate, relay } from './fake-room.js';
import type { Peer, Sent, Service } from './fake-state.js';

/** The class of WebSockets that lead to a service; each frame takes `latencyMs`, in order, and none outruns a close. */
export function createFakeWebSocket(service: Service) {
  const { clock, faults, peers, opened } = service;
  return class FakeWebSocket implements WebSocketLike {
    onopen: ((event: never) => unknown) | null = null;
    onmessage: ((event: never) => unknown) | null = null;
    onclose: ((event: never) => unknown) | null = null;
    onerror: ((event: never) => unknown) | null = null;
    readonly peer: Peer;
    constructor(url: string) {
      const { host } = new URL(url);
      const { mode, turnAway } = service.gateway(host);
      opened.push(clock.now());
      this.peer = createPeer({ url, gateway: host }, (frame) => this.onmessage?.({ data: frame } as never), {
        later: (run) => this.later(run),
        close: (code) => this.later(() => this.end(code)),
      });
      peers.push(this.peer);
      if (mode === 'dead') this.later(() => this.end(1006));
      if (mode === 'dead' || mode === 'never') return;
      this.later(() => {
        this.onopen?.({} as never);
        if (turnAway) this.peer.goodbye(turnAway.code, turnAway.action, turnAway.retryAfterMs);
      });
    }
    later(run: () => void): void {
      clock.after(faults.latencyMs, () => this.peer.open && run());
    }
    end(code: number): void {
      this.peer.open = false;
      lost(service, this.peer);
      this.onclose?.({ code } as never);
    }
    send(data: string): void {
      this.later(() => {
        const { header, payload } = decodeTextFrame(data);
        this.peer.frames.push({ header: header as Sent, payload, at: clock.now() });
        take(service, this.peer, header as Sent, payload);
      });
    }
    close(): void {
      this.onclose = null;
      this.later(() => this.end(1000));
    }
  };
}

interface Carrying {
  later(run: () => void): void;
  close(code: number): void;
}

function createPeer(
  where: Pick<Peer, 'url' | 'gateway'>,
  carry: (frame: string) => void,
  { later, close }: Carrying,
): Peer {
  const peer: Peer = {
    ...{ ...where, frames: [], open: true },
    tell: (header, payload) => later(() => carry(encodeTextFrame(header, payload))),
    goodbye(code, action, retryAfterMs) {
      peer.tell({ type: 'goodbye', code, reason: 'x', action, ...(retryAfterMs && { retryAfterMs }) });
      if (code < 4200) close(code);
    },
    close,
  };
  return peer;
}

function take(service: Service, peer: Peer, header: Sent, payload: string | undefined): void {
  if (service.gateway(peer.gateway).mode === 'mute') return;
  const id = header['id'];
  if (header.type === 'hello') return hello(service, peer, id);
  if (header.type === 'ping') return peer.tell({ type: 'pong' });
  if (header.type === 'join') return join(service, peer, header);
  if (header.type === 'refresh') return peer.tell({ type: 'reply', id, result: {} });
  if (!service.members.has(peer.participant ?? '')) {
    return peer.tell({ type: 'reply', id, error: errorBody('not_joined') });
  }
  if (header.type === 'signal') return relay(service, peer, header, payload);
  if (header.type === 'leave') return leave(service, peer, header);
  mutate(service, peer, header, payload);
}

function hello({ gateway, limits }: Service, peer: Peer, id: unknown): void {
  const { helloError } = gateway(peer.gateway);
  if (helloError === undefined) {
    return peer.tell({ type: 'welcome', id, gateway: peer.gateway, features: ['link1'], limits });
  }
  peer.tell({ type: 'reply', id, error: errorBody(helloError) });
  peer.goodbye(helloError === 'token_expired' ? 4010 : 4003, 'stop');
}
