"""Carets say what the line above holds; every definition has one."""
import os.path as path
#      ^^^^^^^ import
#      ^^ reference
#         ^^^^ reference
#                 ^^^^ reference
from collections import abc
#    ^^^^^^^^^^^ import
#                       ^^^ import.member
#    ^^^^^^^^^^^ reference
#                       ^^^ reference

LIMIT = 10
# ^^^ definition.constant signature=LIMIT = 10
counter: int = 0
# ^^^^^ definition.variable
#        ^^^ reference within=counter
first, second = 1, 2
# ^^^ definition.variable
#      ^^^^^^ definition.variable
type Pair[T] = tuple[T, T]
#    ^^^^ definition.type
#              ^^^^^ reference within=Pair

try:
    import fast
except ImportError:
    fast = None
    # ^^ definition.variable


def area(width, height=LIMIT):
#   ^^^^ definition.function signature=def area(width, height=LIMIT)
#        ^^^^^ reference within=area
#                      ^^^^^ reference within=area
    size = width * height
    # ^^ reference within=area
    def scale(by):
    #   ^^^^^ definition.function within=area
        return size * by
        #      ^^^^ reference within=area.scale
    return scale(path.sep)
    #            ^^^^ reference within=area
    #                 ^^^ reference within=area


@decorate(limit=LIMIT)
# ^^^^^^^ reference within=Shape
#         ^^^^^ reference within=Shape
#               ^^^^^ reference within=Shape
class Shape(abc.Sized):
#     ^^^^^ definition.class signature=class Shape(abc.Sized)
#               ^^^^^ reference within=Shape
    # A comment between a header and its body is not the signature's.
    kind = "shape"
    # ^^ definition.field within=Shape
    width: int
    # ^^^ definition.field within=Shape
    "How far it goes."

    @property
    def area(self) -> int: return self.width
    #   ^^^^ definition.method within=Shape signature=def area(self) -> int
    #                                  ^^^^^ reference within=Shape.area

    async def draw(
        #     ^^^^ definition.method within=Shape
        self,
        *,
        on: "Canvas",
    ):
        class Local:
        #     ^^^^^ definition.class within=Shape.draw
            x = 1
            # <- definition.field within=Shape.draw.Local
        def paint(to): pass
        #   ^^^^^ definition.function within=Shape.draw signature=def paint(to)
        await on.draw(key=self)
        #        ^^^^ reference within=Shape.draw
        #             ^^^ reference within=Shape.draw


if counter:
    def area(): pass
    #   ^^^^ definition.function

print(f"{LIMIT!r:>{counter}}")
#        ^^^^^ reference
#                  ^^^^^^^ reference
