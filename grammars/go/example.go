// Carets say what the line above holds; every definition has one.
package shop

import (
	"fmt"
	// <- import
	list "container/list"
	// <- reference
	//   ^^^^^^^^^^^^^^^^ import
)

// Limit is how many items a cart holds.
const Limit = 10
//    ^^^^^ definition.constant signature=const Limit = 10

const (
	Small Size = iota
	// <- definition.constant
	//    ^^^^ reference within=Small
	Large, Huge
	// <- definition.constant
)

var total, _count int
//  ^^^^^ definition.variable signature=var total, _count int
//         ^^^^^^ definition.variable
var _ fmt.Stringer = Size(0)
var (
	names = map[string]Size{"s": Small}
	// <- definition.variable
	//                           ^^^^^ reference within=names
)

// Size has a method below.
type Size int
//   ^^^^ definition.type signature=type Size int
type Money = float64
//   ^^^^^ definition.type

// Cart is generic.
type Cart[K comparable, V any] struct {
//   ^^^^ definition.struct signature=type Cart[K comparable, V any] struct
	// Owner pays.
	Owner string
	// <- definition.field within=Cart signature=Owner string
	items, gone map[K]V
	// <- definition.field within=Cart
	//     ^^^^ definition.field within=Cart
	*list.List
	//    ^^^^ reference within=Cart
	price struct {
	// <- definition.field within=Cart
		net, tax Money
		// <- definition.field within=Cart.price
		//   ^^^ definition.field within=Cart.price
	}
}

type Priced interface {
//   ^^^^^^ definition.interface signature=type Priced interface
	Price(unit string) Money
	// <- definition.method within=Priced signature=Price(unit string) Money
	//                 ^^^^^ reference within=Priced.Price
	fmt.Stringer
	//  ^^^^^^^^ reference within=Priced
}

func New[K comparable, V any](owner string) (*Cart[K, V], error) {
//   ^^^ definition.function signature=func New[K comparable, V any](owner string) (*Cart[K, V], error)
	local := Cart[K, V]{Owner: owner}
	// <- reference within=New
	//                  ^^^^^ reference within=New
	var other = 3
	//  ^^^^^ reference within=New
	const limit = 2
	type pair struct{ first, last int }
	//   ^^^^ definition.struct within=New
	//                ^^^^^ definition.field within=New.pair
	//                       ^^^^ definition.field within=New.pair
	add := func(by int) int { return by + other }
	fmt.Println(add(limit))
	rows := []struct{ want int }{{1}}
	//                ^^^^ reference within=New
	go local.List.Init()
	defer Max[int](len(rows))
	return &local, nil
}

/* A method stands where it is written. */
func (c *Cart[K, V]) Price(unit string) Money {
//                   ^^^^^ definition.method signature=func (c *Cart[K, V]) Price(unit string) Money
	return Money(Limit) * c.price.net
	//                            ^^^ reference within=Price
}
func (Size) String() string { return "" }
//          ^^^^^^ definition.method

func Max[T any](a T) T { return a }
//   ^^^ definition.function
func init()            {}
//   ^^^^ definition.function
