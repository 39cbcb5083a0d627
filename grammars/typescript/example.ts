// Carets say what the line above holds; every definition has one.
import type { Base } from "m";
//                        ^^^ import
//            ^^^^ reference
import old = require("old");
//                   ^^^^^ import

export interface Shape<T> extends Base {
//               ^^^^^ definition.interface signature=export interface Shape<T> extends Base
//                                ^^^^ reference within=Shape
  width: number;
//^^^^^ definition.field within=Shape
  area(unit: T): Size;
//^^^^ definition.method within=Shape
//     ^^^^ reference within=Shape.area
//               ^^^^ reference within=Shape.area
}

type Size = number | Base;
//   ^^^^ definition.type signature=type Size = number | Base
//                   ^^^^ reference within=Size
enum Color { Red, Green = 2 }
//   ^^^^^ definition.enum signature=enum Color
//           ^^^ definition.field within=Color
//                ^^^^^ definition.field within=Color
declare function load(name: string): Shape<Size>;
//               ^^^^ definition.function signature=declare function load(name: string): Shape<Size>
namespace Inner {
//        ^^^^^ definition.namespace
  export const LIMIT = 1;
  //           ^^^^^ definition.constant within=Inner
}

abstract class Square implements Shape<number> {
//             ^^^^^^ definition.class
//                               ^^^^^ reference within=Square
  private size: Size = 1;
  //      ^^^^ definition.field within=Square
  constructor(readonly width: number) {}
//^^^^^^^^^^^ definition.method within=Square
//                     ^^^^^ reference within=Square.constructor
  abstract area(): Size;
  //       ^^^^ definition.method within=Square
  scale = (by: number) => this.size * by;
//^^^^^ definition.method within=Square
//                             ^^^^ reference within=Square.scale
}
const made = load("a") as Square;
//    ^^^^ definition.constant
//           ^^^^ reference within=made
//                        ^^^^^^ reference within=made
