--- `:Agent`.
local connection = require('redline.client')

local M = {}

local ASKED = { 'refactor', 'fix', 'test', 'document', 'explain', 'ask' }

--- Diagnostics on the lines of `range`, as the server takes them.
local function diagnostics(range)
  local found = vim.tbl_filter(function(each)
    return each.lnum <= range['end'].line and (each.end_lnum or each.lnum) >= range.start.line
  end, vim.diagnostic.get(0))
  return vim.tbl_map(function(each)
    return { message = each.message }
  end, found)
end

local function begin(action, instruction, given)
  local buffer = vim.api.nvim_get_current_buf()
  local client = connection.need(buffer)
  if not client then
    return
  end
  local argument = { instruction = instruction ~= '' and instruction or nil }
  if client.attached_buffers[buffer] then
    argument.uri = vim.uri_from_bufnr(buffer)
    argument.version = vim.lsp.util.buf_versions[buffer]
    argument.range = connection.range(client, given)
    if action == 'fix' then
      argument.diagnostics = diagnostics(argument.range)
    end
  elseif action ~= 'ask' then
    local why = 'this buffer has no server; see :checkhealth redline'
    return connection.say(why, vim.log.levels.ERROR)
  end
  connection.execute(client, 'agent.' .. action, argument, nil, buffer)
end

--- What could make a test pass without mending anything is only accepted by itself.
local function without_guarded(hunks)
  local free, guards = {}, {}
  for _, hunk in ipairs(hunks) do
    table.insert(hunk.guard == '' and free or guards, hunk)
  end
  if #guards > 0 then
    local said = ('held back: one that %s; accept it by itself, if that is meant'):format(guards[1].guard)
    connection.say(#guards == 1 and said or ('%s (%d hunks)'):format(said, #guards), vim.log.levels.WARN)
  end
  return free
end

--- Accepts or rejects what `words` name, or what is under the cursor.
local function decide(command)
  return function(words, given)
    local entry, hunks = require('redline.target').named(words, given)
    if entry and hunks and command == 'redline.accept' and (words[1] == 'all' or words[1] == 'file') then
      hunks = without_guarded(hunks)
    end
    if entry and hunks and #hunks > 0 then
      local advance = require('redline.review').advance
      require('redline.proposals').decide(entry, command, hunks, advance)
    end
  end
end

--- Sends the hunk under the cursor, or all that are open, back with a comment.
local function revise(words, given)
  local entry, hunks = require('redline.target').given(given)
  if not entry then
    return connection.say('there is no proposal')
  end
  local function send(comment)
    if comment and comment ~= '' then
      local chosen = #hunks > 0 and hunks or nil
      require('redline.proposals').revise(entry, chosen, comment)
    end
  end
  if #words > 0 then
    return send(table.concat(words, ' '))
  end
  local about = #hunks > 0 and 'about this hunk' or 'about the proposal'
  vim.ui.input({ prompt = ('Comment %s: '):format(about) }, send)
end

--- Asks again for the stale hunk under the cursor, or for all that are stale.
local function again(_, given)
  local entry, hunks = require('redline.target').given(given)
  if not entry then
    return connection.say('there is no proposal')
  end
  local stale = vim.tbl_filter(function(hunk)
    return hunk.status == 'stale'
  end, hunks)
  require('redline.proposals').revise(entry, #stale > 0 and stale or nil)
end

--- Calls `done` with the proposal `id`; with the one at the cursor when there is no id.
local function with_proposal(id, given, done)
  local entry = id and require('redline.proposals').get(id)
  entry = entry or (not id and require('redline.target').given(given))
  if entry then
    done(entry)
  else
    connection.say('there is no proposal' .. (id and ' ' .. id or ''))
  end
end

local function review(words, given)
  local _, hunks = require('redline.target').given(given)
  with_proposal(words[1], given, function(entry)
    require('redline.review').open(entry, not words[1] and hunks[1] and hunks[1].id or nil)
  end)
end

--- Lets the user grant trust to a folder of the workspace.
local function trust()
  local client = connection.need()
  if not client then
    return
  end
  local options = {
    prompt = 'Trust this folder: its rules and checks may be used',
    kind = 'redline_trust',
    format_item = function(folder)
      return vim.uri_to_fname(folder.uri)
    end,
  }
  vim.ui.select(client.workspace_folders or {}, options, function(folder)
    if folder then
      connection.execute(client, 'redline.trust', { folder = folder.uri }, function()
        connection.say(vim.uri_to_fname(folder.uri) .. ' is trusted')
      end)
    end
  end)
end

--- Stops all runs there are, or takes that back.
local function everything(command, said)
  local client = connection.need()
  if client then
    connection.execute(client, command, vim.empty_dict(), function()
      connection.say(said)
    end)
  end
end

--- To the next place for an edit that was made by hand, or, where one is, makes it.
local function next_edit(_, given)
  local buffer = vim.api.nvim_get_current_buf()
  local client = connection.need(buffer)
  if client then
    local here = connection.range(client, vim.tbl_extend('force', given, { range = 0 }))
    local argument = { uri = vim.uri_from_bufnr(buffer), position = here.start }
    connection.execute(client, 'redline.nextEdit', argument, function(found)
      if not found then
        connection.say('no edit is due')
      end
    end, buffer)
  end
end

local REST = {
  accept = decide('redline.accept'),
  reject = decide('redline.reject'),
  revise = revise,
  again = again,
  review = review,
  trust = trust,
  proposals = function()
    require('redline.proposals').pick(function(entry)
      require('redline.review').open(entry)
    end)
  end,
  quickfix = function(words, given)
    with_proposal(words[1], given, require('redline.quickfix').open)
  end,
  next = function()
    require('redline.target').step(1)
  end,
  prev = function()
    require('redline.target').step(-1)
  end,
  stop = function()
    require('redline.runs').stop()
  end,
  ['stop-all'] = function()
    everything('redline.stopAll', 'all runs are stopped; `:Agent resume` lets runs begin again')
  end,
  resume = function()
    everything('redline.resume', 'runs may begin again')
  end,
  answer = function()
    require('redline.questions').ask()
  end,
  inline = function(words)
    require('redline.switch').run(words)
  end,
  ['next-edit'] = next_edit,
  runs = function()
    require('redline.history').runs()
  end,
  rollback = function(words)
    require('redline.history').rollback(words[1])
  end,
}

---@param given table what `nvim_create_user_command` passes on
function M.run(given)
  local words = vim.list_slice(given.fargs, 2)
  local name = given.fargs[1]
  if vim.list_contains(ASKED, name) then
    begin(name, vim.trim(given.args:sub(#name + 1)), given)
  elseif REST[name] then
    REST[name](words, given)
  else
    connection.say('there is no action ' .. name, vim.log.levels.ERROR)
  end
end

--- What may follow an action, for completion.
local function following(action)
  if action == 'accept' or action == 'reject' then
    return { 'all', 'file' }
  elseif action == 'inline' then
    return vim.deepcopy(require('redline.switch').WORDS)
  elseif action == 'review' or action == 'quickfix' then
    return vim.tbl_map(function(entry)
      return entry.proposal.id
    end, require('redline.proposals').list())
  end
  return {}
end

--- Completes the action's name, and what follows it.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local action = line:match('Agent!?%s+(%S+)%s')
  local names = action and following(action)
    or vim.list_extend(vim.deepcopy(ASKED), vim.tbl_keys(REST))
  table.sort(names)
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, names)
end

return M
