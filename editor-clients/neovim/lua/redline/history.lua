--- Past runs: looked at, and taken back.
local connection = require('redline.client')

local M = {}

---@param run table a RunItem
---@return string
local function described(run)
  local title = (run.title or '') ~= '' and run.title or run.instruction
  local at = os.date('%Y-%m-%d %H:%M', math.floor(run.at))
  return ('%s  %-8s  %-9s  %s'):format(at, run.action, run.state, (title:gsub('%s+', ' ')))
end

--- Lets the user choose one of the runs for which `wanted` holds.
---@param prompt string
---@param wanted fun(run: table): boolean
---@param done fun(client: vim.lsp.Client, run: string)
local function pick(prompt, wanted, done)
  local client = connection.need()
  if not client then
    return
  end
  connection.execute(client, 'redline.runs', vim.empty_dict(), function(runs)
    local found = vim.tbl_filter(wanted, runs)
    if #found == 0 then
      return connection.say('there is no such run')
    end
    local options = { prompt = prompt, kind = 'redline_run', format_item = described }
    vim.ui.select(found, options, function(run)
      if run then
        done(client, run.run)
      end
    end)
  end)
end

---@param client vim.lsp.Client
---@param run string
local function show(client, run)
  connection.execute(client, 'redline.show', { run = run }, function(detail)
    local lines = vim.split(detail.timeline, '\n', { trimempty = true })
    require('redline.window').show('redline://run/' .. run, 'markdown', lines)
  end)
end

---@param client vim.lsp.Client
---@param run string
local function roll_back(client, run)
  connection.execute(client, 'redline.rollback', { run = run }, connection.tell)
end

--- Shows the timeline of a run the user chooses.
function M.runs()
  pick('Run', function()
    return true
  end, show)
end

--- Takes back what was accepted of a run: of `run`, or of one the user chooses.
---@param run string?
function M.rollback(run)
  if not run then
    return pick('Roll back', function(each)
      return each.state == 'done' or each.state == 'proposed'
    end, roll_back)
  end
  local client = connection.need()
  if client then
    roll_back(client, run)
  end
end

return M
