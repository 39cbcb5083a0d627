--- What the server tells and asks us: `redline/*`, as handlers of the client.
local files = require('redline.files')

local M = {}

local function on_answer(_, answer)
  local lines = vim.split(answer.markdown, '\n', { trimempty = true })
  if #(answer.places or {}) > 0 then
    vim.list_extend(lines, { '', '---', '' })
    for _, place in ipairs(answer.places) do
      local label = place.label or ''
      lines[#lines + 1] = ('- %s:%d %s'):format(files.path(place.uri), place.line, label)
    end
  end
  require('redline.window').show('redline://answer/' .. answer.id, 'markdown', lines)
end

local function on_review(_, told)
  local entry = require('redline.proposals').get(told.proposal)
  if entry then
    require('redline.review').open(entry, told.hunk)
  end
end

---@param take fun(client: integer, params: table)
local function handler(take)
  return function(_, params, context)
    take(context.client_id, params)
  end
end

--- One of the requests that other servers answer.
---@param name 'rename'|'references'|'diagnostics'
local function answered_by_others(name)
  return function(problem, params, context)
    return require('redline.editor')[name](problem, params, context)
  end
end

M.handlers = {
  ['redline/run'] = handler(function(client, params)
    require('redline.runs').changed(client, params)
  end),
  ['redline/proposal'] = handler(function(client, params)
    require('redline.proposals').changed(client, params)
  end),
  ['redline/question'] = handler(function(client, params)
    require('redline.questions').asked(client, params)
  end),
  ['redline/answer'] = handler(on_answer),
  ['redline/review'] = handler(on_review),
  -- The index shows its progress by the ordinary notifications.
  ['redline/index'] = handler(function() end),
  ['redline/editor/rename'] = answered_by_others('rename'),
  ['redline/editor/references'] = answered_by_others('references'),
  ['redline/editor/diagnostics'] = answered_by_others('diagnostics'),
}

--- The server is gone, and its runs, proposals and questions with it.
function M.exited(_, _, client)
  vim.schedule(function()
    require('redline.runs').forget(client)
    require('redline.proposals').forget(client)
    require('redline.questions').forget(client)
    require('redline.switch').forget()
  end)
end

return M
