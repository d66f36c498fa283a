import type { MediaProblem } from './media-problem.js';

/** What a device takes in. */
export type DeviceKind = 'camera' | 'microphone';

/** A device to choose. */
export interface DeviceChoice {
  readonly id: string;
  readonly label: string;
}

/** Devices by what they do. */
export type DeviceList = Readonly<Record<DeviceKind | 'speaker', readonly DeviceChoice[]>>;

/** Tracks, or why there is none, by kind. */
export type Opened = Readonly<Partial<Record<DeviceKind, MediaStreamTrack | MediaProblem>>>;

/** What the page needs of the machine's cameras and microphones. */
export interface MediaPort {
  /** Opens devices, by id or by any (''). One question to the user if there are two; never rejects. */
  open(wanted: Readonly<Partial<Record<DeviceKind, string>>>): Promise<Opened>;
  list(): Promise<DeviceList>;
  /** Told when devices come and go. */
  onDevices(told: () => void): void;
  /** Told when a permission changes, where the browser tells. */
  onPermission(told: (kind: DeviceKind, state: 'granted' | 'denied' | 'prompt') => void): void;
}
