// What the page was given, as a tree of folders and files, with what leads from one to another.

const given = (id) => JSON.parse(byId(id).textContent);
const code = given('files');
const fileCount = code.paths.length;

/** A folder or a file. `file` is its position in the columns, -1 for a folder. */
function newNode(path, label, parent, file) {
  return { id: 0, path, label, parent, file, children: [], size: 0, lines: 0, files: 0, end: 0 };
}

const folders = new Map();
const root = newNode('', code.name || 'code', null, -1);
folders.set('', root);

function folderOf(path) {
  const known = folders.get(path);
  if (known) return known;
  const cut = path.slice(0, -1).lastIndexOf('/') + 1;
  const parent = folderOf(path.slice(0, cut));
  const made = newNode(path, path.slice(cut, -1), parent, -1);
  parent.children.push(made);
  folders.set(path, made);
  return made;
}

const fileNodes = code.paths.map((path, file) => {
  const cut = path.lastIndexOf('/') + 1;
  const parent = folderOf(path.slice(0, cut));
  const made = newNode(path, path.slice(cut) || '(no name)', parent, file);
  parent.children.push(made);
  return made;
});
const filesByPath = new Map();
for (const each of fileNodes) if (!filesByPath.has(each.path)) filesByPath.set(each.path, each);

/** Folders that hold one folder and nothing else are shown as one: `src/main/java`. */
function joinChains(folder) {
  const stack = [folder];
  while (stack.length) {
    const each = stack.pop();
    while (each.parent && each.children.length === 1 && each.children[0].file < 0) {
      const only = each.children[0];
      folders.set(each.path, each);
      folders.set(only.path, each);
      each.label = `${each.label}/${only.label}`;
      each.path = only.path;
      each.children = only.children;
      for (const child of each.children) child.parent = each;
    }
    for (const child of each.children) if (child.file < 0) stack.push(child);
  }
}

const nodes = [];

/** Numbers the nodes so that what is in a folder has the numbers from its own up to its `end`. */
function numberFrom(top) {
  const stack = [[top, 0]];
  while (stack.length) {
    const entry = stack[stack.length - 1];
    const [node, at] = entry;
    if (at === 0) node.id = nodes.push(node) - 1;
    if (at < node.children.length) {
      entry[1] += 1;
      stack.push([node.children[at], 0]);
      continue;
    }
    stack.pop();
    node.end = nodes.length;
    summed(node);
  }
}

function summed(node) {
  if (node.file >= 0) {
    [node.size, node.lines, node.files] = [code.size[node.file], code.lines[node.file], 1];
  }
  for (const child of node.children) {
    node.size += child.size;
    node.lines += child.lines;
    node.files += child.files;
  }
  node.children.sort((a, b) => b.size - a.size || (a.label < b.label ? -1 : 1));
}

joinChains(root);
numberFrom(root);

/** For each file, how many of all files are less central, from 0 to 1. */
const standing = (() => {
  const order = Array.from(code.rank.keys()).sort((a, b) => code.rank[a] - code.rank[b]);
  const part = new Float64Array(fileCount);
  order.forEach((file, at) => {
    const tied = at > 0 && code.rank[order[at - 1]] === code.rank[file];
    part[file] = tied ? part[order[at - 1]] : at / Math.max(fileCount - 1, 1);
  });
  return part;
})();

const holds = (folder, node) => folder.id <= node.id && node.id < folder.end;
const shownPath = (node) => (node === root ? root.label : node.path);

/** The positions of the files in `folder`. */
const filesIn = (folder) =>
  nodes
    .slice(folder.id, folder.end)
    .filter((node) => node.file >= 0)
    .map((node) => node.file);

const edges = code.edges;
const edgeCount = edges.source.length;

/** For each file the edges that begin (or end) there: `list` from `start[file]` on. */
function edgesBy(column) {
  const start = new Int32Array(fileCount + 1);
  for (const file of column) start[file + 1] += 1;
  for (let file = 0; file < fileCount; file += 1) start[file + 1] += start[file];
  const next = start.slice();
  const list = new Int32Array(edgeCount);
  column.forEach((file, edge) => {
    list[next[file]++] = edge;
  });
  return { start, list, of: (file) => list.subarray(start[file], start[file + 1]) };
}
const leaving = edgesBy(edges.source);
const arriving = edgesBy(edges.target);

let symbolTable = null;

/** The symbols of all files, read when somebody first wants them: most of the page is these. */
function symbols() {
  if (symbolTable) return symbolTable;
  const table = given('symbols');
  const start = new Int32Array(fileCount + 1);
  table.counts.forEach((size, file) => {
    start[file + 1] = start[file] + size;
  });
  const total = table.name.length;
  const owner = new Int32Array(total);
  const container = new Int32Array(total).fill(-1);
  for (let file = 0; file < fileCount; file += 1) {
    const open = [];
    for (let row = start[file]; row < start[file + 1]; row += 1) {
      const depth = Math.min(table.depth[row], open.length);
      owner[row] = file;
      if (depth > 0) container[row] = open[depth - 1];
      open.length = depth;
      open.push(row);
    }
  }
  symbolTable = { ...table, start, owner, container, total };
  return symbolTable;
}

const symbolName = (row) => symbols().names[symbols().name[row]];
const symbolKind = (row) => symbols().kinds[symbols().kind[row]];
const symbolsIn = (file) => symbols().start[file + 1] - symbols().start[file];

/** What comes before and after the name in a signature; the name alone where it has none. */
function signatureParts(row) {
  const shape = symbols().signatures[symbols().signature[row]];
  const cut = shape.indexOf('\t');
  if (!shape) return ['', symbolName(row), ''];
  return cut < 0 ? [shape, '', ''] : [shape.slice(0, cut), symbolName(row), shape.slice(cut + 1)];
}
