// A stand-in for what embedding models know: words of one group mean the same, and a text is about its words.

/** Directions that other words share. */
const others = 64;
const weightOfOthers = 0.1;

/** Returns what makes vectors of texts: a count of their words in each group, and in the directions of other words. */
export function conceptVectors(groups: readonly (readonly string[])[]): (text: string) => number[] {
  return (text) => {
    const vector = new Array<number>(groups.length + others).fill(0);
    for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
      const group = groups.findIndex((each) => each.includes(word));
      const place = group === -1 ? groups.length + (hash(word) % others) : group;
      vector[place] = (vector[place] ?? 0) + (group === -1 ? weightOfOthers : 1);
    }
    return vector;
  };
}

/** FNV-1a. */
function hash(text: string): number {
  return Array.from(text).reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5);
}
