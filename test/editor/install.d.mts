export declare const versions: { readonly codeServer: string; readonly node: string; readonly patch: number };
export declare const editorHome: string;
export declare const nodeBinary: string;
export declare const editorEntry: string;
export declare function isInstalled(): boolean;
export declare function chromium(): string | undefined;
