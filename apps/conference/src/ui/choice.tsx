import { useId } from 'preact/hooks';
import type { ComponentChildren } from 'preact';

/** What a choice is shown with. */
export interface ChoiceProps {
  readonly label: ComponentChildren;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly disabled?: boolean;
  readonly choose: (value: string) => void;
}

/** One of several, by the browser's own list: every phone and screen reader knows it. */
export function Choice({ label, value, options, disabled = false, choose }: ChoiceProps) {
  const id = useId();
  return (
    <div class="choice">
      <label for={id}>{label}</label>
      <span class="choice-box">
        <select
          id={id}
          value={value}
          disabled={disabled}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.text}
            </option>
          ))}
        </select>
      </span>
    </div>
  );
}
