; What Rust code defines and uses. The captures are explained in ../README.md.

(struct_item name: (_) @name body: (field_declaration_list)? @body) @definition.struct
(union_item name: (_) @name body: (_) @body) @definition.struct
(enum_item name: (_) @name body: (_) @body) @definition.enum
(trait_item name: (_) @name body: (_) @body) @definition.trait
(type_item name: (_) @name) @definition.type
(associated_type name: (_) @name) @definition.type
(mod_item name: (_) @name body: (_)? @body) @definition.namespace
(macro_definition name: (_) @name ["{" "(" "["] @body) @definition.macro

; An impl bears the name of its type, so that it holds what the type has.
(impl_item type: [
  (type_identifier) @name
  (primitive_type) @name
  (scoped_type_identifier name: (_) @name)
  (generic_type type: [(type_identifier) @name (scoped_type_identifier name: (_) @name)])
  (reference_type type: [
    (type_identifier) @name
    (primitive_type) @name
    (scoped_type_identifier name: (_) @name)
    (generic_type type: (type_identifier) @name)
  ])
  (dynamic_type trait: (type_identifier) @name)
] body: (_)? @body) @definition.impl

; A function directly in a trait or impl becomes a method.
(function_item name: (_) @name body: (_) @body) @definition.function
(function_signature_item name: (_) @name) @definition.function

(const_item name: (_) @name) @definition.constant
(static_item name: (_) @name) @definition.variable
(field_declaration name: (_) @name) @definition.field
(enum_variant name: (_) @name) @definition.field

; Of lists in lists only the path.
((use_declaration argument: [
  (identifier) @import
  (scoped_identifier path: (_) @import name: (_) @import.member)
  (use_as_clause path: [
    (identifier) @import
    (scoped_identifier path: (_) @import name: (_) @import.member)
  ])
  (scoped_use_list path: (_) @import list: (use_list [
    (identifier) @import.member
    (scoped_identifier) @import.member
    (use_as_clause path: (_) @import.member)
    (scoped_use_list path: (_) @import.member)
    (use_wildcard (_) @import.member)
  ]*))
  (use_wildcard (_) @import)
])
  (#not-match? @import "^(super|self)"))
; In a module within the file, these would mean something of this file.
(source_file (use_declaration argument: [
  (identifier) @import
  (scoped_identifier path: (_) @import name: (_) @import.member)
  (use_as_clause path: [
    (identifier) @import
    (scoped_identifier path: (_) @import name: (_) @import.member)
  ])
  (scoped_use_list path: (_) @import list: (use_list [
    (identifier) @import.member
    (scoped_identifier) @import.member
    (use_as_clause path: (_) @import.member)
    (scoped_use_list path: (_) @import.member)
    (use_wildcard (_) @import.member)
  ]*))
  (use_wildcard (_) @import)
])
  (#match? @import "^(super|self)"))
(use_declaration argument: (use_list [
  (identifier) @import
  (scoped_identifier path: (_) @import name: (_) @import.member)
]))
(attribute_item (attribute
  (identifier) @_path
  value: (string_literal) @import)
  (#eq? @_path "path"))
(extern_crate_declaration name: (_) @import)
(mod_item name: (_) @import !body)
; cfg_feature! { mod name; }
(macro_invocation (token_tree "mod" . (identifier) @import . ";"))

[(line_comment) (block_comment) (string_content) (char_literal)] @skip
