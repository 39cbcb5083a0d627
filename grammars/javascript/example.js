// Carets say what the line above holds; every definition has one.
import base, { one as two } from "m";
//                               ^^^ import
//     ^^^^ reference
//             ^^^ reference

import "side";
//     ^^^^^^ import
export { a as b } from "n";
//                     ^^^ import
const needed = require("o");
//    ^^^^^^ definition.constant
//                     ^^^ import
const LIMIT = 10;
//    ^^^^^ definition.constant signature=const LIMIT = 10
let a = 1, b = 2;
//  ^ definition.variable signature=a = 1
//         ^ definition.variable
const { c, d: e, ...rest } = base;
//      ^ definition.constant
//         ^ reference within=e
//            ^ definition.constant

export function area(width, { height } = {}) {
//              ^^^^ definition.function signature=export function area(width, { height } = {})
//                   ^^^^^ reference within=area
//                            ^^^^^^ reference within=area
  const local = width * height;
  //    ^^^^^ reference within=area
  return { local };
  //       ^^^^^ reference within=area
}
function* walk() {}
//        ^^^^ definition.function

const scale = (by) => LIMIT * by;
//    ^^^^^ definition.function signature=const scale = (by)
//                    ^^^^^ reference within=scale

export default class Shape extends base.Thing {
//                   ^^^^^ definition.class signature=export default class Shape extends base.Thing
//                                      ^^^^^ reference within=Shape
  kind = "shape";
//^^^^ definition.field within=Shape
  #secret = 1;
//^^^^^^^ definition.field within=Shape
  handler = () => this.#secret;
//^^^^^^^ definition.method within=Shape
//                     ^^^^^^^ reference within=Shape.handler
  get area() { return this.kind; }
  //  ^^^^ definition.method within=Shape signature=get area()
  //                       ^^^^ reference within=Shape.area
}

const Named = class { run() {} };
//    ^^^^^ definition.class
//                    ^^^ definition.method within=Named

const table = {
//    ^^^^^ definition.constant signature=const table = {
  start() {},
//^^^^^ definition.method within=table
  stop: function () {},
//^^^^ definition.method within=table
  plain: LIMIT,
//^^^^^ reference within=table
};

exports.helper = function () {};
//      ^^^^^^ definition.function

describe("callbacks", () => {
  const inner = new base.Thing(import("p"));
  //    ^^^^^ reference
  //                                  ^^^ import
  function named() {}
  //       ^^^^^ definition.function
});
for (let i = 0; i < 1; i++) { const j = i; }
//       ^ reference
//                                  ^ reference
