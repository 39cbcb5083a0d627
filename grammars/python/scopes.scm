; Which names mean the same variable. The captures are explained in ../README.md.

(function_definition) @local.scope.function
(lambda) @local.scope.function
(class_definition) @local.scope.class
[
  (list_comprehension)
  (set_comprehension)
  (dictionary_comprehension)
  (generator_expression)
] @local.scope

; Evaluated where the function or class stands. Type parameters too: those of one scope
; with one name count as one variable, since a class scope would hide them from methods.
(function_definition name: (identifier) @local.outside @local.definition.function)
(class_definition name: (identifier) @local.outside @local.definition.class)
(class_definition superclasses: (_) @local.outside)
(function_definition return_type: (_) @local.outside)
(type_parameter) @local.outside
(default_parameter value: (_) @local.outside)
(typed_default_parameter value: (_) @local.outside)
(typed_default_parameter type: (_) @local.outside)
(typed_parameter type: (_) @local.outside)
; The first iterable of a comprehension.
(list_comprehension body: (_) . (for_in_clause right: (_) @local.outside))
(set_comprehension body: (_) . (for_in_clause right: (_) @local.outside))
(dictionary_comprehension body: (_) . (for_in_clause right: (_) @local.outside))
(generator_expression body: (_) . (for_in_clause right: (_) @local.outside))

; Parameters
(parameters (identifier) @local.definition.parameter)
(lambda_parameters (identifier) @local.definition.parameter)
(default_parameter name: (identifier) @local.definition.parameter)
(typed_default_parameter name: (identifier) @local.definition.parameter)
(typed_parameter . (identifier) @local.definition.parameter)
(parameters [(list_splat_pattern (identifier) @local.definition.parameter)
             (dictionary_splat_pattern (identifier) @local.definition.parameter)])
(lambda_parameters [(list_splat_pattern (identifier) @local.definition.parameter)
                    (dictionary_splat_pattern (identifier) @local.definition.parameter)])
(typed_parameter [(list_splat_pattern (identifier) @local.definition.parameter)
                  (dictionary_splat_pattern (identifier) @local.definition.parameter)])
(type_parameter (type [
  (identifier) @local.definition.type
  (constrained_type . (type (identifier) @local.definition.type))
  (splat_type (identifier) @local.definition.type)
]))
(type_alias_statement left: (type [
  (identifier) @local.definition.type
  (generic_type . (identifier) @local.definition.type)
]))

; Targets
(assignment left: (identifier) @local.definition.variable)
(augmented_assignment left: (identifier) @local.definition.variable @local.update)
(named_expression name: (identifier) @local.definition.variable @local.hoist)
(for_statement left: (identifier) @local.definition.variable)
(for_in_clause left: (identifier) @local.definition.variable)
(pattern_list (identifier) @local.definition.variable)
(tuple_pattern (identifier) @local.definition.variable)
(list_pattern (identifier) @local.definition.variable)
(list_splat_pattern (identifier) @local.definition.variable)
(as_pattern_target (identifier) @local.definition.variable)
(as_pattern_target (tuple (identifier) @local.definition.variable))
(as_pattern_target (list (identifier) @local.definition.variable))
(delete_statement (identifier) @local.definition.variable)
(delete_statement (expression_list (identifier) @local.definition.variable))

; Patterns of match: a dotted name is a value, a plain one a capture.
(case_pattern (dotted_name . (identifier) @local.definition.variable .))
(keyword_pattern (identifier) @local.ignore . (_))
(keyword_pattern (dotted_name . (identifier) @local.definition.variable .))
(splat_pattern (identifier) @local.definition.variable)
(as_pattern (case_pattern) (identifier) @local.definition.variable)

; Imports
(import_statement name: (dotted_name . (identifier) @local.definition.import
                                     @local.shorthand.import .))
(import_statement name: (dotted_name . (identifier) @local.definition.import
                                     @local.shorthand.fixed (identifier)))
(import_from_statement name: (dotted_name . (identifier) @local.definition.import
                                          @local.shorthand.import .))
(aliased_import name: (dotted_name (identifier) @local.ignore))
(aliased_import alias: (identifier) @local.definition.import)
(import_from_statement module_name: (dotted_name (identifier) @local.ignore))
(import_from_statement module_name: (relative_import (dotted_name (identifier) @local.ignore)))
(future_import_statement (dotted_name (identifier) @local.ignore))

(global_statement (identifier) @local.global)
(nonlocal_statement (identifier) @local.nonlocal)

; Not variables
(attribute attribute: (identifier) @local.ignore)
(keyword_argument name: (identifier) @local.ignore)
(dotted_name (identifier) (identifier) @local.ignore)

[(for_statement) (while_statement)] @local.loop

(identifier) @local.reference
