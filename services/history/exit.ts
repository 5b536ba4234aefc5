/** Exit codes, as `--help` names them. */
export const EXIT = { done: 0, different: 1, wrong: 2, unusable: 3, stopped: 130 } as const
