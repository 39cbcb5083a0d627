-- What the scenarios share: one editor, a scripted user, waiting with a reason, a report.
--
--   nvim --clean --headless -l <scenario file> CASE
--
-- CASE is a JSON file: {scenario, server, plugin, workspace, report, model?, ty?}; `model` is a
-- script, `ty` another language server's program. The report is JSON: {ok, problem, events};
-- events tell in order what the user was asked and told.

local M = { events = {}, answers = {} }

local file = assert(io.open(_G.arg[1]))
M.case = vim.json.decode(file:read('a'))
file:close()

M.dies = false -- true in a scenario that ends the server itself

local PATIENCE = 30000 -- milliseconds; a slow machine is no failure

function M.note(...)
  M.events[#M.events + 1] = { ... }
end

--- Waits until `done()`, and fails with `what` when it never is, or the server is gone.
function M.wait(what, done)
  local came = false
  vim.wait(PATIENCE, function()
    came = done()
    return came or M.gone
  end, 10)
  if not came then
    error((M.gone and 'the server ended before: ' or 'never: ') .. what, 2)
  end
end

function M.expect(what, found, wanted)
  if not vim.deep_equal(found, wanted) then
    error(('%s: %s, not %s'):format(what, vim.inspect(found), vim.inspect(wanted)), 2)
  end
end

--- The user: chooses the first item that begins with the next answer; 'close' chooses nothing.
vim.ui.select = function(items, opts, done)
  local shown = vim.tbl_map(opts.format_item or tostring, items)
  local answer = table.remove(M.answers, 1)
  M.note('select', opts.prompt or '', shown, answer or 'no answer was scripted')
  for at, title in ipairs(shown) do
    if answer and vim.startswith(title, answer) then
      return done(items[at], at)
    end
  end
  done(nil)
end

vim.ui.input = function(opts, done)
  local answer = table.remove(M.answers, 1)
  M.note('input', opts.prompt or '', answer or 'no answer was scripted')
  done(answer)
end

vim.fn.confirm = function(message)
  M.note('confirm', message)
  return 1
end

vim.notify = function(message, level)
  M.note('notify', message, level or vim.log.levels.INFO)
  M.gone = M.gone or (not M.dies and message:find('quit with exit code', 1, true) ~= nil)
end

vim.api.nvim_create_autocmd('LspProgress', {
  callback = function(event)
    local value = event.data.params.value
    M.note('progress', value.kind, value.title or value.message or '')
  end,
})

vim.api.nvim_create_autocmd('User', {
  pattern = { 'RedlineRun', 'RedlineProposal' },
  callback = function(event)
    local told = event.data
    local hunks = vim.iter(told.hunks or {}):map(function(hunk)
      return hunk.status
    end)
    M.note(event.match, told.state or '', told.message or hunks:join(' '), told.reason or '')
  end,
})

--- The events of one kind, as lists.
function M.seen(kind)
  return vim.tbl_filter(function(event)
    return event[1] == kind
  end, M.events)
end

function M.text(path)
  local buffer = path and vim.fn.bufadd(M.case.workspace .. '/' .. path) or 0
  vim.fn.bufload(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n') .. '\n'
end

--- Opens a file of the workspace and waits for the server.
function M.open(path)
  vim.cmd.edit(M.case.workspace .. '/' .. path)
  vim.bo.filetype = 'python'
  local client
  M.wait('the server is attached', function()
    client = vim.lsp.get_clients({ name = 'redline', bufnr = 0 })[1]
    return client and client.initialized
  end)
  return client
end

--- Row and column, from 1 and 0, of the first place of `needle` in the current buffer.
function M.find(needle)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
    local column = line:find(needle, 1, true)
    if column then
      return row, column - 1
    end
  end
  error('no ' .. needle .. ' in the buffer', 2)
end

--- Our plugin, as a user has it: its folder on the runtimepath.
---@param options table? initialization options
function M.plugin(options)
  options = options or {}
  options.model = M.case.model and 'scripted:' .. M.case.model
  vim.opt.runtimepath:prepend(M.case.plugin)
  vim.lsp.config('redline', { cmd = M.case.server, init_options = options })
  vim.cmd('runtime plugin/redline.lua')
  return require('redline')
end

--- The user's keys; mappings count.
function M.keys(keys)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'mx', false)
end

--- The bytes a buffer would be written as.
function M.bytes(buffer)
  local ends = vim.bo[buffer].fileformat == 'dos' and '\r\n' or '\n'
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
  local start = vim.bo[buffer].bomb and '\239\187\191' or ''
  return start .. table.concat(lines, ends) .. (vim.bo[buffer].endofline and ends or '')
end

--- The bytes of a file of the workspace.
function M.disk(path)
  local found = assert(io.open(M.case.workspace .. '/' .. path, 'rb'))
  local text = found:read('a')
  found:close()
  return text
end

--- True where there is such a file in the workspace.
function M.there(path)
  return vim.uv.fs_stat(M.case.workspace .. '/' .. path) ~= nil
end

--- True once the user was told something with `words` in it.
function M.told(words)
  return vim.iter(M.seen('notify')):any(function(event)
    return event[2]:find(words, 1, true) ~= nil
  end)
end

--- What stands behind the lines of a buffer: row from 1 -> text.
function M.behind(buffer)
  local namespace = vim.api.nvim_get_namespaces().redline
  local options = { details = true }
  local found = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buffer, namespace, 0, -1, options)) do
    local chunks = vim.tbl_map(function(chunk)
      return chunk[1]
    end, mark[4].virt_text or {})
    found[mark[2] + 1] = table.concat(chunks)
  end
  return found
end

--- Sends a command and waits for its answer.
function M.command(client, name, argument)
  local params = { command = name, arguments = { argument } }
  local reply, problem = client:request_sync('workspace/executeCommand', params, PATIENCE, 0)
  if not reply or reply.err then
    error(name .. ': ' .. (problem or reply.err.message), 2)
  end
  return reply.result
end

--- Waits until the server has dealt with all it was sent so far.
function M.settle(client)
  for _ = 1, 2 do -- what the first leads to is done before the second is answered
    M.command(client, 'redline.runs', vim.empty_dict())
  end
end

--- Runs the scenario the case names, writes the report and leaves.
function M.main(scenarios)
  vim.o.swapfile = false
  vim.o.hidden = true
  vim.cmd.cd(M.case.workspace)
  vim.lsp.log.set_level('debug')
  local ok, problem = xpcall(scenarios[M.case.scenario], debug.traceback)
  local clients = vim.lsp.get_clients()
  for _, client in ipairs(clients) do
    client:stop()
  end
  vim.wait(5000, function()
    return vim.iter(clients):all(function(client)
      return client:is_stopped()
    end)
  end, 10)
  local messages = vim.api.nvim_exec2('messages', { output = true }).output
  local report = { ok = ok, problem = problem or '', events = M.events, messages = messages }
  vim.fn.writefile({ vim.json.encode(report) }, M.case.report)
  vim.cmd('qall!')
end

return M
