--- Questions of runs. They wait until the user answers.
local connection = require('redline.client')

local M = {}

---@type { client: integer, told: table }[] oldest first
local waiting = {}

---@param question table
local function drop(question)
  waiting = vim.tbl_filter(function(each)
    return each ~= question
  end, waiting)
end

--- Puts a question to the user. Closing it leaves the run waiting.
local function put(question)
  local told = question.told
  local function answer(text)
    if not text or text == '' then
      return connection.say('the run waits; :Agent answer asks again')
    end
    drop(question)
    local client = vim.lsp.get_client_by_id(question.client)
    if client then
      local argument = { run = told.run, question = told.question, answer = text }
      connection.execute(client, 'redline.answer', argument)
    end
  end
  if #(told.options or {}) > 0 then
    vim.ui.select(told.options, { prompt = told.text, kind = 'redline_question' }, answer)
  else
    vim.ui.input({ prompt = told.text .. ' ' }, answer)
  end
end

--- Puts the waiting question to the user, who chooses where there are several.
function M.ask()
  if #waiting == 0 then
    return connection.say('there is no question')
  elseif #waiting == 1 then
    return put(waiting[1])
  end
  vim.ui.select(waiting, {
    prompt = 'Question',
    kind = 'redline_question',
    format_item = function(question)
      return question.told.text
    end,
  }, function(question)
    if question then
      put(question)
    end
  end)
end

--- Takes in a `redline/question`. Whoever is typing is told, and not interrupted: the next key
--- would be taken for the answer.
---@param client integer
---@param told table
function M.asked(client, told)
  waiting[#waiting + 1] = { client = client, told = told }
  if vim.api.nvim_get_mode().mode:find('^n') then
    put(waiting[#waiting])
  else
    connection.say(told.text .. '  :Agent answer')
  end
end

--- A run no longer waits, and its questions with it.
---@param client integer
---@param run string
function M.over(client, run)
  waiting = vim.tbl_filter(function(each)
    return each.client ~= client or each.told.run ~= run
  end, waiting)
end

--- Forgets the questions of a client that is gone.
---@param client integer
function M.forget(client)
  waiting = vim.tbl_filter(function(each)
    return each.client ~= client
  end, waiting)
end

return M
