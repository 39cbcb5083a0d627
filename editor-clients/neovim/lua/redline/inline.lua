--- Inline suggestions: Neovim's own where it has them, ours where not; the same keys for both.
local ghost = require('redline.ghost')
local suggest = require('redline.suggest')
local switch = require('redline.switch')

local M = {}

local METHOD = 'textDocument/inlineCompletion'

---@class redline.Inline
---@field enabled boolean? ask for suggestions while typing
---@field native boolean? draw them by |vim.lsp.inline_completion|
---@field keymap table<string, string|false>? keys in Insert mode

---@type redline.Inline
local options = {
  enabled = true,
  native = vim.fn.has('nvim-0.12') == 1,
  keymap = {
    accept = '<M-l>',
    word = '<M-w>',
    line = '<M-j>',
    next = '<M-n>',
    prev = '<M-p>',
    dismiss = '<C-]>',
  },
}

--- Where the cursor was when a request of Neovim's own was made, by request.
---@type table<string, integer>
local places = {}
--- The same for the answer that came last, by buffer.
---@type table<integer, integer>
local answered = {}
local under_way = false

---@param given redline.Inline
function M.setup(given)
  options = vim.tbl_deep_extend('force', options, given)
end

local function native()
  return options.native and vim.lsp.inline_completion ~= nil
end

--- Sends one event to Neovim's own suggestions alone.
local function poke(event, buffer)
  local group = ('nvim.lsp.inline_completion:%d'):format(buffer)
  pcall(vim.api.nvim_exec_autocmds, event, { group = group, buffer = buffer })
end

--- Takes what is on the screen off it, without a word to the server, and asks anew.
---@param buffer integer
function M.refresh(buffer)
  suggest.clear()
  local typing = vim.startswith(vim.api.nvim_get_mode().mode, 'i')
  if native() then
    poke('InsertLeave', buffer)
    if typing then
      poke('CursorMovedI', buffer)
    end
  end
end

--- The menu of completions is open: it goes first.
local function menu()
  return vim.fn.pumvisible() == 1
end

--- Runs `act` with the suggestion Neovim shows, which is then gone; false when it shows none.
local function with_native(act)
  if not native() then
    return false
  end
  local buffer = vim.api.nvim_get_current_buf()
  local came = vim.lsp.inline_completion.get({
    on_accept = function(item)
      local client = vim.lsp.get_client_by_id(item.client_id)
      if not client then
        return nil
      end
      local encoding = client.offset_encoding
      local range = item.range and item.range:to_lsp(encoding)
      local plain = { insertText = item.insert_text, range = range, command = item.command }
      local found = ghost.of(buffer, plain, encoding, answered[buffer])
      return act(found, item)
    end,
  })
  if came then
    -- It is run later, and the next key may come before.
    under_way = true
    vim.schedule(function()
      under_way = false
    end)
  end
  return came
end

--- Accepts the suggestion on the screen, or a part of it; false when there is none.
---@param kind 'all'|'word'|'line'
---@return boolean
function M.accept(kind)
  if menu() then
    return false
  end
  if under_way or suggest.current() then
    -- Mappings that are expressions must not change the text themselves.
    vim.schedule(function()
      suggest.accept(kind)
    end)
    return true
  end
  return with_native(function(found, item)
    local client = assert(vim.lsp.get_client_by_id(item.client_id))
    if kind == 'all' and client.name ~= 'redline' then
      return item
    end
    if found then
      suggest.show(item.client_id, { found })
      suggest.accept(kind)
    end
  end)
end

--- Dismisses the suggestion on the screen; false when there is none.
---@return boolean
function M.dismiss()
  local now, client = suggest.current()
  if now and client then
    suggest.notify(client, 'dismissed', { id = now.id })
    suggest.clear()
    return true
  end
  return with_native(function(found, item)
    if found then
      suggest.notify(item.client_id, 'dismissed', { id = found.id })
    end
  end)
end

--- Goes to the next suggestion for this place, or back; false when there is no other.
---@param count integer
---@return boolean
function M.step(count)
  local now, _, several = suggest.current()
  if now then
    suggest.step(count)
    return several > 1
  end
  if native() and not menu() then
    vim.lsp.inline_completion.select({ count = count })
    return true
  end
  return false
end

--- Asks for a suggestion here and now, also where none comes by itself.
function M.invoke()
  local buffer = vim.api.nvim_get_current_buf()
  local client = switch.client(buffer)
  if client then
    suggest.request(client, buffer, true)
  end
end

local ACTS = {
  accept = function()
    return M.accept('all')
  end,
  word = function()
    return M.accept('word')
  end,
  line = function()
    return M.accept('line')
  end,
  next = function()
    return M.step(1)
  end,
  prev = function()
    return M.step(-1)
  end,
  dismiss = M.dismiss,
  invoke = function()
    M.invoke()
    return true
  end,
}

--- Does what a key of that name in the keymap does; false when there is nothing to do it to.
---@param name 'accept'|'word'|'line'|'next'|'prev'|'dismiss'|'invoke'
---@return boolean
function M.act(name)
  return ACTS[name]()
end

--- Maps the keys in `buffer` that the user has no mapping for; unused, they do what they did.
local function map(buffer)
  for name, key in pairs(options.keymap) do
    if ACTS[name] and key and vim.fn.maparg(key, 'i') == '' then
      vim.keymap.set('i', key, function()
        return ACTS[name]() and '' or key
      end, { buffer = buffer, expr = true, desc = 'Redline: suggestion, ' .. name })
    end
  end
end

--- Follows Neovim's own requests: where they were made for, and what is on the screen since.
local function follow(event)
  local request, id = event.data.request, event.data.request_id
  if request.method ~= METHOD or suggest.owns(id) then
    return
  end
  local key = ('%d:%d'):format(event.data.client_id, id)
  if request.type == 'pending' then
    places[key] = vim.api.nvim_win_get_cursor(0)[2]
  end
  if request.type ~= 'complete' then
    return
  end
  answered[request.bufnr], places[key] = places[key] or answered[request.bufnr], nil
  vim.schedule(function() -- its handler comes first
    suggest.clear()
    M.below_menu(request.bufnr)
  end)
end

--- Takes Neovim's own suggestion off the screen while the menu is open.
---@param buffer integer
function M.below_menu(buffer)
  local namespace = vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion']
  if menu() and namespace and vim.api.nvim_buf_is_valid(buffer) then
    vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  end
end

local function watch_native(client, buffer, on)
  vim.lsp.inline_completion.enable(true, { client_id = client.id, bufnr = buffer })
  on('LspRequest', follow)
  on({ 'TextChangedP', 'CompleteChanged' }, function()
    suggest.clear()
    M.below_menu(buffer)
  end)
  on('CursorMovedI', suggest.redraw)
  on('CompleteDone', function()
    vim.schedule(function()
      poke('CursorMovedI', buffer)
    end)
  end)
end

local function watch(buffer, on)
  on({ 'InsertEnter', 'TextChangedI', 'CursorMovedI', 'CompleteDone' }, function()
    local client = switch.client(buffer)
    if menu() or not client then
      return suggest.clear()
    end
    suggest.redraw()
    if switch.state(buffer) == 'on' then
      suggest.request(client, buffer)
    end
  end)
  on({ 'TextChangedP', 'CompleteChanged' }, suggest.clear)
end

--- Suggests in `buffer` from now on.
---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  if not options.enabled or switch.client(buffer) ~= client then
    return
  end
  local group = vim.api.nvim_create_augroup('redline_inline_' .. buffer, {})
  local function on(events, act)
    vim.api.nvim_create_autocmd(events, { group = group, buffer = buffer, callback = act })
  end
  if native() then
    watch_native(client, buffer, on)
  else
    watch(buffer, on)
  end
  on('InsertLeave', suggest.clear)
  map(buffer)
  switch.ask(client, buffer)
end

return M
