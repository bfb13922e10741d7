// What elements of HTML mean for the text of a page.

/** Their content is no text of the page, or nobody reads it there. */
export const leftOut: ReadonlySet<string> = new Set(
  words`title script style template noscript noframes noembed nav svg iframe canvas audio video select datalist textarea
    button rp annotation annotation-xml`,
);

/** Paragraphs of their own, with a blank line around them. */
export const blocks: ReadonlySet<string> = new Set(
  words`address article aside blockquote body caption center details dialog div dl fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr main menu ol p pre search section summary table ul xmp listing`,
);

/** Lines of their own. */
export const lines: ReadonlySet<string> = new Set(words`dd li tr legend option`);

export const preformatted: ReadonlySet<string> = new Set(words`pre xmp listing`);

export const lists: ReadonlySet<string> = new Set(words`ul ol menu`);

export const chapterHeadings: ReadonlySet<string> = new Set(words`h1 h2`);

function words(strings: TemplateStringsArray): string[] {
  return strings.join('').split(/\s+/);
}
