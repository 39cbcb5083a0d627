// Carets say what the line above holds; every definition has one.
package com.example.shop

import scala.collection.mutable
//     ^^^^^ import
//           ^^^^^^^^^^ import
//                      ^^^^^^^ import.member
import scala.util.{Try, Success => Ok}
//           ^^^^ import
//                 ^^^ import.member
//                      ^^^^^^^ import.member
//                                 ^^ reference
import java.io._
//          ^^ import

/** A cart. */
@deprecated
// ^^^^^^^^ reference within=Cart
abstract class Cart[T <: Item](val owner: T, private var size: Int = 1, plain: Int)
//             ^^^^ definition.class
//                       ^^^^ reference within=Cart
//                                 ^^^^^ definition.field within=Cart
//                                                       ^^^^ definition.field within=Cart
    extends Base[T](1) with Priced {
    //                      ^^^^^^ reference within=Cart
  // How many items it holds.
  val area: Int = compute(1)
  //  ^^^^ definition.field within=Cart signature=val area: Int = compute(1)
  var name, other = "x"
  //  ^^^^ definition.field within=Cart
  //        ^^^^^ definition.field within=Cart
  lazy val late: String = { val local = 1; run(local) }
  //       ^^^^ definition.field within=Cart
  //                            ^^^^^ reference within=Cart.late
  private val (first, second) = (1, 2)
  //           ^^^^^ definition.field within=Cart
  //                  ^^^^^^ definition.field within=Cart
  type Out = List[T]
  //   ^^^ definition.type within=Cart signature=type Out = List[T]
  def this(owner: T) = this(owner, 2)
  //  ^^^^ definition.method within=Cart
  override def price[R](unit: Int)(implicit order: Ordering[R]): R = {
  //           ^^^^^ definition.method within=Cart signature=override def price[R](unit: Int)(implicit order: Ordering[R]): R
  //                                               ^^^^^^^^ reference within=Cart.price
    val local = unit
    //  ^^^^^ reference within=Cart.price
    def inner(by: Int) = by * 2
    //  ^^^^^ definition.function within=Cart.price signature=def inner(by: Int)
    list.map(_.trim).filter { each => each.ok }
    new Thing[Int](inner(1))
    make[Int](3) max local
  }
  def draw: Int
  //  ^^^^ definition.method within=Cart signature=def draw: Int
  def +(by: Cart): Cart = by
  //  ^ definition.method within=Cart signature=def +(by: Cart): Cart
  implicit class Rich(val text: String) { def length = text.size }
  //             ^^^^ definition.class within=Cart signature=implicit class Rich(val text: String)
  //                      ^^^^ definition.field within=Cart.Rich
  //                                          ^^^^^^ definition.method within=Cart.Rich
  //                                                        ^^^^ reference within=Cart.Rich.length
  val declared: Int
  //  ^^^^^^^^ definition.field within=Cart
  var changed: String
  //  ^^^^^^^ definition.field within=Cart
}

object Cart extends Base {
//     ^^^^ definition.class signature=object Cart extends Base
  val Limit = 10
  //  ^^^^^ definition.field within=Cart
  def apply(): Cart = new Cart()
  //  ^^^^^ definition.method within=Cart signature=def apply(): Cart
  private object Inner
  //             ^^^^^ definition.class within=Cart
}
case class Person(first: String, family: String)
//         ^^^^^^ definition.class signature=case class Person(first: String, family: String)
//                ^^^^^ definition.field within=Person
//                               ^^^^^^ definition.field within=Person
sealed trait Result[+T] { def get(): T }
//           ^^^^^^ definition.trait signature=sealed trait Result[+T]
//                            ^^^ definition.method within=Result
package object tools { val shared = 1 }
//             ^^^^^ definition.namespace signature=package object tools
//                         ^^^^^^ definition.variable within=tools
package inside { class Part }
//      ^^^^^^ definition.namespace signature=package inside
//                     ^^^^ definition.class within=inside

enum Size(val code: Int) extends Enum[Size]:
//   ^^^^ definition.enum signature=enum Size(val code: Int) extends Enum[Size]
//            ^^^^ definition.field within=Size
  case Small extends Size(1)
  //   ^^^^^ definition.field within=Size signature=Small extends Size(1)
  case Medium, Large
  //   ^^^^^^ definition.field within=Size
  //           ^^^^^ definition.field within=Size
  case Custom(width: Int)
  //   ^^^^^^ definition.field within=Size
  val half = code / 2
  //  ^^^^ definition.field within=Size
  //         ^^^^ reference within=Size.half
  def hex = code
  //  ^^^ definition.method within=Size
end Size

given ordered: Ordering[Int] with
//    ^^^^^^^ definition.class
  def compare(x: Int, y: Int) = 0
  //  ^^^^^^^ definition.method within=ordered
given plain: Ordering[String] = make
//    ^^^^^ definition.variable
extension (text: String)
  def shout: String = text.toUpperCase
  //  ^^^^^ definition.function signature=def shout: String
  //                       ^^^^^^^^^^^ reference within=shout
opaque type Id = Long
//          ^^ definition.type signature=opaque type Id = Long
def top(a: Int): Int =
//  ^^^ definition.function signature=def top(a: Int): Int
  val local = a
  //  ^^^^^ reference within=top
  local * 2
val handler = (x: Int) => { val hidden = x; hidden }
//  ^^^^^^^ definition.variable
//                              ^^^^^^ reference within=handler
