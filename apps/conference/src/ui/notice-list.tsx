import { useApp } from '../app/app-context.js';

/** What the page tells in passing; all of it is read out, some of it is shown. */
export function NoticeList() {
  const { notices } = useApp();
  const all = notices.all.value;
  return (
    <>
      <div class="notices" aria-hidden="true">
        {all
          .filter(({ quiet }) => !quiet)
          .map(({ id, text }) => (
            <p key={id} class="notice">
              {text}
            </p>
          ))}
      </div>
      <div class="unseen" role="status" aria-live="polite">
        {all.map(({ id, text }) => (
          <p key={id}>{text}</p>
        ))}
      </div>
    </>
  );
}
