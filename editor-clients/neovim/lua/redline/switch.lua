--- Whether inline suggestions are on, off or snoozed: `:Agent inline`, and for the status line.
local connection = require('redline.client')

local M = {}

local COMMAND = 'redline.inline'
local SNOOZE = 15 -- minutes

M.WORDS = { 'on', 'off', 'toggle', 'snooze', 'language' }

--- What the server said last, by language.
---@type table<string, { state: 'on'|'off'|'snoozed', until: number? }>
local told = {}

--- What was switched in this Neovim, by language, '' for all of them; `ends` is of a snooze.
---@type table<string, { state: 'on'|'off'|'snoozed', ends: number? }>
local switched = {}
--- The servers that know it: one that was started since does not.
---@type table<integer, true>
local aware = {}

---@param client vim.lsp.Client
---@param buffer integer
---@return string
local function language_of(client, buffer)
  local filetype = vim.bo[buffer].filetype
  return client.get_language_id and client.get_language_id(buffer, filetype) or filetype
end

--- The client that suggests in `buffer`.
---@param buffer integer
---@return vim.lsp.Client?
function M.client(buffer)
  local client = vim.lsp.get_clients({ name = 'redline', bufnr = buffer })[1]
  local able = client and (client.server_capabilities or {}).inlineCompletionProvider
  return able and client or nil
end

--- Whether suggestions are given in `buffer` now; '' where no server gives any.
---@param buffer integer
---@return 'on'|'off'|'snoozed'|''
function M.state(buffer)
  local client = M.client(buffer)
  if not client then
    return ''
  end
  local answer = told[language_of(client, buffer)]
  if not answer or answer.state == 'snoozed' and os.time() >= (answer['until'] or 0) then
    return 'on'
  end
  return answer.state
end

--- Asks the server how things stand for the language of `buffer`; `done` is called with it.
local function ask(client, buffer, done)
  local language = language_of(client, buffer)
  connection.execute(client, COMMAND, { language = language }, function(answer)
    told[language] = answer
    vim.cmd.redrawstatus({ bang = true })
    if done then
      done(answer)
    end
  end, buffer)
end

--- Switches in all servers there are; those to come are told when they are attached.
local function send(given)
  switched[given.language or ''] = {
    state = given.state,
    ends = given.minutes and os.time() + 60 * given.minutes,
  }
  told = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = 'redline' })) do
    connection.execute(client, COMMAND, given)
  end
end

--- Tells a server that was started since what was switched before.
local function catch_up(client)
  if aware[client.id] then
    return
  end
  aware[client.id] = true
  for language, was in pairs(switched) do
    local minutes = was.ends and (was.ends - os.time()) / 60
    if not minutes or minutes > 0 then
      local given = { state = was.state, minutes = minutes }
      given.language = language ~= '' and language or nil
      connection.execute(client, COMMAND, given)
    end
  end
end

--- Learns how things stand for the language of `buffer`.
---@param client vim.lsp.Client
---@param buffer integer
function M.ask(client, buffer)
  catch_up(client)
  ask(client, buffer)
end

--- `:Agent inline`: switches, snoozes, or says how things stand.
---@param words string[]
function M.run(words)
  local buffer = vim.api.nvim_get_current_buf()
  local client = M.client(buffer)
  if not client then
    return connection.say('there are no inline suggestions in this buffer', vim.log.levels.WARN)
  end
  local language = language_of(client, buffer)
  local word, state = words[1] or '', M.state(buffer)
  local given
  if word == 'toggle' then
    given = { state = state == 'on' and 'off' or 'on' }
  elseif word == 'on' or word == 'off' then
    given = { state = word }
  elseif word == 'snooze' then
    given = { state = 'snoozed', minutes = tonumber(words[2]) or SNOOZE }
  elseif word == 'language' then
    given = { state = state == 'on' and 'off' or 'on', language = language }
  elseif word ~= '' then
    return connection.say('inline: ' .. table.concat(M.WORDS, ', '), vim.log.levels.ERROR)
  end
  if given then
    send(given)
  end
  ask(client, buffer, function(now)
    require('redline.inline').refresh(buffer)
    local till = now['until'] and os.date(' until %H:%M', now['until']) or ''
    connection.say(('inline suggestions are %s in %s%s'):format(now.state, language, till))
  end)
end

--- A short text for the status line: 'inline', 'inline off', 'inline snoozed'; '' without any.
---@return string
function M.statusline()
  local state = M.state(vim.api.nvim_get_current_buf())
  return state == 'on' and 'inline' or state ~= '' and 'inline ' .. state or ''
end

--- A server is gone, and what was switched in it.
function M.forget()
  told = {}
end

return M
