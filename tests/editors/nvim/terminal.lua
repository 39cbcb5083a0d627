-- The settings of the Neovim that a person would look at, in a terminal; see terminal.py.
local file = assert(io.open(vim.env.REDLINE_CASE))
local case = vim.json.decode(file:read('a'))
file:close()

vim.o.swapfile = false
vim.opt.runtimepath:prepend(case.plugin)
vim.lsp.config('redline', { cmd = case.server })
vim.cmd('runtime plugin/redline.lua')

--- How many servers are ready.
function Servers()
  return #vim.lsp.get_clients({ name = 'redline' })
end

vim.o.laststatus = 2
vim.o.statusline = "%f [%{v:lua.Servers()} ready] %{v:lua.require'redline'.statusline()}"
if case.scenario == 'inline' then
  vim.o.completeopt = 'menuone,noselect'
  vim.o.statusline = vim.o.statusline .. " (%{v:lua.require'redline'.inline()})"
end
vim.api.nvim_create_autocmd('LspAttach', { command = 'redrawstatus!' })
