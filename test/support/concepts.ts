// A stand-in for what embedding models know: words of one group mean the same, and a text is about its words.

/** Returns what makes vectors of texts, each a count of its words in every group, and of its other words in the last. */
export function conceptVectors(groups: readonly (readonly string[])[]): (text: string) => number[] {
  return (text) => {
    const vector = new Array<number>(groups.length + 1).fill(0);
    for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
      const group = groups.findIndex((each) => each.includes(word));
      const place = group === -1 ? groups.length : group;
      vector[place] = (vector[place] ?? 0) + (group === -1 ? 0.1 : 1);
    }
    return vector;
  };
}
