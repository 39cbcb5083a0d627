; What C# code defines and uses. The captures are explained in ../README.md.
; A namespace of the whole file stands beside what it holds: all would move with each key.

(namespace_declaration name: (_) @name body: (_) @body) @definition.namespace
(file_scoped_namespace_declaration name: (_) @name) @definition.namespace

(struct_declaration name: (_) @name body: (_)? @body) @definition.struct
(record_declaration "struct") @definition.struct
(class_declaration name: (_) @name body: (_)? @body) @definition.class
(record_declaration name: (_) @name body: (_)? @body) @definition.class
(interface_declaration name: (_) @name body: (_)? @body) @definition.interface
(enum_declaration name: (_) @name body: (_)? @body) @definition.enum
(delegate_declaration name: (_) @name) @definition.type

(method_declaration name: (_) @name body: (_)? @body) @definition.method
(constructor_declaration name: (_) @name body: (_)? @body) @definition.method
(destructor_declaration name: (_) @name body: (_)? @body) @definition.method
(operator_declaration operator: _ @name body: (_)? @body) @definition.method
(conversion_operator_declaration "operator" @name body: (_)? @body) @definition.method
(local_function_statement name: (_) @name body: (_)? @body) @definition.function

(property_declaration
  name: (_) @name
  accessors: (_)? @body
  value: (arrow_expression_clause)? @body) @definition.field
(indexer_declaration
  "this" @name
  accessors: (_)? @body
  value: (arrow_expression_clause)? @body) @definition.field
(event_declaration name: (_) @name accessors: (_) @body) @definition.field
(event_field_declaration
  (variable_declaration (variable_declarator name: (_) @name))) @definition.field
(field_declaration
  (variable_declaration (variable_declarator name: (_) @name))) @definition.field
(enum_member_declaration name: (_) @name) @definition.field
(record_declaration (parameter_list (parameter name: (_) @name) @definition.field))

; Statements outside of all types, as in a script.
(global_statement (local_declaration_statement
  (variable_declaration (variable_declarator name: (_) @name))) @definition.variable)

; What an alias stands for comes last.
(using_directive [(identifier) (qualified_name)] @import .)

[(comment) (string_literal_content) (string_content) (verbatim_string_literal) (raw_string_content) (raw_string_literal) (character_literal_content)] @skip
