// Carets say what the line above holds; every definition has one.
@file:JvmName("Shop")
package com.example.shop

import java.util.UUID
//     ^^^^^^^^^^^^^^ import
//               ^^^^ import.member
import kotlin.math.max as biggest
//     ^^^^^^^^^^^^^^^ import
//                 ^^^ import.member
//                        ^^^^^^^ reference
import kotlin.io.*
//     ^^^^^^^^^ import

/** A cart. */
abstract class Cart<T : Item>(val owner: T, private var size: Int = 1, plain: Int) : Base<T>(1), Priced by plain {
//             ^^^^ definition.class signature=abstract class Cart<T : Item>(val owner: T, private var size: Int = 1, plain: Int) : Base<T>(1), Priced by plain
//                      ^^^^ reference within=Cart
//                                ^^^^^ definition.field within=Cart signature=val owner: T
//                                                      ^^^^ definition.field within=Cart
//                                                                                               ^^^^^^ reference within=Cart
    companion object {
        const val LIMIT = 10
        //        ^^^^^ definition.field within=Cart
        fun create(): Cart = Cart(1)
        //  ^^^^^^ definition.method within=Cart signature=fun create(): Cart
    }
    companion object Named {
    //               ^^^^^ definition.class within=Cart signature=companion object Named
        val empty = 1
        //  ^^^^^ definition.field within=Cart.Named
    }
    private val area: Int
    //          ^^^^ definition.field within=Cart
        get() {
            val local = 1
            //  ^^^^^ reference within=Cart.area
            return local
        }
    lateinit var late: String
    //           ^^^^ definition.field within=Cart
    //                 ^^^^^^ reference within=Cart.late
    val lazily by lazy { val hidden = 1; compute(hidden) }
    //  ^^^^^^ definition.field within=Cart
    //                       ^^^^^^ reference within=Cart.lazily
    init {
        val local = size
        //          ^^^^ reference within=Cart
        setup(local)
    }
    constructor(owner: T) : this(owner, 1) {
//  ^^^^^^^^^^^ definition.method within=Cart
        run()
    }

    @Deprecated
//   ^^^^^^^^^^ reference within=Cart.price
    open suspend fun <R> price(unit: Int, vararg rest: String): R where R : Any {
    //                   ^^^^^ definition.method within=Cart
    //                         ^^^^ reference within=Cart.price
        val (first, second) = rest
        //   ^^^^^ reference within=Cart.price
        rest.map { it.trim() }.filter { each -> each.ok }
        fun inner(by: Int) = by * 2
        //  ^^^^^ definition.function within=Cart.price signature=fun inner(by: Int)
        val made = object : Thing() {
            val hidden = 1
            fun go() {}
            //  ^^ definition.function within=Cart.price
        }
        return made to owner
    }
    abstract fun draw()
    //           ^^^^ definition.method within=Cart signature=abstract fun draw()

    enum class Size(val code: Int) : Named {
    //         ^^^^ definition.enum within=Cart signature=enum class Size(val code: Int) : Named
    //                  ^^^^ definition.field within=Cart.Size
        SMALL(1),
//      ^^^^^ definition.field within=Cart.Size
        LARGE(2) {
//      ^^^^^ definition.field within=Cart.Size signature=LARGE(2)
            override fun grow() {}
            //           ^^^^ definition.method within=Cart.Size.LARGE
        };
        val other = 1
        //  ^^^^^ definition.field within=Cart.Size
        companion object {
            fun from(code: Int) = SMALL
            //  ^^^^ definition.method within=Cart.Size signature=fun from(code: Int)
        }
        fun get() = code
        //  ^^^ definition.method within=Cart.Size signature=fun get()
        //          ^^^^ reference within=Cart.Size.get
    }
    interface Priced {
    //        ^^^^^^ definition.interface within=Cart signature=interface Priced
        val unit: Int
        //  ^^^^ definition.field within=Cart.Priced
        fun price()
        //  ^^^^^ definition.method within=Cart.Priced
        fun twice() = price()
        //  ^^^^^ definition.method within=Cart.Priced
    }
}

data class Person(val first: String)
//         ^^^^^^ definition.class
//                    ^^^^^ definition.field within=Person
object Single : Base() {
//     ^^^^^^ definition.class signature=object Single : Base()
    val only = 1
    //  ^^^^ definition.field within=Single
    fun run() {}
    //  ^^^ definition.method within=Single
}
sealed interface Result<out T>
//               ^^^^^^ definition.interface
annotation class Note(val value: String)
//               ^^^^ definition.class
//                        ^^^^^ definition.field within=Note
typealias Handler = (Int) -> Unit
//        ^^^^^^^ definition.type signature=typealias Handler = (Int) -> Unit
fun String.shout(times: Int): String = repeat(times)
//         ^^^^^ definition.function signature=fun String.shout(times: Int): String
val String.size: Int get() = length
//         ^^^^ definition.variable signature=val String.size: Int
//                           ^^^^^^ reference within=size
const val MOST = 5
//        ^^^^ definition.constant
var (left, right) = 1 to 2
//   ^^^^ definition.variable
//         ^^^^^ definition.variable
val handler = { x: Int -> val hidden = x; hidden }
//  ^^^^^^^ definition.variable
