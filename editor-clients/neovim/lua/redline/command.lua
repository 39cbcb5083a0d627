--- `:Agent`.
local connection = require('redline.client')

local M = {}

local ASKED = { 'refactor', 'fix', 'test', 'document', 'explain', 'ask' }

local REST = {
  accept = function(words)
    local numbers = {}
    for _, word in ipairs(words) do
      local number = tonumber(word)
      if not number then
        return connection.say(word .. ' is not a hunk number', vim.log.levels.ERROR)
      end
      numbers[#numbers + 1] = number
    end
    require('redline.proposals').accept(numbers)
  end,
  reject = function()
    require('redline.proposals').reject()
  end,
  stop = function()
    if require('redline.runs').stop() == 0 then
      connection.say('nothing is running')
    end
  end,
  show = function()
    require('redline.proposals').show()
  end,
  answer = function()
    require('redline.events').ask()
  end,
}

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
  local client = connection.get(buffer)
  if not client then
    return connection.say('no server is running here; see :checkhealth redline', vim.log.levels.ERROR)
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
    return connection.say('this buffer has no server; see :checkhealth redline', vim.log.levels.ERROR)
  end
  connection.execute(client, 'agent.' .. action, argument, nil, buffer)
end

---@param given table what `nvim_create_user_command` passes on
function M.run(given)
  local words = vim.list_slice(given.fargs, 2)
  local name = given.fargs[1]
  if vim.list_contains(ASKED, name) then
    begin(name, vim.trim(given.args:sub(#name + 1)), given)
  elseif REST[name] then
    REST[name](words)
  else
    connection.say('there is no action ' .. name, vim.log.levels.ERROR)
  end
end

--- Completes the action's name, which is the first word.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  if line:find('Agent!?%s+%S+%s') then
    return {}
  end
  local names = vim.list_extend(vim.deepcopy(ASKED), vim.tbl_keys(REST))
  table.sort(names)
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, names)
end

return M
