-- Carets say what the line above holds; every definition has one.
local json = require("cjson")
--    ^^^^ definition.variable signature=local json = require("cjson")
--                   ^^^^^^^ import
local util, log = require "app.util", print
--    ^^^^ definition.variable
--          ^^^ definition.variable
--                        ^^^^^^^^^^ import
local LIMIT <const> = 10
--    ^^^^^ definition.constant signature=local LIMIT <const> = 10
counter = 0
-- ^^^^ definition.variable

local M = {}
--    ^ definition.constant
M.version = "1.0"
--^^^^^^^ definition.variable

--- A shape with a name.
local Shape = {
--    ^^^^^ definition.variable
  kind = "shape",
  -- ^ definition.variable within=Shape
  sizes = { 1, 2, inner = 3 },
  -- ^^ definition.variable within=Shape
  draw = function(self, on)
  -- ^ definition.method within=Shape signature=draw = function(self, on)
  --              ^^^^ reference within=Shape.draw
    return on:paint(self)
  end,
}
Shape.__index = Shape
-- ^^ reference within=__index
--    ^^^^^^^ definition.variable

function M.new(width) -- makes one
--         ^^^ definition.function signature=function M.new(width)
--             ^^^^^ reference within=new
  local made = setmetatable({}, Shape)
  --                            ^^^^^ reference within=new
  made.width = width or LIMIT
  --                    ^^^^^ reference within=new
  return made
end

function Shape:area(by)
--       ^^^^^ reference within=area
--             ^^^^ definition.method signature=function Shape:area(by)
--                  ^^ reference within=area
  local function scale(n)
  --             ^^^^^ definition.function within=area signature=local function scale(n)
    return n * by
    --         ^^ reference within=area.scale
  end
  return scale(self.width)
  --           ^^^^ reference within=area
  --                ^^^^^ reference within=area
end

M.format = function(value)
--^^^^^^ definition.function signature=M.format = function(value)
  return json.encode(value)
end

local callback = function() end
--    ^^^^^^^^ definition.function signature=local callback = function()
local waiting
--    ^^^^^^^ definition.variable

local function helper(...)
--             ^^^^^^ definition.function signature=local function helper(...)
  return select("#", ...)
end

function run()
--       ^^^ definition.function signature=function run()
  for i, name in ipairs(M.names) do
  --                      ^^^^^ reference within=run
    log(i, name)
  end
end

do
  local hidden = util.once(run)
end

--[[ What the module gives. ]]
return {
  shape = Shape,
  -- ^^ definition.variable
  --      ^^^^^ reference within=shape
  helper = helper,
  -- ^^^ definition.variable
}
