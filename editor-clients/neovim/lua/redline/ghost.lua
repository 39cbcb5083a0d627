--- One suggestion in the text of a buffer, as ghost text: drawn, typed into, taken over in parts.
local files = require('redline.files')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('redline_ghost')

vim.api.nvim_set_hl(0, 'RedlineInline', {
  link = vim.fn.hlexists('ComplHint') == 1 and 'ComplHint' or 'NonText',
  default = true,
})

--- `text` is to stand from byte `column` of `row` (both from 0) on, in place of what is there up
--- to the cursor and of `tail`, the text behind the cursor that goes with it.
---@class redline.Ghost
---@field buffer integer
---@field id string of the suggestion, '' when the server gave none
---@field text string
---@field row integer
---@field column integer
---@field tail string
---@field taken integer characters of it that were accepted so far

--- The place of the cursor in `buffer`, row and byte from 0; nil where its window is not current.
local function cursor(buffer)
  if vim.api.nvim_get_current_buf() ~= buffer then
    return nil
  end
  local row, byte = unpack(vim.api.nvim_win_get_cursor(0))
  return row - 1, byte, vim.api.nvim_get_current_line()
end

--- What an item of the server's would insert at the cursor; nil where it is for another place.
---@param buffer integer
---@param item table an `InlineCompletionItem`
---@param encoding string
---@param place integer? byte of the cursor when it was asked for, where one has typed on since
---@return redline.Ghost?
function M.of(buffer, item, encoding, place)
  local row, byte, line = cursor(buffer)
  local text = type(item.insertText) == 'table' and item.insertText.value or item.insertText
  if not row or type(text) ~= 'string' then
    return nil
  end
  local from, to = byte, byte
  if item.range then
    if item.range.start.line ~= row or item.range['end'].line ~= row then
      return nil
    end
    from = files.byte(line, item.range.start.character, encoding)
    to = files.byte(line, item.range['end'].character, encoding)
    to = byte + math.max(0, to - (place or byte))
  end
  local argument = vim.tbl_get(item, 'command', 'arguments', 1) or {}
  ---@type redline.Ghost
  local ghost = {
    buffer = buffer,
    id = argument.id or '',
    text = text,
    row = row,
    column = from,
    tail = line:sub(byte + 1, to),
    taken = 0,
  }
  return M.rest(ghost) and ghost or nil
end

--- What of it is still to come at the cursor; nil where the text has become another.
---@param ghost redline.Ghost
---@return string?
function M.rest(ghost)
  local row, byte, line = cursor(ghost.buffer)
  if row ~= ghost.row or byte < ghost.column then
    return nil
  end
  local typed = line:sub(ghost.column + 1, byte)
  local rest = ghost.text:sub(#typed + 1)
  local fits = vim.startswith(ghost.text, typed) and vim.startswith(line:sub(byte + 1), ghost.tail)
  return fits and rest ~= '' and rest ~= ghost.tail and rest or nil
end

--- Draws what is still to come at the cursor, in place of what was drawn before.
---@param ghost redline.Ghost
---@return boolean whether there is anything
function M.draw(ghost)
  M.clear(ghost.buffer)
  local rest = M.rest(ghost)
  if not rest then
    return false
  end
  -- What stands behind the cursor anyway is not shown a second time.
  if ghost.tail ~= '' and vim.endswith(rest, ghost.tail) then
    rest = rest:sub(1, #rest - #ghost.tail)
  end
  local lines = vim.split(rest, '\n', { plain = true })
  local below = vim.tbl_map(function(line)
    return { { line, 'RedlineInline' } }
  end, vim.list_slice(lines, 2))
  local _, byte = cursor(ghost.buffer)
  vim.api.nvim_buf_set_extmark(ghost.buffer, NAMESPACE, ghost.row, byte, {
    virt_text = { { lines[1], 'RedlineInline' } },
    virt_text_pos = 'inline',
    virt_lines = #below > 0 and below or nil,
    hl_mode = 'combine',
  })
  return true
end

---@param buffer integer
function M.clear(buffer)
  if vim.api.nvim_buf_is_valid(buffer) then
    vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, 0, -1)
  end
end

--- The first piece of `rest`: a word or a run of signs, or a line, with the space before it.
---@param rest string
---@param kind 'all'|'word'|'line'
---@return string
function M.piece(rest, kind)
  if kind == 'line' then
    return vim.fn.matchstr(rest, [[\v^\n*[^\n]*]])
  elseif kind == 'word' then
    local found = vim.fn.matchstr(rest, [[\v^\_s*%(\k+|%(\k@!\S)+)]])
    return found ~= '' and found or rest
  end
  return rest
end

--- Makes a part of it text, as one undo step of its own, and puts the cursor behind.
---@param ghost redline.Ghost
---@param kind 'all'|'word'|'line'
---@return integer? characters that were taken, nil where the text has become another
---@return boolean? whether that was all there was
function M.take(ghost, kind)
  local rest = M.rest(ghost)
  local row, byte = cursor(ghost.buffer)
  if not rest or not row then
    return nil
  end
  local piece = M.piece(rest, kind)
  local left = rest:sub(#piece + 1)
  local whole = left == '' or left == ghost.tail
  if whole then
    piece = rest
  end
  local lines = vim.split(piece, '\n', { plain = true })
  vim.cmd('let &g:undolevels = &g:undolevels') -- see |undo-break|
  vim.api.nvim_buf_set_text(
    ghost.buffer,
    row,
    byte,
    row,
    byte + (whole and #ghost.tail or 0),
    lines
  )
  local column = (#lines == 1 and byte or 0) + #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { row + #lines, column })
  if #lines > 1 then
    -- What is left begins on the line the cursor is on now.
    ghost.row, ghost.column, ghost.text = row + #lines - 1, column, left
  end
  local taken = vim.fn.strchars(piece)
  ghost.taken = ghost.taken + taken
  return taken, whole
end

return M
