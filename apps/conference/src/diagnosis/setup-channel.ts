import { fetchOwnVerdicts } from './own-verdicts.js';
import type { OwnCall, OwnVerdict } from './own-verdicts.js';

/** How a call in another tab of this browser came about. */
export interface SetupAnswer {
  readonly room: string;
  /** Undefined: the server could not be asked. */
  readonly verdicts: readonly (OwnVerdict & { readonly name: string })[] | undefined;
}

/** A call as its tab knows it. */
export interface AnsweringCall extends OwnCall {
  /** What somebody in the room is called; the empty id is oneself. */
  nameOf(id: string): string;
}

/** Tabs of one browser at one server meet on this channel. The key never does: only what the server says is told. */
const CHANNEL = 'parley-diagnosis';
const PATIENCE_MS = 7_000;
/** A tab that holds no call does not answer at all: so long is waited for the first sign of one. */
const SIGN_MS = 500;

interface Question {
  readonly ask: string;
}
interface Answer {
  readonly to: string;
  /** Absent: the server is being asked. */
  readonly setup?: SetupAnswer;
}

/** Answers the questions of diagnosis pages about this call, until the function that is returned is called. */
export function answerSetupQuestions(call: AnsweringCall): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Partial<Question>>) => {
    const { ask } = data;
    if (typeof ask !== 'string') return;
    const tell = (answer: Omit<Answer, 'to'>): void =>
      channel.postMessage({ to: ask, ...answer } satisfies Answer);
    tell({});
    void setupOf(call).then((setup) => tell({ setup }));
  };
  return () => channel.close();
}

async function setupOf(call: AnsweringCall): Promise<SetupAnswer> {
  const { room } = call;
  const verdicts = await fetchOwnVerdicts(call).catch(() => undefined);
  const named = (id: string | number): string => call.nameOf(String(id));
  const withNames = ({ values, ...verdict }: OwnVerdict) => {
    const people = Object.entries(values).map(([slot, value]) => [
      slot,
      PEOPLE.has(slot) ? named(value) : value,
    ]);
    return {
      ...verdict,
      values: Object.fromEntries(people) as OwnVerdict['values'],
      name: named(verdict.with),
    };
  };
  return { room, verdicts: verdicts?.map(withNames) };
}

const PEOPLE: ReadonlySet<string> = new Set(['from', 'to', 'who']);

/** Asks the other tabs how their calls came about; empty if there is no call in this browser. Never rejects. */
export async function askSetup(): Promise<readonly SetupAnswer[]> {
  const channel = new BroadcastChannel(CHANNEL);
  const ask = crypto.getRandomValues(new Uint32Array(2)).join('-');
  const answers: SetupAnswer[] = [];
  let waiting = 0;
  await new Promise<void>((resolve) => {
    channel.onmessage = ({ data }: MessageEvent<Partial<Answer>>) => {
      if (data.to !== ask) return;
      waiting += data.setup ? -1 : 1;
      if (data.setup) answers.push(data.setup);
      if (data.setup && waiting === 0) resolve();
    };
    setTimeout(() => waiting === 0 && resolve(), SIGN_MS);
    setTimeout(resolve, PATIENCE_MS);
    channel.postMessage({ ask } satisfies Question);
  });
  channel.close();
  return answers;
}
