--- The runs the server told us of, for the status line and for stopping them.
local connection = require('redline.client')

local M = {}

local BUSY = { planning = true, working = true, checking = true, waiting = true }

---@type { id: string, client: integer, state: string, action: string, text: string }[]
local runs = {} -- those under way, latest last
local stopped_by_budget = false

local function find(client, id)
  return vim.iter(runs):find(function(run)
    return run.id == id and run.client == client
  end)
end

--- Says how a run ended where nothing else shows it.
local function ended(told)
  local why = told.message or ''
  if told.outcome == 'budget' then
    stopped_by_budget = true
    connection.say(why ~= '' and why or 'the run was stopped by its budget', vim.log.levels.WARN)
  elseif told.state == 'failed' then
    connection.say(why ~= '' and why or 'the run failed', vim.log.levels.WARN)
  end
end

--- Takes in a `redline/run` notification.
---@param client integer
---@param told table
function M.changed(client, told)
  local known = find(client, told.run)
  if BUSY[told.state] then
    if not known then
      stopped_by_budget = false
      known = { id = told.run, client = client }
      runs[#runs + 1] = known
    end
    known.state, known.action = told.state, told.action or ''
    known.text = told.step or told.message or ''
  else
    runs = vim.tbl_filter(function(run)
      return run ~= known
    end, runs)
    ended(told)
  end
  if told.state ~= 'waiting' then
    require('redline.questions').over(client, told.run)
  end
  vim.cmd.redrawstatus({ bang = true })
  vim.api.nvim_exec_autocmds('User', { pattern = 'RedlineRun', data = told })
end

local function cancel(run)
  local client = vim.lsp.get_client_by_id(run.client)
  if client then
    connection.execute(client, 'redline.cancel', { run = run.id })
  end
end

--- Cancels the run that is under way; the user chooses where there are several.
function M.stop()
  if #runs < 2 then
    return runs[1] and cancel(runs[1]) or (not runs[1] and connection.say('nothing is running'))
  end
  local choices = { 'all of them' }
  for _, run in ipairs(runs) do
    choices[#choices + 1] = ('%s: %s'):format(run.action, run.text)
  end
  vim.ui.select(choices, { prompt = 'Stop', kind = 'redline_run' }, function(_, at)
    for number, run in ipairs(vim.deepcopy(runs)) do
      if at == 1 or at == number + 1 then
        cancel(run)
      end
    end
  end)
end

--- A short text for the status line.
---@return string
function M.statusline()
  local run = runs[#runs]
  if run and run.state == 'waiting' then
    return 'agent: waiting for you'
  elseif run then
    local text = vim.trim((run.text:gsub('%s+', ' ')))
    return ('agent: %s%s'):format(run.state, text ~= '' and ' (' .. text .. ')' or '')
  elseif stopped_by_budget then
    return 'agent: stopped by budget'
  end
  local count = require('redline.proposals').waiting()
  return count > 0 and ('agent: %d to review'):format(count) or ''
end

--- Forgets the runs of a client that is gone.
---@param client integer
function M.forget(client)
  runs = vim.tbl_filter(function(run)
    return run.client ~= client
  end, runs)
end

return M
