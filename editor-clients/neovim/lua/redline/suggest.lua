--- Suggestions of our own drawing: asked for with each change, kept while what is typed fits.
--- For Neovim 0.11, which has none; and for the rest of one that was accepted in part.
local files = require('redline.files')
local ghost = require('redline.ghost')

local M = {}

local METHOD = 'textDocument/inlineCompletion'
local INVOKED, AUTOMATIC = 1, 2

--- What is on the screen, of the buffer one types in.
---@type { client: integer, ghosts: redline.Ghost[], at: integer }?
local shown
--- The request under way, and what it was asked for: the same is not asked twice.
---@type { client: integer, id: integer, key: string }?
local asked
local last_key = ''
local sending = false
local newest -- the id of our last request; Neovim may make the same beside us

---@param client integer
---@param event 'shown'|'accepted'|'dismissed'
---@param told table
function M.notify(client, event, told)
  local found = vim.lsp.get_client_by_id(client)
  if found and found.name == 'redline' and told.id ~= '' then
    found:notify('redline/inline/' .. event, told)
  end
end

--- The suggestion that is on the screen and still fits, its client, and how many there are.
---@return redline.Ghost?
---@return integer? client
---@return integer? count
function M.current()
  if not shown then
    return nil
  end
  local now = shown.ghosts[shown.at]
  if ghost.rest(now) then
    return now, shown.client, #shown.ghosts
  end
end

local function cancel()
  local client = asked and vim.lsp.get_client_by_id(asked.client)
  if client and asked then
    client:cancel_request(asked.id)
  end
  asked = nil
end

--- Takes what is shown off the screen, and what was asked for back.
function M.clear()
  cancel()
  last_key = ''
  if shown then
    ghost.clear(shown.ghosts[1].buffer)
    shown = nil
  end
end

--- Draws what still fits what was typed, or nothing.
function M.redraw()
  if not shown then
    return
  end
  local fits = vim.tbl_filter(ghost.rest, shown.ghosts)
  local now = shown.ghosts[shown.at]
  if #fits == 0 then
    ghost.clear(now.buffer)
    shown = nil
    return
  end
  shown.at = math.max(1, vim.fn.index(fits, now) + 1)
  shown.ghosts = fits
  ghost.draw(fits[shown.at])
end

--- Shows these; the first on top.
---@param client integer
---@param ghosts redline.Ghost[]
function M.show(client, ghosts)
  if shown then
    ghost.clear(shown.ghosts[1].buffer)
  end
  shown = #ghosts > 0 and { client = client, ghosts = ghosts, at = 1 } or nil
  M.redraw()
end

local function answered(client, buffer, key, result)
  if key ~= last_key or vim.fn.pumvisible() == 1 then
    return
  end
  local items = result and (result.items or result) or {}
  local ghosts = {}
  for _, item in ipairs(items) do
    ghosts[#ghosts + 1] = ghost.of(buffer, item, client.offset_encoding)
  end
  local before = M.current()
  M.show(client.id, ghosts)
  if ghosts[1] and not (before and before.id == ghosts[1].id) then
    M.notify(client.id, 'shown', { id = ghosts[1].id })
  end
end

--- Asks what to suggest at the cursor; what was asked before is taken back.
---@param client vim.lsp.Client
---@param buffer integer
---@param invoked boolean? by the user, not by typing
function M.request(client, buffer, invoked)
  local row, byte = unpack(vim.api.nvim_win_get_cursor(0))
  local key = ('%d:%d:%d:%d'):format(buffer, vim.b[buffer].changedtick, row, byte)
  if key == last_key and not invoked then
    return
  end
  cancel()
  last_key = key
  local column = files.column(vim.api.nvim_get_current_line(), byte, client.offset_encoding)
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(buffer) },
    position = { line = row - 1, character = column },
    context = { triggerKind = invoked and INVOKED or AUTOMATIC },
  }
  sending = true
  local sent, id = client:request(METHOD, params, function(problem, result)
    asked = asked and asked.key ~= key and asked or nil
    if not problem and vim.startswith(vim.api.nvim_get_mode().mode, 'i') then
      answered(client, buffer, key, result)
    end
  end, buffer)
  sending = false
  newest = id
  asked = sent and id and { client = client.id, id = id, key = key } or nil
end

--- Whether a request is one of ours; it is asked about while it is sent, and when it is over.
---@param id integer
---@return boolean
function M.owns(id)
  return sending or id == newest
end

--- Goes on to the next suggestion, or back.
---@param count integer
function M.step(count)
  if shown then
    shown.at = (shown.at - 1 + count) % #shown.ghosts + 1
    ghost.draw(shown.ghosts[shown.at])
    M.notify(shown.client, 'shown', { id = shown.ghosts[shown.at].id })
  end
end

--- Accepts what is shown or a part of it, and shows what is left.
---@param kind 'all'|'word'|'line'
function M.accept(kind)
  local now, client = M.current()
  local taken, whole = nil, nil
  if now then
    taken, whole = ghost.take(now, kind)
  end
  if not now or not client or not taken then
    return
  end
  local told = { id = now.id, characters = taken, whole = whole }
  M.notify(client, 'accepted', told)
  M.show(client, whole and {} or { now })
end

return M
