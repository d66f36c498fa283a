/** What the server says of how the connection with one person came about. */
export interface OwnVerdict {
  readonly with: string;
  readonly code: string;
  /** As the server names them: people by id. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** Whose call it is. */
export interface OwnCall {
  readonly room: string;
  /** The participant's key: it goes to the server that gave the page, and nowhere else. */
  readonly key: string;
}

const PATIENCE_MS = 6_000;
const MOST = 500;

/** Asks the server (HTTP-5). Rejects when it cannot be asked, or keeps no such record. */
export async function fetchOwnVerdicts({ room, key }: OwnCall): Promise<readonly OwnVerdict[]> {
  const answer = await fetch(`/v1/timeline?room=${encodeURIComponent(room)}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return readTimeline(await answer.json());
}

/** The verdicts in an answer, those that make no sense left out. */
export function readTimeline(answer: unknown): readonly OwnVerdict[] {
  const verdicts = listIn(answer, 'pairs').flatMap((pair) =>
    listIn(pair, 'verdicts').map((verdict) => ({ ...fieldsOf(verdict), with: fieldsOf(pair)['with'] })),
  );
  return verdicts.filter(isVerdict).slice(0, MOST);
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = fieldsOf(value)[name];
  return Array.isArray(list) ? (list as unknown[]) : [];
}

function isVerdict(verdict: Fields): verdict is Fields & OwnVerdict {
  const { code, values } = verdict;
  return (
    typeof verdict['with'] === 'string' && typeof code === 'string' && typeof values === 'object' && !!values
  );
}
