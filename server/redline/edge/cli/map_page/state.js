// What is shown. Everything that decides what is on screen is here, and changes by `change`.

const state = {
  zoom: root,
  selected: null,
  line: 0,
  hover: null,
  language: -1,
  found: null,
  tab: 'inside',
};

const listeners = [];

/** Calls `listener(before)` after each change. */
const onChange = (listener) => listeners.push(listener);

/** Changes what is shown, and says so to whoever draws it. */
function change(parts) {
  const before = { ...state };
  Object.assign(state, parts);
  for (const listener of listeners) listener(before);
}

/** Goes somewhere, by way of the address: Back comes back. What is shown changes at once, since
 * the next key may come before the browser tells of the new address. */
function visit(place) {
  const next = { zoom: state.zoom, selected: state.selected, line: 0, ...place };
  if (next.selected && !holds(next.zoom, next.selected)) next.zoom = root;
  const hash = writeRoute(next);
  if (location.hash !== hash && (hash !== '#' || location.hash)) location.hash = hash;
  arrive();
}

/** Shows what the address says. */
function arrive() {
  change(readRoute(location.hash));
}

/** Shows a file or folder that is to be seen: zooms out where it is not in view. */
function show(node, line = 0) {
  visit({ selected: node, line, zoom: holds(state.zoom, node) && state.zoom !== node ? state.zoom : root });
}

/** Makes a folder the whole map. */
const zoomInto = (folder) => visit({ zoom: folder, selected: null });

/** What stands out on the map: the positions of files, or null for all of them. */
function litFiles() {
  if (state.found) return state.found;
  if (state.language >= 0) {
    return new Set(
      fileNodes.filter((node) => code.language[node.file] === state.language).map((node) => node.file),
    );
  }
  if (!state.selected) return null;
  const lit = new Set(state.selected.file >= 0 ? [state.selected.file] : filesIn(state.selected));
  if (state.selected.file < 0) return lit;
  const { uses, usedBy } = linksOf(state.selected);
  for (const link of [...uses, ...usedBy]) if (strength(link)) lit.add(link.other.file);
  return lit;
}
