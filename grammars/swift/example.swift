// Carets say what the line above holds; every definition has one.
import Foundation
//     ^^^^^^^^^^ import
@testable import struct Shop.Item
//                      ^^^^^^^^^ import

/// A cart.
@available(iOS 13, *)
public final class Cart<T: Item>: Base<T>, Priced where T: Equatable {
//                 ^^^^ definition.class
//                         ^^^^ reference within=Cart
//                                         ^^^^^^ reference within=Cart
//                                                         ^^^^^^^^^ reference within=Cart
    /* How many items it holds. */
    static let limit = 10, more = 2
    //         ^^^^^ definition.field within=Cart signature=static let limit = 10, more = 2
    //                     ^^^^ definition.field within=Cart
    @Published var name: String = "x" { didSet { let local = 1; run(local) } }
//   ^^^^^^^^^ reference within=Cart.name
    //             ^^^^ definition.field within=Cart
    //                                               ^^^^^ reference within=Cart.name
    var area: Int { let local = 1; return compute(local) }
    //  ^^^^ definition.field within=Cart signature=var area: Int
    //                  ^^^^^ reference within=Cart.area
    lazy var late: String = { let local = 1; return make(local) }()
    //       ^^^^ definition.field within=Cart
    let (first, second) = (1, 2)
    //   ^^^^^ definition.field within=Cart
    //          ^^^^^^ definition.field within=Cart
    public init(owner: T) { self.owner = owner }
    //     ^^^^ definition.method within=Cart signature=public init(owner: T)
    //          ^^^^^ reference within=Cart.init
    deinit { let local = 1 }
//  ^^^^^^ definition.method within=Cart signature=deinit
    @discardableResult
    override func price<R>(_ unit: Int, for rest: String...) async throws -> R {
    //            ^^^^^ definition.method within=Cart
    //                       ^^^^ reference within=Cart.price
        let local = unit
        //  ^^^^^ reference within=Cart.price
        func inner(by: Int) -> Int { by * 2 }
        //   ^^^^^ definition.function within=Cart.price signature=func inner(by: Int) -> Int
        rest.map { $0.trim() }.filter({ each in each.ok })
        owner?.notify(Thing<Int>(inner(by: 1)))
        struct Local { var field: Int }
        //     ^^^^^ definition.struct within=Cart.price
        //                 ^^^^^ definition.field within=Cart.price.Local
        return local
    }
    subscript(i: Int) -> Int { get { items[i] } }
//  ^^^^^^^^^ definition.method within=Cart signature=subscript(i: Int) -> Int
    static func + (a: Cart, b: Cart) -> Cart { a }
    //          ^ definition.method within=Cart signature=static func + (a: Cart, b: Cart) -> Cart
    typealias Out = [T]
    //        ^^^ definition.type within=Cart signature=typealias Out = [T]

    enum Size: String, CaseIterable {
    //   ^^^^ definition.enum within=Cart signature=enum Size: String, CaseIterable
        case small = "s", large
        //   ^^^^^ definition.field within=Cart.Size signature=case small = "s", large
        //                ^^^^^ definition.field within=Cart.Size
        case custom(Int, name: String)
        //   ^^^^^^ definition.field within=Cart.Size
        static let all = 1
        //         ^^^ definition.field within=Cart.Size
        var code: Int { 1 }
        //  ^^^^ definition.field within=Cart.Size
        func get() -> Int { code }
        //   ^^^ definition.method within=Cart.Size signature=func get() -> Int
        //                  ^^^^ reference within=Cart.Size.get
    }
}

protocol Priced: AnyObject {
//       ^^^^^^ definition.interface signature=protocol Priced: AnyObject
    associatedtype Unit
    //             ^^^^ definition.type within=Priced
    var total: Int { get }
    //  ^^^^^ definition.field within=Priced signature=var total: Int
    func price(by: Int) -> Unit
    //   ^^^^^ definition.method within=Priced signature=func price(by: Int) -> Unit
    //                     ^^^^ reference within=Priced.price
    init(x: Int)
//  ^^^^ definition.method within=Priced
}

extension Cart: Other where T: Item {
//        ^^^^ definition.impl signature=extension Cart: Other where T: Item
//              ^^^^^ reference within=Cart
    func extra() {}
    //   ^^^^^ definition.method within=Cart signature=func extra()
    var computed: Int { 1 }
    //  ^^^^^^^^ definition.field within=Cart
}
extension Array.Inner { }
//              ^^^^^ definition.impl
struct Point { var x, y: Int }
//     ^^^^^ definition.struct signature=struct Point
//                 ^ definition.field within=Point
//                    ^ definition.field within=Point
actor Counter { func count() { total += 1 } }
//    ^^^^^^^ definition.class signature=actor Counter
//                   ^^^^^ definition.method within=Counter
//                             ^^^^^ reference within=Counter.count
typealias Handler = (Int) -> Void
//        ^^^^^^^ definition.type signature=typealias Handler = (Int) -> Void
func top(a: Int) -> Int { let local = a; return local }
//   ^^^ definition.function signature=func top(a: Int) -> Int
let global = 1
//  ^^^^^^ definition.variable signature=let global = 1
let handler = { (x: Int) -> Int in let hidden = x; return hidden }
//  ^^^^^^^ definition.variable
//                                     ^^^^^^ reference within=handler
macro stringify(_ x: Int) -> Int = #externalMacro(module: "M", type: "T")
//    ^^^^^^^^^ definition.macro
