/** Everything that a user can do in a call by a button or a key. */
export interface Commands {
  readonly mute: () => void;
  readonly camera: () => void;
  readonly share: () => void;
  readonly hand: () => void;
  readonly chat: () => void;
  readonly people: () => void;
  readonly invite: () => void;
  readonly settings: () => void;
  readonly help: () => void;
  readonly leave: () => void;
}
