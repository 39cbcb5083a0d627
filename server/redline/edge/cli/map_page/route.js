// Where one is, as the part of the address after `#`: `what[:line][@folder]`, each part of a
// path written as in any address. A folder ends with `/`.

// Half a surrogate pair (a byte of a file name that is no text) has no escape in addresses.
const HALVES = /(\p{Cs})/u;
const WRITTEN_HALVES = /(%u[0-9a-f]{4})/;

const writePart = (words) =>
  words
    .split(HALVES)
    .map((part, at) => (at % 2 ? `%u${part.charCodeAt(0).toString(16)}` : encodeURIComponent(part)))
    .join('');
const writePath = (path) => path.split('/').map(writePart).join('/');

function readPath(words) {
  try {
    return words
      .split(WRITTEN_HALVES)
      .map((part, at) =>
        at % 2 ? String.fromCharCode(parseInt(part.slice(2), 16)) : decodeURIComponent(part),
      )
      .join('');
  } catch {
    return words;
  }
}

/** `{zoom, selected, line}` as a hash. */
function writeRoute({ zoom, selected, line }) {
  const what = selected ? writePath(selected.path) : '';
  const where = zoom === root ? '' : `@${writePath(zoom.path)}`;
  return `#${what}${line ? `:${line}` : ''}${where}`;
}

/** What a hash means; what is not there (any more) is the whole code base. */
function readRoute(hash) {
  const [, what = '', line = '', where = ''] = /^#?([^:@]*)(?::(\d+))?(?:@(.*))?$/.exec(hash) ?? [];
  const path = readPath(what);
  const zoom = folders.get(readPath(where)) ?? root;
  const selected = path ? (filesByPath.get(path) ?? folders.get(path) ?? null) : null;
  const inside = !selected || holds(zoom, selected);
  return { zoom: inside ? zoom : root, selected, line: selected ? Number(line) || 0 : 0 };
}
