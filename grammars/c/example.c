// Carets say what the line above holds; every definition has one.
#include <stdio.h>
//       ^^^^^^^^^ import
#include "shop.h"
//       ^^^^^^^^ import
#define LIMIT 10
//      ^^^^^ definition.macro signature=#define LIMIT 10
#define SQUARE(x) ((x) * (x))
//      ^^^^^^ definition.macro signature=#define SQUARE(x) ((x) * (x))
#ifndef SHOP_H
//      ^^^^^^ reference
#define SHOP_H
//      ^^^^^^ reference

/* A cart. */
struct cart {
//     ^^^^ definition.struct signature=struct cart
    int width, *height;
    //  ^^^^^ definition.field within=cart signature=int width, *height
    //          ^^^^^^ definition.field within=cart
    char name[LIMIT];
    //   ^^^^ definition.field within=cart
    //        ^^^^^ reference within=cart.name
    unsigned flag : 1;
    //       ^^^^ definition.field within=cart
    void (*draw)(int);
    //     ^^^^ definition.field within=cart signature=void (*draw)(int)
    struct cart *next;
    //     ^^^^ reference within=cart.next
    //           ^^^^ definition.field within=cart
    struct {
        int net;
        //  ^^^ definition.field within=cart.price
    } price;
    //^^^^^ definition.field within=cart
};
typedef struct {
    int x;
    //  ^ definition.field within=point_t
} point_t;
//^^^^^^^ definition.struct signature=typedef struct
typedef struct node {
//             ^^^^ definition.struct signature=struct node
    struct node *left;
    //           ^^^^ definition.field within=node
} node_t;
//^^^^^^ definition.type signature=node_t
typedef int (*handler_t)(int, void *);
//            ^^^^^^^^^ definition.type signature=typedef int (*handler_t)(int, void *)
typedef unsigned long count_t, *count_p;
//                    ^^^^^^^ definition.type
//                              ^^^^^^^ definition.type
typedef struct cart cart_t;
//                  ^^^^^^ definition.type
typedef int row_t[4];
//          ^^^^^ definition.type
union bits { int whole; float part; };
//    ^^^^ definition.struct signature=union bits
//               ^^^^^ definition.field within=bits
//                            ^^^^ definition.field within=bits
enum size { SMALL, LARGE = 2 };
//   ^^^^ definition.enum signature=enum size
//          ^^^^^ definition.field within=size
//                 ^^^^^ definition.field within=size
typedef enum { ON } state_t;
//             ^^ definition.field within=state_t
//                  ^^^^^^^ definition.enum
enum { UNNAMED };
//     ^^^^^^^ definition.constant
#endif

static const int limit = 10;
//               ^^^^^ definition.constant signature=static const int limit = 10
int total, *other = 0, table[3] = {1, 2, 3};
//  ^^^^^ definition.variable signature=int total, *other = 0, table[3] = {1, 2, 3}
//          ^^^^^ definition.variable
//                     ^^^^^ definition.variable
int (*hook)(int) = NULL;
//    ^^^^ definition.variable
const char *const names[] = { "a" };
//                ^^^^^ definition.variable
struct { int z; } single;
//           ^ definition.field within=single
//                ^^^^^^ definition.variable

extern int declared(int a, char *b);
//         ^^^^^^^^ definition.function signature=extern int declared(int a, char *b)
static struct cart *make(void);
//                  ^^^^ definition.function

static inline int area(struct cart *c, int by) {
//                ^^^^ definition.function signature=static inline int area(struct cart *c, int by)
//                            ^^^^ reference within=area
    int local = c->width;
    //  ^^^^^ reference within=area
    //             ^^^^^ reference within=area
    extern int hidden(void);
    //         ^^^^^^ reference within=area
    struct point { int px; };
    //     ^^^^^ definition.struct within=area
    //                 ^^ definition.field within=area.point
    c->draw(by);
    printf("%d", SQUARE(local));
    return total;
    //     ^^^^^ reference within=area
}
char *copy(const char *s) { return strdup(s); }
//    ^^^^ definition.function signature=char *copy(const char *s)
int **rows(int a) { return 0; }
//    ^^^^ definition.function
int (*chosen(int a))(int) { return hook; }
//    ^^^^^^ definition.function
//                                 ^^^^ reference within=chosen
void old(a) int a; { }
//   ^^^ definition.function
BEGIN_TEST(first) {
//         ^^^^^ definition.function signature=BEGIN_TEST(first)
    int hidden = 1;
    //  ^^^^^^ reference within=first
}
