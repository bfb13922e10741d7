// How large a prompt and its reply are where nobody says.

/** Tokens of a prompt, where the model does not say what it takes: most hosted models take more. */
export const usualBudget = 100_000;
/** Tokens of a reply, if there is room for more than so many. */
export const usualReply = 1024;
