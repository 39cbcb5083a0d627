--- The connection: which client, its commands, ranges in its encoding.
local files = require('redline.files')

local M = {}

---@param message string
---@param level integer?
function M.say(message, level)
  vim.notify('redline: ' .. message, level or vim.log.levels.INFO)
end

--- The client of `buffer`, else any: a proposal's own window has none.
---@param buffer integer?
---@return vim.lsp.Client?
function M.get(buffer)
  local attached = vim.lsp.get_clients({ name = 'redline', bufnr = buffer or 0 })[1]
  return attached or vim.lsp.get_clients({ name = 'redline' })[1]
end

--- The client of `buffer` or any; says so when there is none.
---@param buffer integer?
---@return vim.lsp.Client?
function M.need(buffer)
  local client = M.get(buffer)
  if not client then
    M.say('no server is running here; see :checkhealth redline', vim.log.levels.ERROR)
  end
  return client
end

--- Says what the server says of an acceptance.
---@param result any
function M.tell(result)
  if type(result) == 'table' and (result.message or '') ~= '' then
    M.say(result.message)
  end
end

--- Sends one command with its one argument. Errors are shown; `done` gets the result.
---@param client vim.lsp.Client
---@param command string
---@param argument table
---@param done fun(result: any)?
---@param buffer integer? the buffer whose pending changes are sent first
function M.execute(client, command, argument, done, buffer)
  local params = { command = command, arguments = { argument } }
  client:request('workspace/executeCommand', params, function(problem, result)
    if problem then
      M.say(problem.message, vim.log.levels.ERROR)
    elseif done then
      done(result)
    end
  end, buffer or 0)
end

---@param client vim.lsp.Client
---@param buffer integer
---@param row integer from 0
---@param byte integer from 0
local function position(client, buffer, row, byte)
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] or ''
  return { line = row, character = files.column(line, byte, client.offset_encoding) }
end

--- Byte behind the character at mark `'>`, which is the last one selected.
local function selection_end(buffer, row, byte)
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] or ''
  if byte >= #line then
    return #line
  end
  if vim.o.selection == 'exclusive' then
    return byte
  end
  return byte + vim.str_utf_end(line, byte + 1) + 1
end

--- The range of a user command: the characters selected, the lines given, or the cursor.
---@param client vim.lsp.Client
---@param given table what `nvim_create_user_command` passes on
---@return table range in the client's encoding
function M.range(client, given)
  local buffer = vim.api.nvim_get_current_buf()
  if given.range == 0 then
    local row, byte = unpack(vim.api.nvim_win_get_cursor(0))
    local here = position(client, buffer, row - 1, byte)
    return { start = here, ['end'] = here }
  end
  local first, from = unpack(vim.api.nvim_buf_get_mark(buffer, '<'))
  local last, to = unpack(vim.api.nvim_buf_get_mark(buffer, '>'))
  local selected = given.range == 2 and first == given.line1 and last == given.line2
  if selected and vim.fn.visualmode() == 'v' then
    to = selection_end(buffer, last - 1, to)
  else
    first, from, last, to = given.line1, 0, given.line2, vim.v.maxcol
  end
  return {
    start = position(client, buffer, first - 1, from),
    ['end'] = position(client, buffer, last - 1, to),
  }
end

return M
