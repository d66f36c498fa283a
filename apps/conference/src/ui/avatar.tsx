import { colourOf, initialsOf } from './initials.js';

/** Somebody without a picture. */
export function Avatar({ name }: { readonly name: string }) {
  return (
    <span class="avatar" data-colour={colourOf(name)} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
