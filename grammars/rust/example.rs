//! Carets say what the line above holds; every definition has one.
use std::collections::{hash_map::Entry, HashMap};
//  ^^^^^^^^^^^^^^^^ import
//       ^^^^^^^^^^^ reference
//                     ^^^^^^^^^^^^^^^ import.member
//                                      ^^^^^^^ import.member
use std::fmt as format;
//  ^^^ import
//       ^^^ import.member
use crate::model::*;
//  ^^^^^^^^^^^^ import
extern crate alloc;
//           ^^^^^ import

mod inner;
//  ^^^^^ definition.namespace
//  ^^^^^ import
#[path = "other/place.rs"]
//       ^^^^^^^^^^^^^^^^ import
mod elsewhere;
//  ^^^^^^^^^ definition.namespace
cfg_feature! { pub mod feature; }
//                     ^^^^^^^ import
pub mod outer {
//      ^^^^^ definition.namespace signature=pub mod outer
    pub fn go() {}
    //     ^^ definition.function within=outer signature=pub fn go()
}

/// How many items a cart holds.
pub const LIMIT: usize = 10;
//        ^^^^^ definition.constant signature=pub const LIMIT: usize = 10
static mut TOTAL: i32 = 0;
//         ^^^^^ definition.constant

/** A cart. */
#[derive(Debug, Clone)]
//       ^^^^^ reference
pub struct Cart<T> where T: Clone {
//         ^^^^ definition.struct signature=pub struct Cart<T> where T: Clone
    pub owner: T,
    //  ^^^^^ definition.field within=Cart signature=pub owner: T
    //         ^ reference within=Cart.owner
    items: HashMap<String, u32>,
//  ^^^^^ definition.field within=Cart
    //     ^^^^^^^ reference within=Cart.items
}
struct Pair(u32, pub String);
//     ^^^^ definition.struct signature=struct Pair(u32, pub String)
struct Unit;
//     ^^^^ definition.struct
union Bits { whole: u32, part: f32 }
//    ^^^^ definition.struct
//           ^^^^^ definition.field within=Bits
//                       ^^^^ definition.field within=Bits

pub enum Size {
//       ^^^^ definition.enum signature=pub enum Size
    Small,
//  ^^^^^ definition.field within=Size
    Large(u8),
//  ^^^^^ definition.field within=Size signature=Large(u8)
    Boxed { width: u8 },
//  ^^^^^ definition.field within=Size
    //      ^^^^^ definition.field within=Size.Boxed
}
type Money<T> = Result<T, format::Error>;
//   ^^^^^ definition.type signature=type Money<T> = Result<T, format::Error>
//                                ^^^^^ reference within=Money

trait Priced: Clone {
//    ^^^^^^ definition.trait signature=trait Priced: Clone
//            ^^^^^ reference within=Priced
    const UNIT: u8;
    //    ^^^^ definition.field within=Priced
    type Out;
    //   ^^^ definition.type within=Priced
    fn price(&self, by: u32) -> f64;
    // ^^^^^ definition.method within=Priced signature=fn price(&self, by: u32) -> f64
    //              ^^ reference within=Priced.price
    fn twice(&self) -> f64 { self.price(2) * 2.0 }
    // ^^^^^ definition.method within=Priced signature=fn twice(&self) -> f64
}

impl<T: Clone> Cart<T> {
//             ^^^^ definition.impl signature=impl<T: Clone> Cart<T>
    const EMPTY: u8 = 0;
    //    ^^^^^ definition.field within=Cart
    pub fn new(owner: T) -> Self {
    //     ^^^ definition.method within=Cart signature=pub fn new(owner: T) -> Self
        let local = owner;
        //  ^^^^^ reference within=Cart.new
        Self { owner: local, items: HashMap::new() }
        //     ^^^^^ reference within=Cart.new
    }
}
impl<T> Priced for Cart<T> {
//      ^^^^^^ reference within=Cart
//                 ^^^^ definition.impl signature=impl<T> Priced for Cart<T>
    type Out = u8;
    //   ^^^ definition.type within=Cart
    fn price(&self, by: u32) -> f64 { f64::from(by) }
    // ^^^^^ definition.method within=Cart
}
impl fmt::Display for &Pair {}
//                     ^^^^ definition.impl
impl From<u8> for outer::Thing {}
//                       ^^^^^ definition.impl
impl Priced for Vec<outer::Thing> {}
//              ^^^ definition.impl

macro_rules! square {
//           ^^^^^^ definition.macro signature=macro_rules! square
    ($x:expr) => { $x * $x };
}

extern "C" {
    fn c_sum(a: i32) -> i32;
    // ^^^^^ definition.function signature=fn c_sum(a: i32) -> i32
    static ERRNO: i32;
    //     ^^^^^ definition.constant
}

async fn run<F>(f: F) where F: Fn() {
//       ^^^ definition.function signature=async fn run<F>(f: F) where F: Fn()
    const LOCAL: u8 = 1;
    //    ^^^^^ reference within=run
    println!("{}", square!(twice(2)));
    let pair = Pair(1, "".into());
    "1".parse::<u8>();
    outer::go();
    fn nested() {}
    // ^^^^^^ definition.function within=run
}
