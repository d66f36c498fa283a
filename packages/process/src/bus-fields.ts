import { BUS_SCHEMES } from '@parley/bus';
import { text } from '@parley/kit';
import type { ConfigFields } from '@parley/kit';

/** The setting of every process that belongs to a cluster. */
export const busFields = {
  busUrl: {
    env: 'BUS_URL',
    schema: text({ max: 1_024 }),
    default: 'memory:',
    secret: true,
    description: `The bus that joins the processes of the cluster: ${schemes()}; \`memory:\` reaches this process alone`,
  },
} as const satisfies ConfigFields;

function schemes(): string {
  return BUS_SCHEMES.map((scheme) => (scheme === 'memory' ? '`memory:`' : `\`${scheme}://host:port\``)).join(
    ', ',
  );
}
