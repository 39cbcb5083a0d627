--- Requests of the server that the other language servers of this editor answer.
---
--- Neovim runs the handler of a request in a coroutine and sends what it returns: a handler may
--- wait for another server there, and the user goes on meanwhile.
local files = require('redline.files')

local M = {}

local PATIENCE = 5000 -- milliseconds

--- The buffer of `uri`, loaded without being shown where it is not: other servers answer for
--- what is open.
---@param uri string
---@return integer?
local function opened(uri)
  if not vim.startswith(uri, 'file:') or not files.exists(uri) then
    return nil
  end
  local buffer = vim.fn.bufadd(vim.uri_to_fname(uri))
  if not vim.api.nvim_buf_is_loaded(buffer) then
    -- No swap file, and no question about one that is there.
    pcall(vim.cmd, ('noswapfile call bufload(%d)'):format(buffer))
  end
  return vim.api.nvim_buf_is_loaded(buffer) and buffer or nil
end

local function is_other(client)
  return client.name ~= 'redline'
end

--- The first other server that answers `method` for `uri`, and the buffer.
---@param uri string
---@param method string
---@return vim.lsp.Client?
---@return integer?
local function other(uri, method)
  -- With no other server at all, nothing is loaded for its sake.
  local buffer = vim.iter(vim.lsp.get_clients()):any(is_other) and opened(uri)
  if not buffer then
    return nil
  end
  local client = vim.iter(vim.lsp.get_clients({ bufnr = buffer })):find(function(each)
    return is_other(each) and each:supports_method(method, buffer)
  end)
  return client, buffer
end

--- Sends a request and waits, in a coroutine; nil for an error or no answer in time.
---@param client vim.lsp.Client
---@param method string
---@param params table
---@param buffer integer
---@return any
local function ask(client, method, params, buffer)
  local waiting = coroutine.running()
  local reply = nil
  local function settle(result)
    if reply then
      return
    end
    reply = { result }
    if coroutine.status(waiting) == 'suspended' then
      assert(coroutine.resume(waiting))
    end
  end
  local sent, id = client:request(method, params, function(problem, result)
    settle(not problem and result or nil)
  end, buffer)
  if not sent then
    return nil
  end
  vim.defer_fn(function()
    if not reply then
      client:cancel_request(id)
      settle(nil)
    end
  end, PATIENCE)
  if not reply then
    coroutine.yield()
  end
  return reply[1]
end

--- A function that turns positions in `uri` from one encoding into another.
---@param from string
---@param to string
---@return fun(uri: string, position: table): table
local function converter(from, to)
  local lines = {}
  return function(uri, position)
    if from == to then
      return position
    end
    lines[uri] = lines[uri] or files.lines(uri)
    local line = lines[uri][position.line + 1] or ''
    local byte = files.byte(line, position.character, from)
    return { line = position.line, character = files.column(line, byte, to) }
  end
end

local function convert_range(convert, uri, range)
  return { start = convert(uri, range.start), ['end'] = convert(uri, range['end']) }
end

local function convert_edits(convert, uri, edits)
  for _, edit in ipairs(edits or {}) do
    edit.range = convert_range(convert, uri, edit.range)
  end
end

--- The encoding of the client that asks.
local function encoding_of(context)
  return assert(vim.lsp.get_client_by_id(context.client_id)).offset_encoding
end

--- Params about a position, for another client.
local function params_for(client, params, context)
  local convert = converter(encoding_of(context), client.offset_encoding)
  return {
    textDocument = { uri = params.uri },
    position = convert(params.uri, params.position),
  }
end

function M.rename(_, params, context)
  local client, buffer = other(params.uri, 'textDocument/rename')
  if not client or not buffer then
    return vim.NIL
  end
  local request = params_for(client, params, context)
  request.newName = params.newName
  local edit = ask(client, 'textDocument/rename', request, buffer)
  if not edit then
    return vim.NIL
  end
  local convert = converter(client.offset_encoding, encoding_of(context))
  for uri, edits in pairs(edit.changes or {}) do
    convert_edits(convert, uri, edits)
  end
  for _, change in ipairs(edit.documentChanges or {}) do
    if change.textDocument then
      convert_edits(convert, change.textDocument.uri, change.edits)
    end
  end
  return edit
end

function M.references(_, params, context)
  local client, buffer = other(params.uri, 'textDocument/references')
  if not client or not buffer then
    return vim.NIL
  end
  local request = params_for(client, params, context)
  request.context = { includeDeclaration = true }
  local found = ask(client, 'textDocument/references', request, buffer)
  if not found then
    return vim.NIL
  end
  local convert = converter(client.offset_encoding, encoding_of(context))
  for _, location in ipairs(found) do
    location.range = convert_range(convert, location.uri, location.range)
  end
  return found
end

--- True for a diagnostic of the server that asks.
local function is_ours(diagnostic)
  local namespace = diagnostic.namespace and vim.diagnostic.get_namespace(diagnostic.namespace)
  return namespace ~= nil and namespace.name:find('lsp.redline', 1, true) ~= nil
end

--- What every other source says of a file: language servers and linters alike.
function M.diagnostics(_, params, context)
  local _, buffer = other(params.uri, 'textDocument/didOpen')
  buffer = buffer or files.loaded(params.uri)
  local found = buffer and vim.diagnostic.get(buffer) or {}
  local clients = buffer and vim.lsp.get_clients({ bufnr = buffer }) or {}
  if #found == 0 and not vim.iter(clients):any(is_other) then
    return vim.NIL
  end
  local encoding = encoding_of(context)
  local lines = files.lines(params.uri)
  local function position(row, byte)
    return { line = row, character = files.column(lines[row + 1] or '', byte, encoding) }
  end
  local told = vim.iter(found):filter(function(each)
    return not is_ours(each)
  end)
  return told
    :map(function(each)
      local start = position(each.lnum, each.col)
      local finish = position(each.end_lnum or each.lnum, each.end_col or each.col)
      return {
        range = { start = start, ['end'] = finish },
        severity = each.severity,
        message = each.message,
        source = each.source,
        code = each.code,
      }
    end)
    :totable()
end

return M
