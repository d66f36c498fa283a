import { describe } from 'vitest';

import { abortCases } from './cases/abort.js';
import { backpressureCases } from './cases/backpressure.js';
import { closingCases } from './cases/closing.js';
import { faultCases } from './cases/faults.js';
import { frameCases } from './cases/frames.js';
import { httpCases } from './cases/http.js';
import { listeningCases } from './cases/listening.js';
import { upgradeCases } from './cases/upgrade.js';
import type { Driver } from './rig.js';

/** Everything that the socket port promises, for one driver. Call it at the top of a test file. */
export function socketConformance(driver: Driver): void {
  describe(`socket server on ${driver.name}`, () => {
    describe('upgrade', () => upgradeCases(driver));
    describe('aborted upgrades', () => abortCases(driver));
    describe('frames', () => frameCases(driver));
    describe('faults', () => faultCases(driver));
    describe('backpressure', () => backpressureCases(driver));
    describe('closing', () => closingCases(driver));
    describe('http', () => httpCases(driver));
    describe('listening', () => listeningCases(driver));
  });
}
