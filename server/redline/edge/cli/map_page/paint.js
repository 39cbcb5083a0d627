// Paints the map: folders, tiles of files, their names.

/** Makes a canvas as large as it is shown, in the dots of the screen; its drawing context. */
function fitted(canvas, width, height) {
  const ratio = Math.min(devicePixelRatio || 1, 3);
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const pen = canvas.getContext('2d');
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

const textWidths = new Map();

function textWidth(pen, words) {
  const key = `${pen.font} ${words}`;
  let width = textWidths.get(key);
  if (width === undefined) textWidths.set(key, (width = pen.measureText(words).width));
  return width;
}

/** As much of `words` as fits, or '' where that would say nothing. */
function fitting(pen, words, width) {
  const whole = visible(words.length > 80 ? `${words.slice(0, 80)}…` : words);
  if (textWidth(pen, whole) <= width) return whole;
  const each = textWidth(pen, 'n');
  let keep = Math.floor(width / each) - 1;
  while (keep > 2 && textWidth(pen, `${whole.slice(0, keep)}…`) > width) keep -= 1;
  return keep >= 6 ? `${whole.slice(0, keep)}…` : '';
}

function box(pen, x, y, width, height, radius) {
  pen.beginPath();
  if (radius > 0.5) pen.roundRect(x, y, width, height, radius);
  else pen.rect(x, y, width, height);
}

/** Paints all of a layout; files that are not in `lit` are faint. */
function paintMap(pen, layout, lit) {
  pen.clearRect(0, 0, layout.width, layout.height);
  pen.fillStyle = theme.ground;
  pen.fillRect(0, 0, layout.width, layout.height);
  pen.textBaseline = 'middle';
  for (let id = layout.top.id; id < layout.top.end; id += 1) {
    const node = nodes[id];
    if (node !== layout.top && !layout.opened[node.parent.id]) continue;
    const { x, y, width, height } = rectOf(layout, node);
    if (width < 0.3 || height < 0.3) continue;
    if (node.file >= 0) paintFile(pen, node, x, y, width, height, lit);
    else if (node !== layout.top) paintFolder(pen, layout, node, x, y, width, height, lit);
  }
}

function depthOf(layout, node) {
  let depth = 0;
  for (let each = node.parent; each && each !== layout.top; each = each.parent) depth += 1;
  return depth;
}

function paintFolder(pen, layout, node, x, y, width, height, lit) {
  if (!layout.opened[node.id]) {
    paintClosed(pen, node, x, y, width, height, lit);
    return;
  }
  const depth = depthOf(layout, node);
  const gap = width > 30 && height > 30 ? 1 : 0.5;
  box(pen, x + gap, y + gap, width - 2 * gap, height - 2 * gap, width > 30 && height > 30 ? 4 : 1);
  pen.fillStyle = theme.folder[Math.min(depth, theme.folder.length - 1)];
  pen.fill();
  if (!layout.title[node.id]) return;
  pen.font = `${depth === 0 ? '600 11.5px' : '500 10.5px'} ${theme.sans}`;
  const words = fitting(pen, node.label, width - 12);
  pen.fillStyle = depth === 0 ? theme.text : theme.soft;
  pen.fillText(words, x + 6, y + layout.title[node.id] / 2 + 1.5);
}

/** A folder too small to look into, in the colour of its largest file. */
function paintClosed(pen, node, x, y, width, height, lit) {
  let largest = node;
  while (largest.children.length) largest = largest.children[0];
  if (largest.file < 0) return;
  pen.fillStyle = tileColor(largest.file, lit);
  pen.fillRect(x, y, Math.max(width - 0.5, 0.5), Math.max(height - 0.5, 0.5));
}

function tileColor(file, lit) {
  const table = lit && !lit.has(file) ? theme.faint : theme.tiles;
  return table[code.language[file]][stepOf(standing[file])];
}

function paintFile(pen, node, x, y, width, height, lit) {
  const small = Math.min(width, height);
  const gap = small > 12 ? 0.75 : small > 4 ? 0.5 : small > 1.5 ? 0.25 : 0;
  pen.fillStyle = tileColor(node.file, lit);
  box(pen, x + gap, y + gap, width - 2 * gap, height - 2 * gap, small > 26 ? 3 : small > 12 ? 2 : 0);
  pen.fill();
  if (width < 34 || height < 13) return;
  const isLit = !lit || lit.has(node.file);
  nameFile(pen, node, { x: x + 5, y, width: width - 10, height }, isLit);
}

function nameFile(pen, node, room, isLit) {
  const large = room.width > 110 && room.height > 46;
  pen.font = `${large ? '600 12px' : '10.5px'} ${theme.sans}`;
  const stem = node.label.replace(/(.)\.[^.]+$/, '$1');
  let words = fitting(pen, node.label, room.width);
  if (words !== visible(node.label) && textWidth(pen, visible(stem)) <= room.width) words = visible(stem);
  if (!words) return;
  pen.fillStyle = isLit ? theme.onTile : theme.onFaint;
  const top = room.height < 22 ? room.y + room.height / 2 + 0.5 : room.y + (large ? 13 : 11);
  pen.fillText(words, room.x, top);
  if (large && isLit) nameSymbols(pen, node, room, top + 16);
}

const LINE = 12.5;

/** What a reader would ask a file for: its types and functions, not what it keeps to itself. */
const isTelling = (row) =>
  ['type', 'call', 'part'].includes(familyOf(symbolKind(row))) && !symbolName(row).startsWith('_');

/** The names at the top of a file's outline, where there is room for them. */
function nameSymbols(pen, node, room, top) {
  const lines = Math.floor((room.y + room.height - top + 4) / LINE);
  if (lines < 1) return;
  const table = symbols();
  pen.font = `10px ${theme.sans}`;
  pen.fillStyle = theme.onTileSoft;
  let drawn = 0;
  for (let row = table.start[node.file]; row < table.start[node.file + 1] && drawn < lines; row += 1) {
    if (table.depth[row] > 0 || !isTelling(row)) continue;
    const words = fitting(pen, symbolName(row), room.width);
    if (words) pen.fillText(words, room.x, top + drawn * LINE);
    drawn += 1;
  }
}
