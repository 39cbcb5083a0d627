// Finding files and symbols by some of their letters.

const MOST_FOUND = 60;
const MOST_ALIKE = 6;
const KIND_WEIGHTS = { type: 40, call: 20, part: 10, value: 0 };
const WORD_START = /[A-Z0-9]/;

/** How well `name` fits the small letters `wanted`, 0 for not at all. */
function closeness(wanted, name, small) {
  const at = small.indexOf(wanted);
  if (at >= 0) {
    const spare = Math.min(name.length - wanted.length, 90);
    if (spare === 0) return 1000;
    if (at === 0) return 800 - spare;
    const before = name[at - 1];
    const starts = !/[A-Za-z0-9]/.test(before) || (WORD_START.test(name[at]) && !WORD_START.test(before));
    return (starts ? 650 : 500) - spare;
  }
  const places = scattered(wanted, name, small);
  return places ? places.score : 0;
}

/** The letters in order, at starts of words where that can be had: `qf` in `QueryFilter`. */
function scattered(wanted, name, small) {
  const places = [];
  let from = 0;
  let starts = 0;
  for (const letter of wanted) {
    const next = small.indexOf(letter, from);
    if (next < 0) return null;
    const start = startAfter(letter, name, small, next);
    const at = start >= 0 && small.length - start > 0 ? start : next;
    if (at === start) starts += 1;
    places.push(at);
    from = at + 1;
  }
  const spread = places[places.length - 1] - places[0] + 1 - wanted.length;
  const loose = spread - starts * 3;
  // Letters strewn over a long name are chance, unless most of them begin a word.
  if (starts * 2 < places.length && spread > Math.max(2, wanted.length * 0.6)) return null;
  return { places, score: Math.max(20, 380 - loose * 12 - Math.min(name.length, 60)) };
}

function startAfter(letter, name, small, from) {
  for (let at = from; at < small.length; at = small.indexOf(letter, at + 1)) {
    if (at < 0) return -1;
    const before = name[at - 1];
    if (at === 0 || before === '_' || before === '/' || before === '.' || before === '-') return at;
    if (WORD_START.test(name[at]) && !WORD_START.test(before)) return at;
  }
  return -1;
}

let lowNames = null;
let lowPaths = null;

/** Small letters of every name, made once. */
function prepareSearch() {
  if (lowNames) return;
  lowNames = symbols().names.map((name) => name.toLowerCase());
  lowPaths = code.paths.map((path) => path.toLowerCase());
}

function filesFitting(wanted) {
  const found = [];
  for (let file = 0; file < fileCount; file += 1) {
    const name = fileNodes[file].label;
    const own = closeness(wanted, name, lowPaths[file].slice(-name.length));
    const whole = own ? 0 : closeness(wanted, code.paths[file], lowPaths[file]) * 0.7;
    const score = Math.max(own, whole);
    if (score) found.push({ file, row: -1, score: score + 60 + 60 * standing[file] });
  }
  return found;
}

function symbolsFitting(wanted, outer) {
  const table = symbols();
  const scores = new Float64Array(table.names.length);
  table.names.forEach((name, at) => {
    scores[at] = closeness(wanted, name, lowNames[at]);
  });
  const kindWeights = table.kinds.map((kind) => KIND_WEIGHTS[familyOf(kind)]);
  const found = [];
  for (let row = 0; row < table.total; row += 1) {
    const score = scores[table.name[row]];
    if (!score) continue;
    if (outer && !fitsOuter(row, outer)) continue;
    const file = table.owner[row];
    const weight = kindWeights[table.kind[row]] + (table.container[row] < 0 ? 25 : 0);
    found.push({ file, row, score: score + weight + 50 * standing[file] });
  }
  return found;
}

function fitsOuter(row, outer) {
  const container = symbols().container[row];
  if (container < 0) return false;
  const name = symbols().name[container];
  return closeness(outer, symbols().names[name], lowNames[name]) >= 400;
}

/**
 * The best files and symbols for a query: letters of a name, `Class.member`, and further words
 * that the path must hold. `{best, files}`: the best to show, every file with one that fits well.
 */
function findAll(query) {
  prepareSearch();
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return { best: [], files: null };
  const wanted = words[words.length - 1];
  const [outer, inner] = splitMember(wanted);
  let found = [...filesFitting(wanted), ...symbolsFitting(inner, outer)];
  for (const word of words.slice(0, -1)) found = found.filter((each) => lowPaths[each.file].includes(word));
  const good = found.filter((each) => each.score >= 450);
  const best = found.sort((a, b) => b.score - a.score || a.file - b.file || a.row - b.row);
  return {
    best: varied(best).slice(0, MOST_FOUND),
    total: found.length,
    files: new Set(good.map((each) => each.file)),
  };
}

/** A name that stands everywhere leaves room for others. */
function varied(found) {
  const taken = new Map();
  return found.filter(({ row }) => {
    if (row < 0) return true;
    const name = symbols().name[row];
    taken.set(name, (taken.get(name) ?? 0) + 1);
    return taken.get(name) <= MOST_ALIKE;
  });
}

function splitMember(wanted) {
  const cut = wanted.lastIndexOf('.');
  return cut > 0 && cut < wanted.length - 1 ? [wanted.slice(0, cut), wanted.slice(cut + 1)] : ['', wanted];
}

/** The places of the letters that made `name` fit. */
function fittingPlaces(query, name) {
  const words = query.trim().toLowerCase().split(/\s+/);
  const [, inner] = splitMember(words[words.length - 1]);
  const small = name.toLowerCase();
  for (const wanted of [words[words.length - 1], inner]) {
    const at = small.indexOf(wanted);
    if (at >= 0) return Array.from(wanted, (_, next) => at + next);
  }
  return scattered(inner, name, small)?.places ?? [];
}
