// 200 made-up facts, each with a question, for recall.mjs. Half of the questions use the fact's own words, half say all of
// it in other ones: a question and its fact then share no word, in any form, but such as tell nothing.
//
// import { needles } from './needles.mjs';      needles() -> [{ text, question, shares }]

/** Who: in the words of the fact, and in others. */
const people = [
  ['physician', 'doctor'],
  ['attorney', 'lawyer'],
  ['cobbler', 'shoemaker'],
  ['constable', 'policeman'],
  ['schoolmaster', 'teacher'],
  ['angler', 'fisherman'],
  ['seamstress', 'needlewoman'],
  ['vicar', 'clergyman'],
  ['chemist', 'pharmacist'],
  ['janitor', 'caretaker'],
];
/** What: the fact, and how it is asked for in other words. */
const deeds = [
  ['paid {n} florins for a crimson automobile', 'How much did the {who} spend on the red car?'],
  ['lost {n} marbles in a swamp', 'What number of glass beads did the {who} mislay inside the bog?'],
  ['planted {n} spruces behind the mansion', 'How many trees did the {who} put at the rear of the big house?'],
  ['slept {n} hours aboard a ferry', 'How long was the {who} dozing on the boat?'],
  ['inherited {n} acres from an aunt', 'What area of land did the {who} get from a relative who died?'],
  ['baked {n} loaves before dawn', 'How much bread did the {who} make by early morning?'],
  ['counted {n} geese above the marsh', 'How many birds did the {who} tally over the wetland?'],
  ['owed {n} shillings to a moneylender', 'How large was the debt of the {who} with the usurer?'],
  ['mended {n} umbrellas last winter', 'How many parasols did the {who} repair during the cold season?'],
  ['sold {n} bonnets at auction', 'How many hats did the {who} get rid of to the highest bidders?'],
];
/** Where a person is from, so that each fact with shared words can be told from others. */
const towns = [
  'Varnholt',
  'Ostrava Mill',
  'Quillbeck',
  'Tarnmoor',
  'Eskdale Reach',
  'Zellwick',
  'Pendrith',
  'Humberlow',
];
const asked = [
  'How many florins did the {who} of {town} pay for a crimson automobile?',
  'How many marbles did the {who} of {town} lose in a swamp?',
  'How many spruces did the {who} of {town} plant behind the mansion?',
  'How many hours did the {who} of {town} sleep aboard a ferry?',
  'How many acres did the {who} of {town} inherit from an aunt?',
  'How many loaves did the {who} of {town} bake before dawn?',
  'How many geese did the {who} of {town} count above the marsh?',
  'How many shillings did the {who} of {town} owe to a moneylender?',
  'How many umbrellas did the {who} of {town} mend last winter?',
  'How many bonnets did the {who} of {town} sell at auction?',
];

export function needles() {
  return people.flatMap(([own, other], row) =>
    deeds.flatMap(([deed, question], column) => {
      const index = row * deeds.length + column;
      const town = towns[(row + 3 * column) % towns.length];
      const fact = (number, from) => `The ${own}${from} ${deed.replace('{n}', number)}.`;
      return [
        {
          text: fact(1000 + 7 * index, ` of ${town}`),
          question: asked[column].replace('{who}', own).replace('{town}', town),
          shares: true,
        },
        { text: fact(3000 + 7 * index, ''), question: question.replace('{who}', other), shares: false },
      ];
    }),
  );
}
