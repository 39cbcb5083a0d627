// Carets say what the line above holds; every definition has one.
package com.example.shop;

import java.util.List;
//     ^^^^^^^^^ import
//               ^^^^ import.member
import static java.lang.Math.max;
//            ^^^^^^^^^^^^^^ import
//                           ^^^ import.member
import java.io.*;
//     ^^^^^^^ import

/** A cart. */
public abstract class Cart<T extends Item> extends Base<T> implements Priced {
//                    ^^^^ definition.class signature=public abstract class Cart<T extends Item> extends Base<T> implements Priced
//                                   ^^^^ reference within=Cart
//                                                                    ^^^^^^ reference within=Cart
    // How many items it holds.
    public static final int LIMIT = 10, MORE = 2;
    //                      ^^^^^ definition.field within=Cart signature=public static final int LIMIT = 10, MORE = 2
    //                                  ^^^^ definition.field within=Cart
    private T owner;
    //      ^ reference within=Cart.owner
    //        ^^^^^ definition.field within=Cart signature=private T owner
    static {
        int local = 1;
        //  ^^^^^ reference within=Cart
    }

    public Cart(T owner) {
    //     ^^^^ definition.method within=Cart signature=public Cart(T owner)
        this.owner = owner;
        //   ^^^^^ reference within=Cart.Cart
    }

    @Override
//   ^^^^^^^^ reference within=Cart.price
    public <R> R price(int unit, String... rest) throws IOException {
    //           ^^^^^ definition.method within=Cart
    //                                                  ^^^^^^^^^^^ reference within=Cart.price
        final int local = max(unit, LIMIT);
        //        ^^^^^ reference within=Cart.price
        List<String> names = new java.util.ArrayList<>();
        names.stream().forEach(System.out::println);
        return new Thing<R>() {
            int hidden;
            //  ^^^^^^ reference within=Cart.price
            public R get() { return make(hidden); }
            //       ^^^ definition.method within=Cart.price signature=public R get()
        };
    }

    abstract void draw();
    //            ^^^^ definition.method within=Cart signature=abstract void draw()

    enum Size implements Named {
    //   ^^^^ definition.enum within=Cart signature=enum Size implements Named
        SMALL, LARGE(1) { void grow() {} };
//      ^^^^^ definition.field within=Cart.Size
        //     ^^^^^ definition.field within=Cart.Size
        //                     ^^^^ definition.method within=Cart.Size.LARGE
        private final int code = 1;
        //                ^^^^ definition.field within=Cart.Size
        Size(int c) {}
//      ^^^^ definition.method within=Cart.Size
        int get() { return code; }
        //  ^^^ definition.method within=Cart.Size
        //                 ^^^^ reference within=Cart.Size.get
    }

    interface Priced {
    //        ^^^^^^ definition.interface within=Cart signature=interface Priced
        int UNIT = 1;
        //  ^^^^ definition.field within=Cart.Priced
        int price(int unit);
        //  ^^^^^ definition.method within=Cart.Priced
        default int twice() { return price(2) * UNIT; }
        //          ^^^^^ definition.method within=Cart.Priced signature=default int twice()
        //                                      ^^^^ reference within=Cart.Priced.twice
    }

    @interface Note {
    //         ^^^^ definition.interface within=Cart signature=@interface Note
        String value() default "x";
        //     ^^^^^ definition.method within=Cart.Note
        int COUNT = 1;
        //  ^^^^^ definition.field within=Cart.Note
    }

    record Point(int x, int y) {
    //     ^^^^^ definition.class within=Cart signature=record Point(int x, int y)
    //               ^ definition.field within=Cart.Point
    //                      ^ definition.field within=Cart.Point
        static int made = 0;
        //         ^^^^ definition.field within=Cart.Point
        Point { check(x); }
//      ^^^^^ definition.method within=Cart.Point
        int sum() { return x + y; }
        //  ^^^ definition.method within=Cart.Point
    }
}
