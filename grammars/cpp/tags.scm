; What C++ adds to C.
; A member defined outside its class stands where it is written.

(class_specifier
  name: [
    (type_identifier) @name
    (template_type name: (_) @name)
    (qualified_identifier name: (type_identifier) @name)
  ]
  body: (_) @body) @definition.class
(struct_specifier
  name: [
    (template_type name: (_) @name)
    (qualified_identifier name: (type_identifier) @name)
  ]
  body: (_) @body) @definition.struct

; class EXPORT_MACRO Name { ... } reads as a function.
(function_definition
  type: [(class_specifier !body) (struct_specifier !body)]
  declarator: (identifier) @name
  body: (_) @body) @definition.class
(function_definition
  type: [(class_specifier !body) (struct_specifier !body)]
  body: (compound_statement [
    (declaration declarator: (function_declarator)) @definition.method
    (declaration declarator: (_ (function_declarator))) @definition.method
    (declaration declarator: (_ (_ (function_declarator)))) @definition.method
    (labeled_statement (declaration declarator: (function_declarator)) @definition.method)
  ]))
(ERROR (function_declarator declarator: (destructor_name) @name) @definition.method)

(namespace_definition name: (namespace_identifier) @name body: (_) @body) @definition.namespace
(namespace_definition
  name: (nested_namespace_specifier (namespace_identifier) @name .)
  body: (_) @body) @definition.namespace
(namespace_definition
  name: (nested_namespace_specifier
    (nested_namespace_specifier (namespace_identifier) @name .))
  body: (_) @body) @definition.namespace
(namespace_alias_definition name: (_) @name) @definition.namespace

(alias_declaration name: (_) @name) @definition.type
(concept_definition name: (_) @name) @definition.type
(type_definition type: [(qualified_identifier) (template_type) (decltype)]) @definition.type

(function_definition
  declarator: [(reference_declarator) (qualified_identifier) (operator_cast)]
  body: (_)? @body) @definition.function
(function_definition (field_initializer_list) @body)
(function_definition declarator: (function_declarator
  declarator: (qualified_identifier))) @definition.method
(function_definition declarator: (_ (function_declarator
  declarator: (qualified_identifier)))) @definition.method
(field_declaration declarator: (function_declarator declarator: (operator_name))) @definition.method
(field_declaration declarator: (_ (function_declarator
  declarator: [(field_identifier) (operator_name)]))) @definition.method
(declaration declarator: (function_declarator
  declarator: [(operator_name) (destructor_name)])) @definition.function
(declaration declarator: (reference_declarator
  (function_declarator declarator: [(identifier) (operator_name)]))) @definition.function
(declaration declarator: (operator_cast)) @definition.function

(function_definition declarator: (function_declarator declarator: (destructor_name) @name))
(declaration declarator: (function_declarator declarator: (destructor_name) @name))
(function_declarator declarator: [
  (field_identifier) @name
  (operator_name) @name
  (template_function name: (_) @name)
  (qualified_identifier name: [
    (identifier) @name
    (operator_name) @name
    (destructor_name) @name
    (template_function name: (_) @name)
    (qualified_identifier name: [
      (identifier) @name
      (operator_name) @name
      (destructor_name) @name
      (qualified_identifier name: (_) @name)
    ])
  ])
])
(operator_cast "operator" @name)

(declaration declarator: (qualified_identifier name: (identifier) @name))
(init_declarator declarator: [
  (reference_declarator (identifier) @name)
  (qualified_identifier name: [
    (identifier) @name
    (qualified_identifier name: (identifier) @name)
  ])
])
(field_declaration declarator: (reference_declarator (field_identifier) @name))

(template_declaration) @extent

; Variables in these are not the namespace's.
(lambda_expression) @local

[(comment) (string_content) (raw_string_content) (character) (system_lib_string)] @skip
