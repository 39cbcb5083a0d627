-- The plugin as `vim.pack` installs it, by the lines the manual gives.
package.path = vim.fs.dirname(_G.arg[0]) .. '/?.lua;' .. package.path
local driver = require('driver')

local scenarios = {}

function scenarios.pack()
  driver.answers = {}
  vim.cmd.source(driver.case.snippet)
  vim.lsp.config('redline', { cmd = driver.case.server })
  driver.wait('the command', function()
    return vim.fn.exists(':Agent') == 2
  end)
  driver.open('shop/cart.py')
  vim.cmd('helptags ALL')
  vim.cmd('help :Agent-review')
  local found = vim.api.nvim_get_runtime_file('lua/redline/init.lua', false)[1]
  assert(found and found:find('/site/pack/', 1, true), found)
end

driver.main(scenarios)
