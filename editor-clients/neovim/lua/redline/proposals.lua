--- The proposals that are open, and what can be done with their hunks.
local connection = require('redline.client')
local marks = require('redline.marks')

local M = {}

---@class redline.Entry
---@field client integer
---@field proposal table as the server sent it last

---@type redline.Entry[] oldest first
local open = {}

local function undecided(hunk)
  return hunk.status == 'fresh' or hunk.status == 'stale'
end

--- The hunks of a proposal that wait for a decision.
---@param proposal table
---@return table[]
function M.undecided(proposal)
  return vim.tbl_filter(undecided, proposal.hunks)
end

--- Those that can be accepted as they are.
---@param proposal table
---@return table[]
function M.fresh(proposal)
  return vim.tbl_filter(function(hunk)
    return hunk.status == 'fresh'
  end, proposal.hunks)
end

---@param id string
---@return redline.Entry?
function M.get(id)
  return vim.iter(open):find(function(entry)
    return entry.proposal.id == id
  end)
end

--- The open proposals, newest first.
---@return redline.Entry[]
function M.list()
  return vim.iter(open):rev():totable()
end

--- How many hunks wait for a decision, over all proposals.
---@return integer
function M.waiting()
  return vim.iter(open):fold(0, function(count, entry)
    return count + #M.undecided(entry.proposal)
  end)
end

local function drop(id)
  marks.clear(id)
  open = vim.tbl_filter(function(entry)
    return entry.proposal.id ~= id
  end, open)
end

---@param entry redline.Entry
local function announce(entry)
  local proposal = entry.proposal
  connection.say(('%s (%s)  :Agent review'):format(proposal.title, proposal.summary))
  if vim.g.redline_open_review == true and vim.api.nvim_get_mode().mode == 'n' then
    require('redline.review').open(entry)
  end
end

--- Takes in a `redline/proposal` notification: a new proposal, or one that changed.
---@param client integer
---@param proposal table
function M.changed(client, proposal)
  local entry = { client = client, proposal = proposal }
  local known = M.get(proposal.id)
  if proposal.state == 'expired' or #M.undecided(proposal) == 0 then
    drop(proposal.id)
  elseif known then
    known.client, known.proposal = client, proposal
    marks.update(entry)
  else
    open[#open + 1] = entry
    marks.update(entry)
  end
  require('redline.quickfix').update(entry)
  require('redline.review').update(entry)
  if not known and M.get(proposal.id) then
    announce(entry)
  end
  vim.cmd.redrawstatus({ bang = true })
  vim.api.nvim_exec_autocmds('User', { pattern = 'RedlineProposal', data = proposal })
end

--- Marks the hunks in a buffer that was just read.
---@param buffer integer
function M.shown(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  for _, entry in ipairs(open) do
    for _, hunk in ipairs(entry.proposal.hunks) do
      if vim.uri_to_fname(hunk.uri) == name then
        marks.update(entry)
        break
      end
    end
  end
end

--- Accepts or rejects `hunks`. What is accepted is what was shown: their digests go along.
---@param entry redline.Entry
---@param command 'redline.accept'|'redline.reject'
---@param hunks table[]
---@param done fun()?
function M.decide(entry, command, hunks, done)
  local argument = { proposal = entry.proposal.id, hunks = {} }
  local digests = vim.empty_dict()
  for _, hunk in ipairs(hunks) do
    table.insert(argument.hunks, hunk.id)
    digests[hunk.id] = hunk.digest
  end
  argument.digests = command == 'redline.accept' and digests or nil
  M.send(entry, command, argument, done)
end

--- Sends `hunks` back to the run: with words about them, or to be asked for again.
---@param entry redline.Entry
---@param hunks table[]? all of them when left out
---@param comment string?
function M.revise(entry, hunks, comment)
  local ids = hunks and vim.tbl_map(function(hunk)
    return hunk.id
  end, hunks)
  local argument = { proposal = entry.proposal.id, hunks = ids, comment = comment }
  M.send(entry, 'redline.revise', argument)
end

--- Sends a command about a proposal; says what the server says of it.
---@param entry redline.Entry
---@param command string
---@param argument table
---@param done fun()?
function M.send(entry, command, argument, done)
  local client = vim.lsp.get_client_by_id(entry.client)
  if not client then
    return connection.say('the server of this proposal is gone', vim.log.levels.WARN)
  end
  connection.execute(client, command, argument, function(result)
    connection.tell(result)
    if done then
      done()
    end
  end)
end

--- Lets the user choose one of the open proposals.
---@param done fun(entry: redline.Entry)
function M.pick(done)
  local entries = M.list()
  if #entries == 0 then
    return connection.say('there is no proposal')
  end
  vim.ui.select(entries, {
    prompt = 'Proposal',
    kind = 'redline_proposal',
    format_item = function(entry)
      local left = #M.undecided(entry.proposal)
      return ('%s (%d of %d left)'):format(entry.proposal.title, left, #entry.proposal.hunks)
    end,
  }, function(entry)
    if entry then
      done(entry)
    end
  end)
end

--- Forgets the proposals of a client that is gone.
---@param client integer
function M.forget(client)
  for _, entry in ipairs(M.list()) do
    if entry.client == client then
      drop(entry.proposal.id)
      require('redline.review').forget(entry.proposal.id)
    end
  end
end

return M
