--- Proposals: shown as a unified diff, accepted or rejected as a whole or by hunk number.
local connection = require('redline.client')
local window = require('redline.window')

local M = {}

---@type { client: integer, proposal: table, buffer: integer? }?
local latest = nil

local function open_hunks(proposal)
  return vim.tbl_filter(function(hunk)
    return hunk.status == 'fresh'
  end, proposal.hunks)
end

local function place(hunk)
  local path = vim.fn.fnamemodify(vim.uri_to_fname(hunk.uri), ':~:.')
  return hunk.range and ('%s:%d'):format(path, hunk.range.start.line + 1) or path
end

---@return string[]
local function rendered(proposal)
  local lines = { '# ' .. proposal.title }
  for _, note in ipairs(proposal.notes or {}) do
    lines[#lines + 1] = '# note: ' .. note
  end
  for _, check in ipairs(proposal.checks or {}) do
    lines[#lines + 1] = ('# check: %s %s %s'):format(check.name, check.outcome, check.detail)
  end
  for number, hunk in ipairs(proposal.hunks) do
    local about = ('# %d  %s  %s, %s'):format(number, place(hunk), hunk.status, hunk.origin)
    lines[#lines + 1] = about .. (hunk.reason ~= '' and '  ' .. hunk.reason or '')
  end
  lines[#lines + 1] = '# a  accept all    r  reject    q  close    :Agent accept 1 3  by number'
  lines[#lines + 1] = ''
  -- A line break in a note would be an error in a buffer's line.
  lines = vim.tbl_map(function(line)
    return (line:gsub('%s*\n%s*', ' '))
  end, lines)
  return vim.list_extend(lines, vim.split(proposal.diff or '', '\n', { trimempty = true }))
end

--- Opens the window of the latest proposal.
function M.show()
  if not latest then
    return connection.say('there is no proposal')
  end
  local name = 'redline://proposal/' .. latest.proposal.id
  latest.buffer = window.show(name, 'diff', rendered(latest.proposal))
  local map = function(key, action, about)
    vim.keymap.set('n', key, action, { buffer = latest.buffer, desc = about, nowait = true })
  end
  map('a', function()
    M.accept({})
  end, 'Accept all hunks')
  map('r', M.reject, 'Reject the proposal')
end

--- Takes in a `redline/proposal` notification: a new proposal, or one whose hunks changed.
---@param client integer
---@param proposal table
function M.changed(client, proposal)
  local known = latest and latest.proposal.id == proposal.id and latest or nil
  if not known and #open_hunks(proposal) == 0 then
    return
  end
  if known then
    known.proposal = proposal
  else
    window.close(latest and latest.buffer)
    latest = { client = client, proposal = proposal }
    return M.show()
  end
  if #open_hunks(proposal) == 0 then
    window.close(known.buffer)
    latest = nil
  elseif known.buffer and vim.api.nvim_buf_is_valid(known.buffer) then
    window.fill(known.buffer, rendered(proposal))
  end
end

---@param command string
---@param argument table
local function decide(command, argument)
  local client = latest and vim.lsp.get_client_by_id(latest.client)
  if not latest or not client then
    return connection.say('there is no proposal')
  end
  argument.proposal = latest.proposal.id
  connection.execute(client, command, argument, function(result)
    if type(result) == 'table' and (result.message or '') ~= '' then
      connection.say(result.message)
    end
  end)
end

--- Accepts hunks by their numbers; all that are open when none are given.
---@param numbers integer[]
function M.accept(numbers)
  local hunks = nil
  if #numbers > 0 and latest then
    hunks = {}
    for _, number in ipairs(numbers) do
      local hunk = latest.proposal.hunks[number]
      if not hunk then
        return connection.say(('there is no hunk %d'):format(number), vim.log.levels.ERROR)
      end
      hunks[#hunks + 1] = hunk.id
    end
  end
  decide('redline.accept', { hunks = hunks })
end

--- Rejects the proposal.
function M.reject()
  decide('redline.reject', {})
end

--- The latest proposal, while it has open hunks.
---@return table?
function M.current()
  return latest and latest.proposal
end

--- Forgets the proposal of a client that is gone.
---@param client integer
function M.forget(client)
  if latest and latest.client == client then
    window.close(latest.buffer)
    latest = nil
  end
end

return M
