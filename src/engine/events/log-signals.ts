// The signals that rank what is found in a log.

export const signalNames = ['severity', 'volume', 'burst', 'change', 'rarity', 'surprise'] as const;
export type Signal = (typeof signalNames)[number];
