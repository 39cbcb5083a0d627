; Which names mean the same variable. The captures are explained in ../README.md.

[
  (function_declaration)
  (generator_function_declaration)
  (function_expression)
  (generator_function)
  (arrow_function)
  (method_definition)
  (class_static_block)
] @local.scope.function
[
  (class_declaration)
  (class)
  (statement_block)
  (for_statement)
  (for_in_statement)
  (catch_clause)
  (switch_body)
] @local.scope

; A function's body is no scope beside that of its parameters.
(function_declaration body: (statement_block) @local.body)
(generator_function_declaration body: (statement_block) @local.body)
(function_expression body: (statement_block) @local.body)
(generator_function body: (statement_block) @local.body)
(arrow_function body: (statement_block) @local.body)
(method_definition body: (statement_block) @local.body)
(class_static_block body: (statement_block) @local.body)
(catch_clause body: (statement_block) @local.body)

(function_declaration name: (identifier) @local.outside @local.definition.function)
(generator_function_declaration name: (identifier) @local.outside @local.definition.function)
(function_expression name: (identifier) @local.definition.function)
(generator_function name: (identifier) @local.definition.function)
(class_declaration name: (_) @local.outside @local.definition.class)
(class name: (_) @local.definition.class)
(method_definition name: (computed_property_name) @local.outside)

; Where targets bind, and where they only write. The innermost such place decides.
(lexical_declaration (variable_declarator name: (_) @local.binds))
(variable_declaration (variable_declarator name: (_) @local.binds.hoist))
(formal_parameters) @local.binds.parameter
(arrow_function parameter: (identifier) @local.definition.parameter)
(catch_clause parameter: (_) @local.binds)
(for_in_statement kind: ["let" "const"] left: (_) @local.binds)
(for_in_statement kind: "var" left: (_) @local.binds.hoist)
(for_in_statement left: (_) @local.writes)
(assignment_expression left: (_) @local.writes)

(variable_declarator name: (identifier) @local.target)
(catch_clause parameter: (identifier) @local.target)
(for_in_statement left: (identifier) @local.target)
(assignment_expression left: (identifier) @local.target)
(array_pattern (identifier) @local.target)
(rest_pattern (identifier) @local.target)
(pair_pattern value: (identifier) @local.target)
(assignment_pattern left: (identifier) @local.target)
(shorthand_property_identifier_pattern) @local.target @local.shorthand.property

(augmented_assignment_expression left: (identifier) @local.update)
(update_expression argument: (identifier) @local.update)

(import_clause (identifier) @local.definition.import)
(namespace_import (identifier) @local.definition.import)
(import_specifier !alias name: (identifier) @local.definition.import @local.shorthand.import)
(import_specifier name: (identifier) @local.ignore alias: (identifier))
(import_specifier alias: (identifier) @local.definition.import)
(export_specifier !alias name: (identifier) @local.shorthand.export)
(export_specifier alias: (identifier) @local.ignore)
(export_statement (export_clause (export_specifier (identifier) @local.ignore)) source: (_))
(namespace_export (identifier) @local.ignore)

(shorthand_property_identifier) @local.reference @local.shorthand.property

[(for_statement) (for_in_statement) (while_statement) (do_statement)] @local.loop

(identifier) @local.reference
