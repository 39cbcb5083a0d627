--- Files by their uris: the buffers that hold them, their lines, their names for people.
local M = {}

--- The buffer of `uri`, nil where there is none.
---@param uri string
---@return integer?
function M.buffer(uri)
  local name = vim.uri_to_fname(uri)
  -- bufexists() takes the name as it is, where bufnr() takes it for a pattern.
  return vim.fn.bufexists(name) == 1 and vim.fn.bufadd(name) or nil
end

--- The buffer of `uri` where it is loaded.
---@param uri string
---@return integer?
function M.loaded(uri)
  local buffer = M.buffer(uri)
  return buffer and vim.api.nvim_buf_is_loaded(buffer) and buffer or nil
end

--- True where there is something to show: a loaded buffer, or a file.
---@param uri string
---@return boolean
function M.exists(uri)
  return M.loaded(uri) ~= nil or vim.uv.fs_stat(vim.uri_to_fname(uri)) ~= nil
end

--- The lines of `uri` as they are now: in its buffer, else on disk.
---@param uri string
---@return string[]
function M.lines(uri)
  local buffer = M.loaded(uri)
  if buffer then
    return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  end
  local file = io.open(vim.uri_to_fname(uri), 'rb')
  if not file then
    return {}
  end
  local text = file:read('a')
  file:close()
  return vim.split(text, '\n', { plain = true })
end

--- The name of a file for people.
---@param uri string
---@return string
function M.path(uri)
  return vim.fn.fnamemodify(vim.uri_to_fname(uri), ':~:.')
end

--- Byte of a column of `line`.
---@param line string
---@param column integer
---@param encoding string
---@return integer
function M.byte(line, column, encoding)
  return vim.str_byteindex(line, encoding, column, false)
end

--- Column of a byte of `line`.
---@param line string
---@param byte integer
---@param encoding string
---@return integer
function M.column(line, byte, encoding)
  return vim.str_utfindex(line, encoding, math.min(byte, #line), false)
end

return M
