; What SQL defines and uses. The captures are explained in ../README.md.

(create_table (object_reference name: (identifier) @name)) @definition.table
(create_table (column_definitions) @body)
(create_view (object_reference name: (identifier) @name)) @definition.view
(create_view (keyword_as) @body)
(create_materialized_view (object_reference name: (identifier) @name)) @definition.view
(create_materialized_view (keyword_as) @body)
(create_index column: (identifier) @name) @definition.index
(create_type (object_reference name: (identifier) @name)) @definition.type
(create_type (column_definitions) @body)
(create_sequence (object_reference name: (identifier) @name)) @definition.sequence
(create_schema (identifier) @name) @definition.namespace
(create_database (identifier) @name) @definition.namespace
(create_function (object_reference name: (identifier) @name)) @definition.function
(create_function (function_body) @body)
(create_procedure (object_reference name: (identifier) @name)) @definition.function
(create_procedure (procedure_body) @body)
; The first name is its own, the others are the table's and the function's.
(create_trigger (keyword_trigger) . (object_reference name: (identifier) @name)) @definition.trigger

; Of a table or a composite type; added ones have no container.
(column_definition name: (_) @name) @definition.field

[(comment) (marginalia) (literal)] @skip
