--- What the server tells us: `redline/*` notifications, as handlers of the client.
local connection = require('redline.client')

local M = {}

---@type { client: integer, told: table }? the question that waits
local waiting = nil

--- Puts the waiting question to the user. Closing it leaves the run waiting.
function M.ask()
  local question = waiting
  if not question then
    return connection.say('there is no question')
  end
  local function answer(text)
    if not text or text == '' then
      return connection.say('the run waits; :Agent answer asks again')
    end
    waiting = nil
    local client = vim.lsp.get_client_by_id(question.client)
    if client then
      local told = question.told
      local argument = { run = told.run, question = told.question, answer = text }
      connection.execute(client, 'redline.answer', argument)
    end
  end
  local told = question.told
  if #(told.options or {}) > 0 then
    vim.ui.select(told.options, { prompt = told.text, kind = 'redline_question' }, answer)
  else
    vim.ui.input({ prompt = told.text .. ' ' }, answer)
  end
end

local function on_answer(_, answer)
  local lines = vim.split(answer.markdown, '\n', { trimempty = true })
  if #(answer.places or {}) > 0 then
    vim.list_extend(lines, { '', '---', '' })
    for _, place in ipairs(answer.places) do
      local path = vim.fn.fnamemodify(vim.uri_to_fname(place.uri), ':~:.')
      lines[#lines + 1] = ('- %s:%d %s'):format(path, place.line, place.label or '')
    end
  end
  require('redline.window').show('redline://answer/' .. answer.id, 'markdown', lines)
end

local function on_question(client, told)
  waiting = { client = client, told = told }
  M.ask()
end

---@param take fun(client: integer, params: table)
local function handler(take)
  return function(_, params, context)
    take(context.client_id, params)
  end
end

M.handlers = {
  ['redline/run'] = handler(function(client, params)
    require('redline.runs').changed(client, params)
  end),
  ['redline/proposal'] = handler(function(client, params)
    require('redline.proposals').changed(client, params)
  end),
  ['redline/answer'] = handler(on_answer),
  ['redline/question'] = handler(on_question),
  -- The index shows its progress by the ordinary notifications.
  ['redline/index'] = handler(function() end),
}

--- The server is gone, and its runs and proposals with it.
function M.exited(_, _, client)
  vim.schedule(function()
    require('redline.runs').forget(client)
    require('redline.proposals').forget(client)
    waiting = waiting and waiting.client ~= client and waiting or nil
  end)
end

return M
