/** The version of this build, as package.json and build info tell it (compared by a test). */
export const VERSION = '0.1.0';
