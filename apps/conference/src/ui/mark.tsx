/** The name of the page, with its sign. */
export function Mark() {
  return (
    <a class="mark" href="/">
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect class="mark-ground" width="32" height="32" rx="9" />
        <path
          d="M9 11.5A2.5 2.5 0 0 1 11.5 9h9A2.5 2.5 0 0 1 23 11.5v6a2.5 2.5 0 0 1-2.5 2.5H15l-4 3.5V20a2 2 0 0 1-2-2z"
          fill="#fff"
        />
      </svg>
      Parley
    </a>
  );
}
