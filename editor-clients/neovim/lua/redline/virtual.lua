--- Documents that only the server has: `redline:/proposal/...`, before and after a change.
local connection = require('redline.client')

local M = {}

--- Lines of a text, and how its bytes differ from them.
---@param text string
---@return string[] lines
---@return table<string, any> options of the buffer that make the same bytes
local function decoded(text)
  local bomb = vim.startswith(text, '\239\187\191')
  local lines = vim.split(bomb and text:sub(4) or text, '\n', { plain = true })
  local ended = lines[#lines] == ''
  if ended then
    lines[#lines] = nil
  end
  local dos = #lines > 0
  for at, line in ipairs(lines) do
    dos = dos and (vim.endswith(line, '\r') or (at == #lines and not ended))
  end
  if dos then
    lines = vim.tbl_map(function(line)
      return (line:gsub('\r$', ''))
    end, lines)
  end
  return lines, { bomb = bomb, endofline = ended, fileformat = dos and 'dos' or 'unix' }
end

---@param buffer integer
---@param text string
local function fill(buffer, text)
  local lines, options = decoded(text)
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  for name, value in pairs(options) do
    vim.bo[buffer][name] = value
  end
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].modified = false
  vim.b[buffer].redline_filled = true
end

--- True once a virtual buffer has had a text, which may be an older one.
---@param buffer integer
---@return boolean
function M.filled(buffer)
  return vim.b[buffer].redline_filled == true
end

--- The client that has the proposal of `uri`.
local function client_of(uri)
  local proposal = vim.uri_decode(uri:match('^redline:/proposal/([^/]+)/') or '')
  local entry = require('redline.proposals').get(proposal)
  return entry and vim.lsp.get_client_by_id(entry.client) or connection.get(0)
end

--- What waits for the newest text of a buffer: replies to older requests are passed over.
---@type table<integer, { newest: integer, done: fun()[] }>
local asking = {}

---@param buffer integer
---@param text string
local function arrived(buffer, text)
  local waiting = asking[buffer].done
  asking[buffer] = nil
  fill(buffer, text)
  for _, done in ipairs(waiting) do
    done()
  end
end

--- Asks the server for the text of a virtual buffer, fills it in and calls `done`.
---@param buffer integer
---@param done fun()?
function M.refill(buffer, done)
  local uri = vim.api.nvim_buf_get_name(buffer)
  local client = client_of(uri)
  if not client then
    return
  end
  local state = asking[buffer] or { newest = 0, done = {} }
  asking[buffer] = state
  state.newest = state.newest + 1
  state.done[#state.done + 1] = done
  local mine = state.newest
  client:request('workspace/textDocumentContent', { uri = uri }, function(problem, result)
    if asking[buffer] ~= state or state.newest ~= mine then
      return
    elseif problem or not vim.api.nvim_buf_is_valid(buffer) then
      asking[buffer] = nil
      return problem and connection.say(problem.message, vim.log.levels.WARN)
    end
    arrived(buffer, result.text)
  end, buffer)
end

--- Fills a virtual buffer that is being opened (`BufReadCmd`).
---@param buffer integer
function M.read(buffer)
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'hide'
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].undolevels = -1
  vim.bo[buffer].modifiable = false
  M.refill(buffer)
end

--- Removes the virtual buffers that no window shows.
function M.sweep()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.api.nvim_buf_get_name(buffer)
    if vim.startswith(name, 'redline:/proposal/') and #vim.fn.win_findbuf(buffer) == 0 then
      asking[buffer] = nil
      vim.api.nvim_buf_delete(buffer, { force = true })
    end
  end
end

--- The buffer of a virtual document, coloured as `path` would be.
---@param uri string
---@param path string
---@return integer
function M.buffer(uri, path)
  local buffer = vim.fn.bufadd(uri)
  vim.fn.bufload(buffer)
  -- Not 'filetype': what a user does for files of a kind is not meant for this one.
  local kind = vim.filetype.match({ filename = path })
  if kind and not pcall(vim.treesitter.start, buffer, vim.treesitter.language.get_lang(kind)) then
    vim.bo[buffer].syntax = kind
  end
  return buffer
end

return M
