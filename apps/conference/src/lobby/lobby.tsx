import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { TargetedSubmitEvent } from 'preact';
import { useApp, useText } from '../app/app-context.js';
import { roomProblem } from '../app/room-address.js';
import { DeviceChoices } from '../devices/device-choices.js';
import { DeviceProblems } from '../devices/device-problems.js';
import { Mark } from '../ui/mark.js';
import { PageMenu } from '../ui/page-menu.js';
import { Preview } from './preview.js';

/** What the lobby is shown with. */
export interface LobbyProps {
  readonly room: string;
  /** The address named the room: there is nothing to choose. */
  readonly invited: boolean;
}

/** Before a call: how one looks and sounds, one's name, and in. */
export function Lobby({ room, invited }: LobbyProps) {
  const t = useText();
  return (
    <div class="lobby">
      <header class="page-head">
        <Mark />
        <PageMenu />
      </header>
      <main class="lobby-main">
        <Preview />
        <div class="lobby-side">
          <h1>{invited ? t('lobby.titleRoom', { room }) : t('lobby.title')}</h1>
          <p class="lobby-tagline">{t('app.tagline')}</p>
          <DeviceProblems />
          <JoinForm room={room} invited={invited} />
          <details class="lobby-devices">
            <summary>{t('lobby.devices')}</summary>
            <DeviceChoices />
          </details>
        </div>
      </main>
      <footer class="page-foot">
        <a href="/#diagnosis" target="_blank" rel="noopener">
          {t('control.diagnosis')}
        </a>
      </footer>
    </div>
  );
}

function JoinForm({ room, invited }: LobbyProps) {
  const { settings, devices, join } = useApp();
  const { t } = settings;
  const chosen = useSignal(room);
  const tried = useSignal(false);
  const name = settings.name.value.trim();
  const wrong = roomProblem(chosen.value);
  const without = devices.camera.problem.value ?? devices.microphone.problem.value;
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    tried.value = true;
    settings.name.value = name;
    if (name !== '' && !wrong) join(chosen.value);
    else event.currentTarget.querySelector<HTMLInputElement>('input:invalid, [aria-invalid=true]')?.focus();
  };
  return (
    <form class="join-form" onSubmit={submit} noValidate>
      <Field
        label={t('lobby.name')}
        value={settings.name.value}
        placeholder={t('lobby.namePlaceholder')}
        autocomplete="name"
        fault={tried.value && name === '' ? t('lobby.nameEmpty') : undefined}
        enter={(text) => (settings.name.value = text)}
      />
      {!invited && (
        <Field
          label={t('lobby.room')}
          value={chosen.value}
          hint={t('lobby.roomHint')}
          fault={wrong && (wrong === 'empty' ? t('lobby.roomEmpty') : t('lobby.roomForm'))}
          enter={(text) => (chosen.value = text.trim().replace(/\s+/g, '-'))}
        />
      )}
      <button type="submit" class="button primary large">
        {t('lobby.join')}
      </button>
      {without && <p class="hint">{t('lobby.joinAnyway')}</p>}
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly autocomplete?: string;
  readonly hint?: string;
  readonly fault?: string | undefined;
  readonly enter: (text: string) => void;
}

function Field({ label, value, placeholder, autocomplete = 'off', hint, fault, enter }: FieldProps) {
  const id = useId();
  const below = fault ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        value={value}
        maxLength={60}
        autocomplete={autocomplete}
        spellcheck={false}
        aria-invalid={fault !== undefined}
        {...(placeholder !== undefined && { placeholder })}
        {...(below !== undefined && { 'aria-describedby': `${id}-below` })}
        onInput={({ currentTarget }) => enter(currentTarget.value)}
      />
      {below !== undefined && (
        <p id={`${id}-below`} class="field-below" data-fault={fault !== undefined}>
          {below}
        </p>
      )}
    </div>
  );
}
