; How a test notices that JavaScript or TypeScript code is broken. README.md says what the settings mean.

(function_declaration body: (statement_block) @mutant (#set! kind "body") (#set! new "{ throw new Error(\"not implemented\"); }"))
(generator_function_declaration body: (statement_block) @mutant (#set! kind "body") (#set! new "{ throw new Error(\"not implemented\"); }"))
(function_expression body: (statement_block) @mutant (#set! kind "body") (#set! new "{ throw new Error(\"not implemented\"); }"))
(method_definition body: (statement_block) @mutant (#set! kind "body") (#set! new "{ throw new Error(\"not implemented\"); }"))
(arrow_function body: (_) @mutant (#set! kind "body") (#set! new "{ throw new Error(\"not implemented\"); }"))

(binary_expression operator: "==" @mutant (#set! kind "comparison") (#set! new "!="))
(binary_expression operator: "!=" @mutant (#set! kind "comparison") (#set! new "=="))
(binary_expression operator: "===" @mutant (#set! kind "comparison") (#set! new "!=="))
(binary_expression operator: "!==" @mutant (#set! kind "comparison") (#set! new "==="))
(binary_expression operator: "<" @mutant (#set! kind "comparison") (#set! new ">="))
(binary_expression operator: "<=" @mutant (#set! kind "comparison") (#set! new ">"))
(binary_expression operator: ">" @mutant (#set! kind "comparison") (#set! new "<="))
(binary_expression operator: ">=" @mutant (#set! kind "comparison") (#set! new "<"))

(binary_expression operator: "+" @mutant (#set! kind "arithmetic") (#set! new "-"))
(binary_expression operator: "-" @mutant (#set! kind "arithmetic") (#set! new "+"))
(binary_expression operator: "*" @mutant (#set! kind "arithmetic") (#set! new "+"))
(binary_expression operator: "/" @mutant (#set! kind "arithmetic") (#set! new "*"))
(binary_expression operator: "%" @mutant (#set! kind "arithmetic") (#set! new "*"))
(augmented_assignment_expression operator: "+=" @mutant (#set! kind "arithmetic") (#set! new "-="))
(augmented_assignment_expression operator: "-=" @mutant (#set! kind "arithmetic") (#set! new "+="))

(return_statement (_) @mutant (#not-any-of? @mutant "null" "undefined") (#set! kind "result") (#set! new "null"))

((throw_statement) @mutant (#set! kind "dropped") (#set! new ";"))
((expression_statement (augmented_assignment_expression)) @mutant (#set! kind "dropped") (#set! new ";"))
((expression_statement (call_expression function: (_) @called)) @mutant
  (#not-match? @called "^(console|super|log|logger|this\\.(log|logger))\\b")
  (#set! kind "dropped") (#set! new ";"))

((unary_expression operator: "!" argument: (_) @kept) @mutant (#set! kind "not") (#set! new "({kept})"))
(binary_expression operator: "&&" @mutant (#set! kind "logic") (#set! new "||"))
(binary_expression operator: "||" @mutant (#set! kind "logic") (#set! new "&&"))
((true) @mutant (#set! kind "logic") (#set! new "false"))
((false) @mutant (#set! kind "logic") (#set! new "true"))

(binary_expression (number) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(arguments (number) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(variable_declarator value: (number) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(subscript_expression index: (number) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))

(binary_expression operator: "<" @mutant (#set! kind "boundary") (#set! new "<="))
(binary_expression operator: "<=" @mutant (#set! kind "boundary") (#set! new "<"))
(binary_expression operator: ">" @mutant (#set! kind "boundary") (#set! new ">="))
(binary_expression operator: ">=" @mutant (#set! kind "boundary") (#set! new ">"))

(function_declaration body: (statement_block) @mutant (#set! kind "empty body") (#set! new "{}"))
(method_definition body: (statement_block) @mutant (#set! kind "empty body") (#set! new "{}"))
(arrow_function body: (_) @mutant (#set! kind "empty body") (#set! new "{}"))

(return_statement (string) @mutant (#not-any-of? @mutant "\"\"" "''") (#set! kind "text") (#set! new "\"\""))
(variable_declarator value: (string) @mutant (#not-any-of? @mutant "\"\"" "''") (#set! kind "text") (#set! new "\"\""))
(binary_expression (string) @mutant (#not-any-of? @mutant "\"\"" "''") (#set! kind "text") (#set! new "\"\""))
