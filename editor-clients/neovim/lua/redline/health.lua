--- `:checkhealth redline`.
local M = {}

local function check_server(config)
  local program = type(config.cmd) == 'table' and config.cmd[1] or nil
  if not program then
    return vim.health.info('the server is started by a function of yours')
  end
  if vim.fn.executable(program) == 1 then
    vim.health.ok(('server: %s'):format(vim.fn.exepath(program)))
  else
    vim.health.error(('%s is not executable'):format(program), {
      'Install the server: pip install redline',
      "or name it: vim.lsp.config('redline', { cmd = { '/path/to/redline-lsp' } })",
    })
  end
end

local function check_clients()
  local clients = vim.lsp.get_clients({ name = 'redline' })
  if #clients == 0 then
    vim.health.info('no server is running; it starts with the first file of a kind it knows')
  end
  for _, client in ipairs(clients) do
    local info = client.server_info or {}
    local root = client.root_dir or 'no folder'
    local about = ('running: %s %s, %s, columns in %s'):format(
      info.name or client.name,
      info.version or '',
      root,
      client.offset_encoding
    )
    vim.health.ok(about)
    local redline = vim.tbl_get(client.capabilities or {}, 'experimental', 'redline') or {}
    if not redline.proposals then
      vim.health.warn('proposals come as messages: your capabilities replace those of the plugin', {
        "Extend vim.lsp.config('redline', { capabilities = ... }), see :help redline-config",
      })
    end
  end
end

--- Who answers when the server asks for a rename, references or diagnostics.
local function check_others()
  local names = {}
  for _, client in ipairs(vim.lsp.get_clients()) do
    names[client.name] = client.name ~= 'redline' or nil
  end
  local told = table.concat(vim.tbl_keys(names), ', ')
  vim.health.info('other servers it may ask: ' .. (told ~= '' and told or 'none is running'))
end

local function check_proposals()
  local proposals = require('redline').proposals()
  local waiting = require('redline.proposals').waiting()
  vim.health.info(('open: %d proposals with %d hunks to decide'):format(#proposals, waiting))
end

function M.check()
  vim.health.start('redline')
  if vim.fn.has('nvim-0.11') == 1 then
    vim.health.ok('Neovim ' .. tostring(vim.version()))
  else
    vim.health.error('Neovim 0.11 or later is needed')
    return
  end
  local config = vim.lsp.config.redline
  if not config then
    vim.health.error('there is no configuration named redline', {
      "Is the plugin's folder on 'runtimepath'?",
    })
    return
  end
  if vim.lsp.is_enabled and not vim.lsp.is_enabled('redline') then
    vim.health.warn('the server is not enabled', { "vim.lsp.enable('redline')" })
  end
  check_server(config)
  check_clients()
  check_others()
  check_proposals()
  vim.health.info('`redline doctor` in a shell says what the server itself finds')
end

return M
