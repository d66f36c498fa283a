import {
  createSystemClock,
  defineConfig,
  describeConfig,
  integer,
  loadConfig,
  processFields,
  seconds,
  text,
} from '@parley/kit';
import type { Clock, Env, ProcessParts, Program, Service } from '@parley/kit';
import { busFields, composeProcess } from '@parley/process';
import { DEFAULT_ROOMS_CONFIG } from './owner/config.js';
import { createRooms } from './owner/create-rooms.js';
import type { Rooms } from './owner/create-rooms.js';
import { createStore, STORE_SCHEMES } from './store/create-store.js';
import type { Store } from './store/port.js';
import { createStoreWatch } from './store/store-watch.js';
import type { StoreWatch } from './store/store-watch.js';
import { ROOMS_METRICS } from './telemetry.js';
import { timelineRoute } from './timeline/timeline-route.js';

/** The settings of a rooms replica as a process of its own. */
export const roomsConfig = defineConfig({
  ...processFields,
  ...busFields,
  storeUrl: {
    env: 'STORE_URL',
    schema: text({ max: 1_024 }),
    default: 'memory:',
    secret: true,
    description: `Where rooms are kept: ${storeSchemes()}; \`memory:\` serves a single replica, and ends with it`,
  },
  roomSize: {
    env: 'ROOM_SIZE',
    schema: integer({ min: 1, max: 1_000 }),
    default: String(DEFAULT_ROOMS_CONFIG.roomSize),
    description:
      'Participants that a room holds of which nothing but listings is known; the same in gateways',
  },
  resumeWindowS: {
    env: 'RESUME_WINDOW_S',
    schema: seconds({ min: 1, max: 3_600 }),
    default: String(DEFAULT_ROOMS_CONFIG.resumeMs / 1_000),
    description:
      'Seconds in which a participant that lost its connection may come back; the same in gateways',
  },
});

/** `npm run start:rooms`. */
export const roomsProgram: Program = {
  name: 'parley-rooms',
  help: `A Parley rooms replica: npm run start:rooms\n\n${describeConfig(roomsConfig).help}`,
  create,
};

function create(env: Env): Promise<ProcessParts> {
  const config = loadConfig(roomsConfig, env);
  const clock = createSystemClock();
  const store = createStore(config.storeUrl, { clock });
  return composeProcess({
    ...{ role: 'rooms', prefix: 'r', config, metrics: ROOMS_METRICS, clock },
    store: watched(store, clock),
    admin: (rooms: Rooms) => [timelineRoute(rooms)],
    create: ({ member, random, telemetry, tracer }) => {
      const { bus, endpoint, directory, healthy } = member;
      return createRooms({
        ...{ bus, endpoint, directory, healthy, clock, random, telemetry, tracer, store },
        config: { resumeMs: config.resumeWindowS * 1_000, roomSize: config.roomSize },
      });
    },
  });
}

function watched(store: Store, clock: Clock): Service & Pick<StoreWatch, 'fresh'> {
  const watch = createStoreWatch(store, clock);
  return {
    start: async () => watch.start(),
    drain: async () => undefined,
    stop: async () => {
      watch.stop();
      await store.close();
    },
    fresh: watch.fresh,
  };
}

function storeSchemes(): string {
  return STORE_SCHEMES.map((scheme) =>
    scheme === 'memory' ? '`memory:`' : `\`${scheme}://host:port\``,
  ).join(', ');
}
