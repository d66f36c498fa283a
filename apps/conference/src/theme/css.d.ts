/** Styles are imported for the page to have them; the build takes them out. */
declare module '*.css';
