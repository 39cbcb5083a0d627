// Elements. Text is only ever put in as text: no string is read as markup, here or elsewhere.

const byId = (id) => document.getElementById(id);

// Controls, marks that turn the direction of what follows, halves of surrogate pairs: a name
// that holds one could look like another name.
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const visible = (words) => String(words).replace(UNSEEN, '\ufffd');

/** An element with attributes; `text` is its text, `onclick` and the like its handlers. */
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name === 'text') made.textContent = visible(value);
    else if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : visible(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined) made.append(child instanceof Node ? child : visible(child));
  }
  return made;
}

const number = new Intl.NumberFormat('en-US');
const count = (value) => number.format(value);
const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** Bytes as people say them. */
function bytes(value) {
  if (value < 1000) return plural(value, 'byte');
  if (value < 1e6) return `${(value / 1e3).toFixed(value < 1e4 ? 1 : 0)} kB`;
  return `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} MB`;
}

/** Says something to who does not see the map. */
function say(words) {
  byId('said').textContent = visible(words);
}
