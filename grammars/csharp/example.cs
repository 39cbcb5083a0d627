// Carets say what the line above holds; every definition has one.
using System;
//    ^^^^^^ import
using System.Collections.Generic;
//    ^^^^^^^^^^^^^^^^^^^^^^^^^^ import
//           ^^^^^^^^^^^ reference
using static System.Math;
//           ^^^^^^^^^^^ import
using Text = System.Text.StringBuilder;
//    ^^^^ reference
//           ^^^^^^^^^^^^^^^^^^^^^^^^^ import
namespace Shop.Models;
//        ^^^^^^^^^^^ definition.namespace signature=namespace Shop.Models

/// <summary>A cart.</summary>
public abstract partial class Cart<T> : Base<T>, IPriced where T : class
//                            ^^^^ definition.class
//                                      ^^^^ reference within=Cart
//                                               ^^^^^^^ reference within=Cart
{
    public const int Limit = 10, More = 2;
    //               ^^^^^ definition.field within=Cart signature=public const int Limit = 10, More = 2
    //                           ^^^^ definition.field within=Cart
    private readonly T _owner = default;
    //                 ^^^^^^ definition.field within=Cart signature=private readonly T _owner = default
    public string Name { get; set; } = "x";
    //            ^^^^ definition.field within=Cart signature=public string Name
    public int Area => Compute(1);
    //         ^^^^ definition.field within=Cart signature=public int Area
    public int Full { get { int local = 1; return local; } }
    //         ^^^^ definition.field within=Cart signature=public int Full
    //                          ^^^^^ reference within=Cart.Full
    public event EventHandler Changed;
    //                        ^^^^^^^ definition.field within=Cart
    public event EventHandler Custom { add { } remove { } }
    //                        ^^^^^^ definition.field within=Cart
    public T this[int i] => _items[i];
    //       ^^^^ definition.field within=Cart signature=public T this[int i]
    //                      ^^^^^^ reference within=Cart.this
    public Cart(T owner) { _owner = owner; }
    //     ^^^^ definition.method within=Cart signature=public Cart(T owner)
    //                     ^^^^^^ reference within=Cart.Cart
    ~Cart() { }
//   ^^^^ definition.method within=Cart signature=~Cart()

    [Obsolete]
//   ^^^^^^^^ reference within=Cart.DrawAsync
    public virtual async Task<R> DrawAsync<R>(int unit) where R : new()
    //                   ^^^^ reference within=Cart.DrawAsync
    //                           ^^^^^^^^^ definition.method within=Cart
    {
        var names = new List<string>();
        //  ^^^^^ reference within=Cart.DrawAsync
        int Inner(int by) => by * 2;
        //  ^^^^^ definition.function within=Cart.DrawAsync signature=int Inner(int by)
        names.Select(each => each.Trim()).ToList<string>();
        owner?.Notify(Generic<int>());
        return await Task.Delay(Inner(1));
    }

    public static Cart<T> operator +(Cart<T> a, Cart<T> b) => a;
    //                             ^ definition.method within=Cart signature=public static Cart<T> operator +(Cart<T> a, Cart<T> b)
    public static implicit operator int(Cart<T> c) => 1;
    //                     ^^^^^^^^ definition.method within=Cart signature=public static implicit operator int(Cart<T> c)
    void IPriced.Price() { }
    //           ^^^^^ definition.method within=Cart signature=void IPriced.Price()
    public delegate int Handler(int a);
    //                  ^^^^^^^ definition.type within=Cart signature=public delegate int Handler(int a)
    enum Size : byte { Small, Large = 2 }
    //   ^^^^ definition.enum within=Cart signature=enum Size : byte
    //                 ^^^^^ definition.field within=Cart.Size
    //                        ^^^^^ definition.field within=Cart.Size
    struct Point { public int X; public int Y { get; } }
    //     ^^^^^ definition.struct within=Cart signature=struct Point
    //                        ^ definition.field within=Cart.Point
    //                                      ^ definition.field within=Cart.Point
    record struct Pair(int First);
    //            ^^^^ definition.struct within=Cart signature=record struct Pair(int First)
    //                     ^^^^^ definition.field within=Cart.Pair
}

public record Person(string Given, string Family) : Base { public int Age { get; init; } }
//            ^^^^^^ definition.class signature=public record Person(string Given, string Family) : Base
//                          ^^^^^ definition.field within=Person
//                                        ^^^^^^ definition.field within=Person
//                                                                    ^^^ definition.field within=Person
interface IPriced { int Price(); string Unit { get; } event Action Sold; }
//        ^^^^^^^ definition.interface signature=interface IPriced
//                      ^^^^^ definition.method within=IPriced
//                                      ^^^^ definition.field within=IPriced
//                                                          ^^^^^^ reference within=IPriced.Sold
//                                                                 ^^^^ definition.field within=IPriced
public static class Extensions { public static int Size(this string s) => s.Length; }
//                  ^^^^^^^^^^ definition.class
//                                                 ^^^^ definition.method within=Extensions
//                                                                          ^^^^^^ reference within=Extensions.Size
namespace Block.Inner { class Nested { } }
//        ^^^^^^^^^^^ definition.namespace signature=namespace Block.Inner
//                            ^^^^^^ definition.class within=Block.Inner
