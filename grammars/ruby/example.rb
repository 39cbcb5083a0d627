# Carets say what the line above holds; every definition has one.
require "json"
#       ^^^^^^ import
require_relative "shapes/base"
#                ^^^^^^^^^^^^^ import

# Things that can be drawn.
module Shapes
#      ^^^^^^ definition.module signature=module Shapes
  LIMIT = 10
  # ^^^ definition.constant within=Shapes signature=LIMIT = 10
  FIRST, SECOND = 1, 2
  # ^^^ definition.constant within=Shapes
  #      ^^^^^^ definition.constant within=Shapes
  $total = 0
  # ^^^^ definition.variable within=Shapes signature=$total = 0

  Point = Struct.new(:x, :y) do
  # ^^^ definition.class within=Shapes signature=Point = Struct.new(:x, :y)
    def norm = Math.sqrt(x * x + y * y)
    #   ^^^^ definition.method within=Shapes.Point signature=def norm
  end

  def self.build(kind, **options)
  #        ^^^^^ definition.method within=Shapes signature=def self.build(kind, **options)
    Shape.new(kind, options[:width])
    # ^^^ reference within=Shapes.build
  end

  def scale(by); end
  #   ^^^^^ definition.method within=Shapes signature=def scale(by)

  class Error < StandardError; end
  #     ^^^^^ definition.class within=Shapes
  #             ^^^^^^^^^^^^^ reference within=Shapes.Error

  class Shape < Base
  #     ^^^^^ definition.class within=Shapes
  #             ^^^^ reference within=Shapes.Shape
    include Comparable
    #       ^^^^^^^^^^ reference within=Shapes.Shape
    attr_reader :width, :height
    #           ^^^^^^ definition.field within=Shapes.Shape signature=attr_reader :width, :height
    #                   ^^^^^^^ definition.field within=Shapes.Shape
    @@count = 0
    # ^^^^^ definition.field within=Shapes.Shape
    KINDS = %w[square circle].freeze
    # ^^^ definition.field within=Shapes.Shape

    # Makes one of a kind.
    def initialize(kind, width = LIMIT) # rubocop:disable all
    #   ^^^^^^^^^^ definition.method within=Shapes.Shape signature=def initialize(kind, width = LIMIT)
    #                    ^^^^^ reference within=Shapes.Shape.initialize
      @kind = kind
      # ^^^ reference within=Shapes.Shape.initialize
      size = width
      @@count += 1
      # ^^^^^ reference within=Shapes.Shape.initialize
      define(size) { |each| inner = each.area }
    end

    class << self
      def make(*sizes)
      #   ^^^^ definition.method within=Shapes.Shape signature=def make(*sizes)
        sizes.map { |size| new(size) }
      end
    end

    def width=(value)
    #   ^^^^^^ definition.method within=Shapes.Shape signature=def width=(value)
    #          ^^^^^ reference within=Shapes.Shape.width=
      @width = value
    end

    def <=>(other)
    #   ^^^ definition.method within=Shapes.Shape signature=def <=>(other)
      width <=> other&.width
      # ^^^ reference within=Shapes.Shape.<=>
    end
    alias compare <=>
    #     ^^^^^^^ definition.method within=Shapes.Shape
    alias_method :size, :width
    #            ^^^^^ definition.method within=Shapes.Shape signature=alias_method :size, :width

    def valid?
    #   ^^^^^^ definition.method within=Shapes.Shape signature=def valid?
      KINDS.include?(@kind)
      # ^^^ reference within=Shapes.Shape.valid?
    end

    private def secret(key: LIMIT)
    #           ^^^^^^ definition.method within=Shapes.Shape signature=def secret(key: LIMIT)
    #                  ^^^ reference within=Shapes.Shape.secret
      yield key
    end
  end
end

class Shapes::Circle < Shapes::Shape
#             ^^^^^^ definition.class
#                              ^^^^^ reference within=Circle
  def area
  #   ^^^^ definition.method within=Circle signature=def area
    Math::PI * Shapes::Point.new(1, 2).norm
    #     ^^ reference within=Circle.area
  end
end

def run(path)
#   ^^^ definition.function signature=def run(path)
#       ^^^^ reference within=run
  file = JSON.parse(File.read(path))
  puts file
end

shape = Shapes.build(:square)
# ^^^ definition.variable
names, $all = shape.names
# ^^^ definition.variable
#      ^^^^ definition.variable
[1].each { |n| hidden = n }
run shape if $PROGRAM_NAME == __FILE__
