import { KOREANS, PEOPLE } from './people.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, isMobile: true, hasTouch: true };
const DARK = { colorScheme: 'dark' };
const KOREAN = { locale: 'ko-KR' };
const { hana, jonas, amara, lucia, ravi, emma, haneul, samuel, noor } = PEOPLE;

const TALKING = { ...hana, talks: 0.05 };

/** The others of a call, before the one who is photographed comes. */
async function company(studio, room, people, small = false) {
  const pages = [];
  const context = { viewport: { width: 480, height: 360 } };
  for (const person of people) pages.push(await studio.join(person, { room, small, extra: true, context }));
  return pages;
}

const tiles = (page, count) =>
  page.waitForFunction((many) => document.querySelectorAll('.tile video').length >= many, count);

async function say(page, text) {
  if (!(await page.locator('.composer').isVisible())) await page.keyboard.press('c');
  await page.locator('.composer textarea').fill(text);
  await page.keyboard.press('Enter');
}

/** A call of four with something going on: one talks, one is muted without a camera, one has raised a hand. */
async function four(studio, name, { context = {}, people = [jonas, amara, lucia], self = hana, text } = {}) {
  const room = context.locale ? '주간-회의' : 'design-review';
  const [, second, third] = await company(studio, room, people);
  const page = await studio.join(self, { room, context });
  await tiles(page, 4);
  await second.keyboard.press('h');
  await third.keyboard.press('m');
  await page.locator('.tile-hand').waitFor();
  await page.locator('.tile-muted').waitFor();
  if (text) {
    await say(third, text);
    await page.locator('.badge').waitFor();
  }
  await page.locator('.tile[data-speaking="true"]').waitFor();
  await studio.shoot(page, name);
  return { page, others: [second, third] };
}

async function chat(studio, name, { context = {}, people, self, lines }) {
  const room = context.locale ? '주간-회의' : 'design-review';
  const [first, second] = await company(studio, room, people);
  const page = await studio.join(self, { room, context });
  await tiles(page, 3);
  await page.keyboard.press('c');
  const speakers = [first, second, page];
  for (const [at, [who, text]] of lines.entries()) {
    await say(speakers[who], text);
    await page.waitForFunction((count) => document.querySelectorAll('.message').length === count, at + 1);
  }
  await studio.shoot(page, name);
}

const LINES = [
  [0, 'Morning! Can everybody see the new lobby?'],
  [1, 'Yes, looks calm. The meter moves when I talk 👍'],
  [2, 'Good. I will share my screen in a minute.'],
  [0, 'The phones joined by the QR code without typing anything.'],
  [1, 'https://meet.example.com/r/design-review'],
];
const KOREAN_LINES = [
  [0, '안녕하세요! 새 대기 화면 다들 보이시나요?'],
  [1, '네, 깔끔하네요. 말하면 막대가 잘 움직입니다 👍'],
  [2, '좋습니다. 잠시 뒤에 화면을 공유할게요.'],
  [0, '휴대전화는 QR 코드로 바로 들어왔습니다.'],
];

/** Every picture: its name, and how it comes about. `studio` is of `createStudio`, `server` has `stop`. */
export const SCENES = [
  [
    'lobby',
    async (studio, name) => studio.shoot(await studio.open(TALKING, { room: 'design-review' }), name),
  ],
  [
    'lobby-dark',
    async (studio, name) => studio.shoot(await studio.open(TALKING, { path: '/', context: DARK }), name),
  ],
  [
    'lobby-korean',
    async (studio, name) =>
      studio.shoot(await studio.open({ ...KOREANS[0], talks: 0.05 }, { path: '/', context: KOREAN }), name),
  ],
  ['permission-refused', async (studio, name) => refused(studio, name, {})],
  ['permission-refused-korean', async (studio, name) => refused(studio, name, KOREAN)],
  [
    'phone-lobby',
    async (studio, name) =>
      studio.shoot(await studio.open(TALKING, { room: 'design-review', context: PHONE }), name),
  ],
  ['phone-refused', async (studio, name) => refused(studio, name, PHONE)],
  ['call-1', async (studio, name) => studio.shoot(await studio.join(hana, { room: 'design-review' }), name)],
  [
    'phone-alone',
    async (studio, name) =>
      studio.shoot(await studio.join(hana, { room: 'design-review', context: PHONE }), name),
  ],
  [
    'call-2',
    async (studio, name) => {
      await company(studio, 'catch-up', [jonas]);
      const page = await studio.join(hana, { room: 'catch-up' });
      await tiles(page, 2);
      await page.locator('.tile[data-speaking="true"]').waitFor();
      await studio.shoot(page, name);
    },
  ],
  ['call-4', async (studio, name) => four(studio, name, { text: 'Here is the link' })],
  ['call-4-dark', async (studio, name) => four(studio, name, { context: DARK, text: 'Here is the link' })],
  [
    'call-korean',
    async (studio, name) =>
      four(studio, name, { context: KOREAN, self: KOREANS[0], people: KOREANS.slice(1) }),
  ],
  [
    'call-9',
    async (studio, name) => {
      const others = await company(
        studio,
        'all-hands',
        [jonas, amara, lucia, ravi, emma, haneul, samuel, noor],
        true,
      );
      const page = await studio.join(hana, { room: 'all-hands', small: true });
      await tiles(page, 9);
      // All have come, and the machine gets its breath back.
      for (const one of others) await one.evaluate(() => (globalThis.studio.rate = 1));
      await others[6].keyboard.press('m');
      await others[4].keyboard.press('v');
      await tiles(page, 8);
      await page.locator('.tile[data-speaking="true"]').waitFor();
      await studio.shoot(page, name, 9);
    },
  ],
  ['chat', async (studio, name) => chat(studio, name, { people: [jonas, amara], self: hana, lines: LINES })],
  [
    'chat-korean-dark',
    async (studio, name) =>
      chat(studio, name, {
        context: { ...KOREAN, ...DARK },
        people: KOREANS.slice(1, 3),
        self: KOREANS[0],
        lines: KOREAN_LINES,
      }),
  ],
  [
    'phone-chat',
    async (studio, name) =>
      chat(studio, name, { context: PHONE, people: [jonas, amara], self: hana, lines: LINES }),
  ],
  [
    'sharing',
    async (studio, name) => {
      const [first] = await company(studio, 'design-review', [jonas, amara, lucia]);
      const page = await studio.join(hana, { room: 'design-review' });
      await tiles(page, 4);
      await first.keyboard.press('s');
      await tiles(page, 5);
      await studio.shoot(page, name);
    },
  ],
  [
    'phone-call',
    async (studio, name) => {
      await company(studio, 'design-review', [jonas, amara, lucia]);
      const page = await studio.join(hana, { room: 'design-review', context: PHONE });
      await tiles(page, 4);
      await studio.shoot(page, name);
    },
  ],
  [
    'people',
    async (studio, name) => {
      const [, second, third] = await company(studio, 'design-review', [jonas, amara, lucia]);
      const page = await studio.join(hana, { room: 'design-review', context: DARK });
      await tiles(page, 4);
      await second.keyboard.press('h');
      await third.keyboard.press('m');
      await page.locator('.tile-hand').waitFor();
      await page.keyboard.press('p');
      await studio.shoot(page, name);
    },
  ],
  [
    'connection',
    async (studio, name) => {
      await company(studio, 'catch-up', [jonas]);
      const page = await studio.join(hana, { room: 'catch-up' });
      await tiles(page, 2);
      await page.locator('.tile-button .signal-bars:not([data-quality="unknown"])').waitFor();
      await page.locator('.tile-button:has(.signal-bars)').click();
      await page.getByText('fps').waitFor();
      await studio.shoot(page, name);
    },
  ],
  [
    'settings',
    async (studio, name) => {
      const page = await studio.join(hana, { room: 'design-review' });
      await page.keyboard.press(',');
      await page.locator('dialog').waitFor();
      await studio.shoot(page, name);
    },
  ],
  [
    'phone-settings',
    async (studio, name) => {
      const page = await studio.join(hana, { room: 'design-review', context: { ...PHONE, ...DARK } });
      await page.getByRole('button', { name: 'More' }).tap();
      await studio.shoot(page, 'phone-menu');
      await page.getByRole('button', { name: 'Settings' }).tap();
      await page.locator('dialog').waitFor();
      await studio.shoot(page, name);
    },
  ],
  [
    'shortcuts',
    async (studio, name) => {
      const page = await studio.join(hana, { room: 'design-review' });
      await page.keyboard.press('Shift+?');
      await page.locator('dialog').waitFor();
      await studio.shoot(page, name);
    },
  ],
  [
    'diagnosis',
    async (studio, name) => {
      const page = await studio.open(TALKING, {
        path: '/#diagnosis',
        context: { viewport: { width: 1280, height: 1000 } },
      });
      await page
        .locator('.checks[aria-busy="false"] [data-check="turn.tls"]:not([data-result="waiting"])')
        .waitFor();
      await studio.shoot(page, name);
    },
  ],
  [
    'ended',
    async (studio, name) => {
      const page = await studio.join(hana, { room: 'design-review' });
      await page.keyboard.press('Shift+L');
      await page.locator('.ended').waitFor();
      await studio.shoot(page, name);
    },
  ],
  // Last: the server does not come back.
  [
    'reconnecting',
    async (studio, name, server) => {
      const { page } = await four({ ...studio, shoot: () => undefined }, name, {});
      await server.stop();
      await page.locator('.banner[data-tone="warning"]').waitFor();
      await studio.shoot(page, name);
    },
  ],
];

async function refused(studio, name, context) {
  const page = await studio.open(TALKING, { room: 'design-review', refuse: true, context });
  await page.locator('.problem').waitFor();
  await studio.shoot(page, name);
}
