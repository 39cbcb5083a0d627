; What C code defines and uses; C++ adds its own. The captures are explained in ../README.md.

; Only in C++, but the kind named first wins.
(field_declaration declarator: (function_declarator
  declarator: (field_identifier))) @definition.method
(field_declaration declarator: (_
  declarator: (function_declarator declarator: (field_identifier)))) @definition.method

(struct_specifier name: (type_identifier) @name body: (_) @body) @definition.struct
(union_specifier name: (type_identifier) @name body: (_) @body) @definition.struct
(enum_specifier name: (type_identifier) @name body: (_) @body) @definition.enum
; One without a tag is known by its alias.
(type_definition
  type: (struct_specifier !name body: (_) @body)
  declarator: (type_identifier) @name) @definition.struct
(type_definition
  type: (union_specifier !name body: (_) @body)
  declarator: (type_identifier) @name) @definition.struct
(type_definition
  type: (enum_specifier !name body: (_) @body)
  declarator: (type_identifier) @name) @definition.enum

(enum_specifier name: (_) body: (enumerator_list (enumerator name: (_) @name) @definition.field))
(type_definition
  type: (enum_specifier
    !name
    body: (enumerator_list (enumerator name: (_) @name) @definition.field)))
; Those of an enum without any name are plain constants.
(enumerator name: (_) @name) @definition.constant

; In a block all are locals: what looks like a prototype there is mostly a C++ variable.
(compound_statement (declaration) @definition.constant)
(case_statement (declaration) @definition.constant)
(declaration
  (type_qualifier ["const" "constexpr"])
  declarator: (init_declarator declarator: [(identifier) (array_declarator)])) @definition.constant

(function_definition
  declarator: [(function_declarator) (pointer_declarator)]
  body: (_)? @body) @definition.function
; MACRO(name) { ... }
(function_definition
  declarator: (parenthesized_declarator (identifier) @name)
  body: (_) @body) @definition.function
(declaration declarator: (function_declarator declarator: (identifier))) @definition.function
(declaration declarator: (_
  declarator: (function_declarator declarator: (identifier)))) @definition.function
(declaration declarator: (_
  declarator: (_
    declarator: (function_declarator declarator: (identifier))))) @definition.function
(function_declarator declarator: (identifier) @name)

(declaration) @definition.variable
(declaration declarator: (identifier) @name)
(declaration declarator: (_ declarator: (identifier) @name))
(declaration declarator: (_ declarator: (_ declarator: (identifier) @name)))
(declaration declarator: (_ declarator: (_ declarator: (_ declarator: (identifier) @name))))
; Pointers to functions.
(declaration declarator: (function_declarator
  declarator: (parenthesized_declarator (_ declarator: (identifier) @name))))
(init_declarator declarator: (function_declarator
  declarator: (parenthesized_declarator (_ declarator: (identifier) @name))))

(field_declaration declarator: (_)) @definition.field
(field_declaration declarator: (field_identifier) @name)
(field_declaration declarator: (_ declarator: (field_identifier) @name))
(field_declaration declarator: (_ declarator: (_ declarator: (field_identifier) @name)))
(field_declaration declarator: (function_declarator
  declarator: (parenthesized_declarator (_ declarator: (field_identifier) @name))))

; An alias beside a named struct is no more than its name, lest it hold the struct.
(type_definition type: (struct_specifier name: (_) body: (_)) declarator: (_) @definition.type)
(type_definition type: (union_specifier name: (_) body: (_)) declarator: (_) @definition.type)
(type_definition type: (enum_specifier name: (_) body: (_)) declarator: (_) @definition.type)
(type_definition type: (struct_specifier !body)) @definition.type
(type_definition type: (union_specifier !body)) @definition.type
(type_definition type: (enum_specifier !body)) @definition.type
(type_definition type: [
  (primitive_type)
  (sized_type_specifier)
  (type_identifier)
]) @definition.type
(type_definition declarator: (type_identifier) @name)
(type_definition declarator: (_ declarator: (type_identifier) @name))
(type_definition declarator: (_ declarator: (_ declarator: (type_identifier) @name)))
(type_definition declarator: (function_declarator
  declarator: (parenthesized_declarator (_ declarator: (type_identifier) @name))))

; One without a value only guards a header.
(preproc_def name: (_) @name value: (_)) @definition.macro
(preproc_function_def name: (_) @name) @definition.macro

(preproc_include path: (_) @import)

[(comment) (string_content) (character) (system_lib_string)] @skip
