-- nvim --clean --headless -l record.lua OUT SEED
-- Edits buffers at random under a language server that only listens, and writes to OUT, one
-- JSON value per line, {encoding, opened, changes, text, eol, fine}: what it was told, what the
-- buffer held in the end, whether its last line has an end, and whether Neovim's own report
-- of the changes did not fail.

local out, seed = _G.arg[1], tonumber(_G.arg[2])
math.randomseed(seed)

local pieces = { 'a', 'foo', ' ', '\t', 'é', '中', '😀', '𝒳', '\u{2028}', '\u{feff}', '\f', '' }

local function word()
  local parts = {}
  for _ = 1, math.random(0, 4) do
    parts[#parts + 1] = pieces[math.random(#pieces)]
  end
  return table.concat(parts)
end

local function words(least, most)
  local lines = {}
  for _ = 1, math.random(least, most) do
    lines[#lines + 1] = word()
  end
  return lines
end

--- A server inside this process: it answers, and keeps what it is told.
local function listener(encoding, told)
  return function(dispatchers)
    local closing = false
    return {
      request = function(method, _, callback)
        local sync = { openClose = true, change = 2 }
        local result = method == 'initialize'
            and { capabilities = { textDocumentSync = sync, positionEncoding = encoding } }
          or vim.NIL
        callback(nil, result)
        return true, 1
      end,
      notify = function(method, params)
        told[#told + 1] = { method = method, params = vim.deepcopy(params) }
        if method == 'exit' then
          dispatchers.on_exit(0, 0)
        end
        return true
      end,
      is_closing = function() return closing end,
      terminate = function() closing = true end,
    }
  end
end

--- A place below the first line that is not inside a character: row and byte column from 0.
--- The first line stays: what Neovim reports when a buffer comes down to one empty line, or
--- grows from it, is wrong.
local function place(buffer)
  local row = math.random(2, vim.api.nvim_buf_line_count(buffer)) - 1
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, true)[1]
  local starts = vim.str_utf_pos(line)
  starts[#starts + 1] = #line + 1
  return row, starts[math.random(#starts)] - 1
end

local edits = {
  function(buffer)
    local row, column = place(buffer)
    local last_row, last_column = place(buffer)
    if last_row < row or (last_row == row and last_column < column) then
      row, column, last_row, last_column = last_row, last_column, row, column
    end
    vim.api.nvim_buf_set_text(buffer, row, column, last_row, last_column, words(1, 3))
  end,
  function(buffer)
    local count = vim.api.nvim_buf_line_count(buffer)
    local first = math.random(1, count)
    vim.api.nvim_buf_set_lines(buffer, first, math.random(first, count), true, words(0, 3))
  end,
  function(buffer)
    local row, column = place(buffer)
    vim.api.nvim_win_set_cursor(0, { row + 1, column })
    local keys = { 'dd', 'p', 'P', 'J', 'x', 'o' .. word(), 'O', 'yyp', 'dG', 'u', 'D', '~' }
    vim.cmd('silent! normal! ' .. keys[math.random(#keys)])
  end,
}

local function record(encoding)
  local told = {}
  vim.cmd('enew!')
  local buffer = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_name(buffer, ('/recorded-%d.txt'):format(buffer))
  vim.bo[buffer].undolevels = -1 -- nothing to undo below this text
  vim.api.nvim_buf_set_lines(buffer, 0, -1, true, vim.list_extend({ 'top' }, words(1, 5)))
  vim.bo[buffer].undolevels = 100
  local ends = math.random(2) == 1
  vim.bo[buffer].fixendofline, vim.bo[buffer].endofline = ends, ends
  local client = assert(vim.lsp.start({
    name = 'listener-' .. buffer,
    cmd = listener(encoding, told),
    flags = { debounce_text_changes = 0 },
  }))
  assert(vim.wait(5000, function() return #told >= 2 end, 1), 'not attached')
  local fine = true
  for _ = 1, math.random(1, 6) do
    if vim.api.nvim_buf_line_count(buffer) == 1 then
      vim.api.nvim_buf_set_lines(buffer, 1, 1, true, words(1, 3))
    end
    fine = fine and pcall(edits[math.random(#edits)], buffer)
  end
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
  local text = table.concat(lines, '\n') .. (ends and '\n' or '')
  local opened, changes = nil, {}
  for _, message in ipairs(told) do
    if message.method == 'textDocument/didOpen' then
      opened = message.params.textDocument
    elseif message.method == 'textDocument/didChange' then
      changes[#changes + 1] = message.params
    end
  end
  vim.lsp.get_client_by_id(client):stop(true)
  return { encoding = encoding, opened = opened, changes = changes, text = text, eol = ends, fine = fine }
end

local lines = {}
for round = 1, 150 do
  lines[round] = vim.json.encode(record(({ 'utf-8', 'utf-16', 'utf-32' })[round % 3 + 1]))
end
vim.fn.writefile(lines, out)
vim.cmd('qall!')
