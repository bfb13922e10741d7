// Words that are only talked about, out of the way.

/** Blanks what stands in quotation marks or backticks; the text keeps its length. */
export function mask(text: string): string {
  return text.replace(/"[^"\n]*"|“[^”\n]*”|`[^`\n]*`/g, (quoted) => {
    const [first = ''] = quoted;
    return `${first}${' '.repeat(quoted.length - 2)}${quoted.at(-1) ?? ''}`;
  });
}
