export declare function pack(destination: string): Promise<string>;
