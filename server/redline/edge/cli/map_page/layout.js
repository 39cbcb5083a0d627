// A squarified treemap in which the area of every file is proportional to its size, although
// folders need room for their titles: what titles and margins take is added to a folder's
// weight, and the whole is laid out again until the areas are right.

const ROUNDS = 9;
const SETTLED = 4;
const TITLE = 17;
const SMALL_TITLE = 14;

/** Gives a folder of that size its title and margin; nothing is drawn in one that is too small. */
function trim(layout, folder, width, height) {
  const inner = folder !== layout.top;
  const small = Math.min(width, height);
  const large = width >= 150 && height >= 110;
  const title = large ? TITLE : width >= 44 && height >= 32 ? SMALL_TITLE : 0;
  const margin = small >= 100 ? 3 : small >= 46 ? 2 : small >= 12 ? 1 : 0;
  layout.title[folder.id] = inner ? title : 0;
  layout.margin[folder.id] = inner ? margin : 0;
  layout.opened[folder.id] = !inner || (width >= 4 && height >= 4) ? 1 : 0;
}

/**
 * Where everything in the folder `top` is, in a view of that size.
 * `rect` holds x, y, width, height for each node; `opened` says whose insides are drawn.
 */
function layOut(top, width, height) {
  const layout = {
    top,
    width,
    height,
    rect: new Float32Array(nodes.length * 4),
    title: new Uint8Array(nodes.length),
    margin: new Uint8Array(nodes.length),
    opened: new Uint8Array(nodes.length),
    weight: new Float64Array(nodes.length),
  };
  const overhead = new Float64Array(nodes.length);
  for (let round = 0; round < ROUNDS; round += 1) {
    weigh(layout, overhead);
    // Titles that come and go from round to round would keep the areas from settling.
    placeAll(layout, overhead, round >= SETTLED);
  }
  return layout;
}

function weigh({ top, width, height, weight }, overhead) {
  // Pixels for one byte, as of the round before.
  let spent = 0;
  for (let id = top.id; id < top.end; id += 1) spent += overhead[id];
  const room = Math.max(width * height - spent, width * height * 0.2);
  const scale = room / Math.max(top.size, top.files, 1);
  for (let id = top.end - 1; id >= top.id; id -= 1) {
    const node = nodes[id];
    let own = node.file >= 0 ? Math.max(node.size, 1) : overhead[id] / scale;
    for (const child of node.children) own += weight[child.id];
    weight[id] = own;
  }
}

function placeAll(layout, overhead, settled) {
  const { top, rect, weight } = layout;
  if (!settled) layout.opened.fill(0);
  overhead.fill(0);
  put(rect, top.id, 0, 0, layout.width, layout.height);
  // A folder has a lower number than what is in it.
  for (let id = top.id; id < top.end; id += 1) {
    const node = nodes[id];
    if (node.file >= 0) continue;
    if (id !== top.id && !layout.opened[node.parent.id]) continue;
    const [x, y, width, height] = rect.subarray(id * 4, id * 4 + 4);
    if (!settled) trim(layout, node, width, height);
    if (!layout.opened[id]) continue;
    const [title, margin] = [layout.title[id], layout.margin[id]];
    const above = title || margin;
    const inside = [
      x + margin,
      y + above,
      Math.max(width - 2 * margin, 0),
      Math.max(height - margin - above, 0),
    ];
    overhead[id] = width * height - inside[2] * inside[3];
    squarify(node.children, weight, rect, inside);
  }
}

function put(rect, id, x, y, width, height) {
  rect[id * 4] = x;
  rect[id * 4 + 1] = y;
  rect[id * 4 + 2] = width;
  rect[id * 4 + 3] = height;
}

/** Fills a rectangle with rows that are as square as can be, largest first. */
function squarify(children, weight, rect, [x, y, width, height]) {
  const ordered = children.slice().sort((a, b) => weight[b.id] - weight[a.id]);
  let left = 0;
  for (const child of ordered) left += weight[child.id];
  let at = 0;
  while (at < ordered.length) {
    const side = Math.max(Math.min(width, height), 0);
    const scale = left > 0 ? (width * height) / left : 0;
    const row = takeRow(ordered, at, weight, side, scale);
    const area = row.sum * scale;
    const depth = side > 0 ? area / side : 0;
    let along = 0;
    for (; at < row.end; at += 1) {
      const id = ordered[at].id;
      const length = row.sum > 0 ? (side * weight[id]) / row.sum : 0;
      if (width >= height) put(rect, id, x, y + along, depth, length);
      else put(rect, id, x + along, y, length, depth);
      along += length;
    }
    left -= row.sum;
    if (width >= height) {
      x += depth;
      width -= depth;
    } else {
      y += depth;
      height -= depth;
    }
  }
}

/** How many of the next ones make the best row: as long as the worst of them gets no worse. */
function takeRow(ordered, from, weight, side, scale) {
  let sum = 0;
  let worst = Infinity;
  let end = from;
  const largest = weight[ordered[from].id] * scale;
  while (end < ordered.length) {
    const smallest = weight[ordered[end].id] * scale;
    const area = (sum + weight[ordered[end].id]) * scale;
    const ratio = Math.max((side * side * largest) / (area * area), (area * area) / (side * side * smallest));
    if (ratio > worst) break;
    worst = ratio;
    sum += weight[ordered[end].id];
    end += 1;
  }
  if (end === from) return { sum: weight[ordered[from].id], end: from + 1 };
  return { sum, end };
}

/** The smallest thing drawn at a point, or null outside. */
function nodeAt(layout, x, y) {
  const inside = (node) => {
    const at = node.id * 4;
    const [left, top] = [layout.rect[at], layout.rect[at + 1]];
    return x >= left && y >= top && x < left + layout.rect[at + 2] && y < top + layout.rect[at + 3];
  };
  if (!inside(layout.top)) return null;
  let node = layout.top;
  while (layout.opened[node.id]) {
    const next = node.children.find(inside);
    if (!next) break;
    node = next;
  }
  return node;
}

/** What stands for `node` in a layout: itself, or the closed folder it is in; null outside. */
function drawnAs(layout, node) {
  if (!holds(layout.top, node)) return null;
  let shown = node;
  for (let each = node; each !== layout.top; each = each.parent) {
    if (!layout.opened[each.parent.id]) shown = each.parent;
  }
  return shown;
}

const rectOf = (layout, node) => {
  const [x, y, width, height] = layout.rect.subarray(node.id * 4, node.id * 4 + 4);
  return { x, y, width, height };
};
