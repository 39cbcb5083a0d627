// Carets say what the line above holds; every definition has one.
#include <vector>
//       ^^^^^^^^ import
#define LIMIT 10
//      ^^^^^ definition.macro

namespace shop {
//        ^^^^ definition.namespace signature=namespace shop
namespace detail::v1 { int depth; }
//                ^^ definition.namespace within=shop
//                         ^^^^^ definition.variable within=shop.v1

using Names = std::vector<std::string>;
//    ^^^^^ definition.type within=shop signature=using Names = std::vector<std::string>
//                             ^^^^^^ reference within=shop.Names
typedef std::vector<int> Numbers;
//                       ^^^^^^^ definition.type within=shop
namespace fs = std::filesystem;
//        ^^ definition.namespace within=shop
template <typename T> concept Sized = requires(T t) { t.size(); };
//                            ^^^^^ definition.type within=shop

/// A cart.
template <class T, int N = 3>
class Cart final : public Base<T>, private other::Thing {
//    ^^^^ definition.class within=shop signature=class Cart final : public Base<T>, private other::Thing
//                        ^^^^ reference within=shop.Cart
//                                                ^^^^^ reference within=shop.Cart
 public:
  Cart() : width_(0) {}
//^^^^ definition.method within=shop.Cart signature=Cart()
  explicit Cart(T w);
  //       ^^^^ definition.method within=shop.Cart signature=explicit Cart(T w)
  ~Cart() override = default;
//^^^^^ definition.method within=shop.Cart
  virtual T area(int by = 1) const = 0;
  //        ^^^^ definition.method within=shop.Cart signature=virtual T area(int by = 1) const = 0
  const T& ref() const;
  //       ^^^ definition.method within=shop.Cart signature=const T& ref() const
  T* pointer() { return nullptr; }
  // ^^^^^^^ definition.method within=shop.Cart signature=T* pointer()
  T operator+(const T& o) const { return o; }
  //^^^^^^^^^ definition.method within=shop.Cart
  operator bool() const;
//^^^^^^^^ definition.method within=shop.Cart signature=operator bool() const
  static constexpr int kMost = 10;
  //                   ^^^^^ definition.field within=shop.Cart
  std::function<int(int)> fn = [](int a) { int hidden = a; return hidden; };
  //                      ^^ definition.field within=shop.Cart
  //                                           ^^^^^^ reference within=shop.Cart.fn
  template <typename U> void fill(U u) {}
  //                         ^^^^ definition.method within=shop.Cart signature=template <typename U> void fill(U u)
  friend class Friend;
  //           ^^^^^^ reference within=shop.Cart
  enum class Size : int { Small, Large = 2 };
  //         ^^^^ definition.enum within=shop.Cart signature=enum class Size : int
  //                      ^^^^^ definition.field within=shop.Cart.Size
  //                             ^^^^^ definition.field within=shop.Cart.Size
  struct Item { int price; };
  //     ^^^^ definition.struct within=shop.Cart signature=struct Item
  //                ^^^^^ definition.field within=shop.Cart.Item
  using Count = int;
  //    ^^^^^ definition.type within=shop.Cart
 private:
  T width_{}, height_ = 1;
  //^^^^^^ definition.field within=shop.Cart signature=T width_{}, height_ = 1
  //          ^^^^^^^ definition.field within=shop.Cart
  int *first_, row_[3];
  //   ^^^^^^ definition.field within=shop.Cart
  //           ^^^^ definition.field within=shop.Cart
};

template <class T> T Cart<T>::area(int by) const { return this->width_; }
//                   ^^^^ reference within=shop.area
//                            ^^^^ definition.method within=shop signature=template <class T> T Cart<T>::area(int by) const
//                                                              ^^^^^^ reference within=shop.area
int Store::count = 0;
//         ^^^^^ definition.variable within=shop signature=int Store::count = 0
Store::Store(int w) : width_(w) {}
//     ^^^^^ definition.method within=shop signature=Store::Store(int w)
//                    ^^^^^^ reference within=shop.Store
Store::~Store() {}
//     ^^^^^^ definition.method within=shop
std::string& shop::v1::Store::name() { return name_; }
//                            ^^^^ definition.method within=shop signature=std::string& shop::v1::Store::name()
bool operator==(const A& a, const A& b) { return true; }
//   ^^^^^^^^^^ definition.function within=shop signature=bool operator==(const A& a, const A& b)

constexpr int kLimit = 10;
//            ^^^^^^ definition.constant within=shop signature=constexpr int kLimit = 10
static Cart<int> cart(1);
//               ^^^^ definition.variable within=shop signature=static Cart<int> cart(1)
const int& alias = kLimit;
//         ^^^^^ definition.variable within=shop
int declared(int a);
//  ^^^^^^^^ definition.function within=shop signature=int declared(int a)
auto trailing() -> int { return LIMIT; }
//   ^^^^^^^^ definition.function within=shop signature=auto trailing() -> int
//                              ^^^^^ reference within=shop.trailing
auto lambda = [] { int hidden; return 1; };
//   ^^^^^^ definition.variable within=shop
//                     ^^^^^^ reference within=shop.lambda

void run() {
//   ^^^ definition.function within=shop signature=void run()
  std::string text(name);
  //          ^^^^ reference within=shop.run
  //               ^^^^ reference within=shop.run
  auto* made = new Cart<int>(1);
  std::move(cart);
  detail::v1::go<int>(1);
  made->fill<int>(2);
  cart.area(made->ref());
  Item{1};
}
template <> class Cart<char> { int only; };
//                ^^^^ definition.class within=shop signature=template <> class Cart<char>
//                                 ^^^^ definition.field within=shop.Cart
class EXPORT Exported { void shown(); int field; };
//           ^^^^^^^^ definition.class within=shop signature=class EXPORT Exported
//                           ^^^^^ definition.method within=shop.Exported signature=void shown()
//                                        ^^^^^ definition.field within=shop.Exported
}  // namespace shop
