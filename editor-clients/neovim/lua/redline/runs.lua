--- The runs the server told us of, for the status line and for stopping them.
local M = {}

local BUSY = { planning = true, working = true, checking = true, waiting = true }

---@type { id: string, client: integer, state: string, text: string }[] latest last
local runs = {}

--- Takes in a `redline/run` notification.
---@param client integer
---@param told table
function M.changed(client, told)
  local text = told.message or told.step or ''
  local known = vim.iter(runs):find(function(run)
    return run.id == told.run and run.client == client
  end)
  if not known then
    known = { id = told.run, client = client }
    runs[#runs + 1] = known
  end
  known.state, known.text = told.state, text
  if told.state == 'failed' then
    require('redline.client').say(text ~= '' and text or 'the run failed', vim.log.levels.WARN)
  end
  -- Only what can still be stopped is kept.
  runs = vim.tbl_filter(function(run)
    return BUSY[run.state]
  end, runs)
  vim.cmd.redrawstatus({ bang = true })
end

--- Cancels every run that is under way; says how many there were.
---@return integer
function M.stop()
  local client_of = require('redline.client')
  local count = 0
  for _, run in ipairs(runs) do
    local client = vim.lsp.get_client_by_id(run.client)
    if client then
      count = count + 1
      client_of.execute(client, 'redline.cancel', { run = run.id })
    end
  end
  return count
end

--- A short text for the status line.
---@return string
function M.statusline()
  local run = runs[#runs]
  if not run then
    return ''
  end
  local text = run.text:gsub('%s+', ' ')
  return ('agent: %s%s'):format(run.state, text ~= '' and ' (' .. text .. ')' or '')
end

--- Forgets the runs of a client that is gone.
---@param client integer
function M.forget(client)
  runs = vim.tbl_filter(function(run)
    return run.client ~= client
  end, runs)
end

return M
