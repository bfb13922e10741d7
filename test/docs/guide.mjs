// Manual pages of section 7 from their sources: man/NAME.7.md becomes man/NAME.7, in man(7) macros. A source opens
// with "# NAME - what the page is about". Markdown is read by Prettier, which also formats it.

import { parsers } from 'prettier/plugins/markdown';
import { escape, guides, heading, opener, seeAlso } from '../../dist/cli/manual.js';

/** The page as roff, with the commands that it is for. Fails on a form of Markdown that it has no macro for. */
export async function guidePage(name, version, markdown) {
  const [title, ...body] = (await parsers.markdown.parse(markdown, {})).children.filter(({ type }) => type !== 'html');
  const summary = title?.type === 'heading' && title.depth === 1 ? plain(title) : '';
  if (!summary.startsWith(`${name} - `)) throw new Error(`a page opens with "# ${name} - what it is about"`);
  return [
    ...opener(name, 7, version, 'Concepts'),
    heading('Name'),
    `${escape(name)} \\- ${escape(summary.slice(name.length + 3))}`,
    heading('Description'),
    ...body.flatMap((node, index) => block(node, index === 0 || body[index - 1].type === 'heading')),
    ...seeAlso(['unspool', ...guides[name].map((command) => `unspool-${command}`)], []),
  ].join('\n');
}

/** Lines of roff. What comes first below a heading needs no macro that starts a paragraph. */
function block(node, first) {
  switch (node.type) {
    case 'heading':
      return [node.depth === 2 ? heading(plain(node)) : `.SS ${escape(plain(node))}`];
    case 'paragraph':
      return [...(first ? [] : ['.PP']), inline(node)];
    case 'code':
      return ['.sp', '.RS 2', '.nf', ...node.value.split('\n').map(escape), '.fi', '.RE'];
    case 'list':
      return node.children.flatMap((item, index) => [
        node.ordered ? `.IP ${index + 1}. 4` : '.IP \\(bu 2',
        ...item.children.flatMap((each, place) => block(each, place === 0)),
      ]);
    case 'table':
      return node.children
        .slice(1)
        .flatMap(({ children: [term, ...cells] }) => ['.TP', `\\fB${inline(term)}\\fR`, cells.map(inline).join('; ')]);
    default:
      throw new Error(`manual pages have no form for "${node.type}"`);
  }
}

function inline({ children }) {
  return children.map(piece).join('');
}

function piece(node) {
  switch (node.type) {
    case 'text':
      return escape(node.value.replaceAll('\n', ' '));
    case 'inlineCode':
      return `\\fB${escape(node.value)}\\fR`;
    case 'strong':
      return `\\fB${inline(node)}\\fR`;
    case 'emphasis':
      return `\\fI${inline(node)}\\fR`;
    case 'link':
      // What lies beside the sources has its name as text.
      return node.url.startsWith('http') ? `${inline(node)} <${escape(node.url)}>` : inline(node);
    default:
      throw new Error(`manual pages have no form for "${node.type}"`);
  }
}

function plain({ children }) {
  return children.map((node) => node.value ?? plain(node)).join('');
}
