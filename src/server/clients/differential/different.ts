/** Lines whose outputs differ on purpose, each with the reason. */
export const DIFFERENT: ReadonlyMap<string, string> = new Map([["kubectl", "help is in our words"]]);
