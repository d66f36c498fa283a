export declare const ENTRY: string;
export declare function bundle(
  input: string,
  options?: { readonly readable?: boolean; readonly alias?: Readonly<Record<string, string>> },
): Promise<{ readonly code: string; readonly sizes: ReadonlyMap<string, number> }>;
