/** Where the figures come from: command, commit, day and machine. */
export function origin({ command, commit, date, machine }) {
  return `\`${command}\` at ${commit}, ${date}, on ${machine}:`;
}

/** A table of Markdown. */
export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
