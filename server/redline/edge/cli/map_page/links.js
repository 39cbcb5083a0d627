// What leads where, of a file, of a folder, and among the parts of a folder.

const emptyLink = (other) => ({ other, imports: 0, calls: 0 });
const strength = (link) => (shows.imports ? link.imports : 0) + (shows.calls ? link.calls : 0);

/** Which kinds of edges are wanted. */
const shows = { imports: true, calls: true };

/** The child of the folder that holds both, on the side of `other`: a sibling, mostly. */
function siblingOf(node, other) {
  let each = other;
  while (each.parent && !holds(each.parent, node)) each = each.parent;
  return each;
}

function gathered(node, lists) {
  const inside = node.file >= 0 ? [node.file] : filesIn(node);
  const found = new Map();
  for (const file of inside) {
    for (const edge of lists.of(file)) {
      const far = fileNodes[lists === leaving ? edges.target[edge] : edges.source[edge]];
      if (holds(node, far)) continue;
      const other = node.file >= 0 ? far : siblingOf(node, far);
      let link = found.get(other);
      if (!link) found.set(other, (link = emptyLink(other)));
      link.imports += edges.imports[edge];
      link.calls += edges.calls[edge];
    }
  }
  const weight = (link) => link.imports + link.calls;
  return [...found.values()].sort((a, b) => weight(b) - weight(a) || (a.other.path < b.other.path ? -1 : 1));
}

const linkCache = new Map();

/** What a file or folder uses, and what uses it: `{uses, usedBy}`, strongest first. */
function linksOf(node) {
  let found = linkCache.get(node);
  if (!found) {
    found = { uses: gathered(node, leaving), usedBy: gathered(node, arriving) };
    if (linkCache.size > 200) linkCache.clear();
    linkCache.set(node, found);
  }
  return found;
}

const PARTS = 26;
const MOST_INSIDE = 9;
const STRONGEST = 30;
const STRONGEST_FROM_ONE = 6;

const foldersIn = (folder) => folder.children.filter((child) => child.file < 0);

/**
 * The parts people would name of a folder: its folders, and in place of a large one those in
 * it, unless these are many small ones alike. No part holds another.
 */
function partsOf(folder) {
  let parts = foldersIn(folder);
  const tried = new Set();
  for (;;) {
    const next = parts.filter((part) => !tried.has(part)).sort((a, b) => b.size - a.size)[0];
    if (!next) return new Set(parts);
    tried.add(next);
    const inside = foldersIn(next).slice(0, MOST_INSIDE);
    const telling = inside.length > 1 && inside[0].size >= next.size / 6;
    if (telling && parts.length - 1 + inside.length <= PARTS) {
      parts = parts.filter((part) => part !== next).concat(inside);
    }
  }
}

const overviewCache = new Map();

/** The strongest links among the parts of a folder: `{from, to, imports, calls}`. */
function overviewOf(folder) {
  const key = `${folder.id} ${shows.imports} ${shows.calls}`;
  let found = overviewCache.get(key);
  if (!found) overviewCache.set(key, (found = strongestIn(folder)));
  return found;
}

function strongestIn(folder) {
  const parts = partsOf(folder);
  const part = fileNodes.map((node) => {
    // With few folders the files themselves are the parts.
    if (parts.size < 3 || !holds(folder, node)) return holds(folder, node) ? node : null;
    let each = node;
    while (each && !parts.has(each)) each = each.parent;
    return each;
  });
  const found = new Map();
  for (let edge = 0; edge < edgeCount; edge += 1) {
    const [from, to] = [part[edges.source[edge]], part[edges.target[edge]]];
    if (!from || !to || from === to) continue;
    const key = from.id * nodes.length + to.id;
    let link = found.get(key);
    if (!link) found.set(key, (link = { from, to, imports: 0, calls: 0 }));
    link.imports += edges.imports[edge];
    link.calls += edges.calls[edge];
  }
  const links = [...found.values()].filter(strength).sort((a, b) => strength(b) - strength(a));
  return fewFromEach(links).slice(0, STRONGEST);
}

/** What everything uses would leave no room for anything else. */
function fewFromEach(links) {
  const taken = new Map();
  return links.filter(({ from }) => {
    taken.set(from, (taken.get(from) ?? 0) + 1);
    return taken.get(from) <= STRONGEST_FROM_ONE;
  });
}
