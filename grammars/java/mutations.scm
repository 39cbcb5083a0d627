; How a test notices that Java code is broken. README.md says what the settings mean.

(method_declaration body: (block) @mutant (#set! kind "body") (#set! new "{ throw new UnsupportedOperationException(); }"))

(binary_expression operator: "==" @mutant (#set! kind "comparison") (#set! new "!="))
(binary_expression operator: "!=" @mutant (#set! kind "comparison") (#set! new "=="))
(binary_expression operator: "<" @mutant (#set! kind "comparison") (#set! new ">="))
(binary_expression operator: "<=" @mutant (#set! kind "comparison") (#set! new ">"))
(binary_expression operator: ">" @mutant (#set! kind "comparison") (#set! new "<="))
(binary_expression operator: ">=" @mutant (#set! kind "comparison") (#set! new "<"))

(binary_expression operator: "+" @mutant (#set! kind "arithmetic") (#set! new "-"))
(binary_expression operator: "-" @mutant (#set! kind "arithmetic") (#set! new "+"))
(binary_expression operator: "*" @mutant (#set! kind "arithmetic") (#set! new "+"))
(binary_expression operator: "/" @mutant (#set! kind "arithmetic") (#set! new "*"))
(binary_expression operator: "%" @mutant (#set! kind "arithmetic") (#set! new "*"))
(assignment_expression operator: "+=" @mutant (#set! kind "arithmetic") (#set! new "-="))
(assignment_expression operator: "-=" @mutant (#set! kind "arithmetic") (#set! new "+="))

((expression_statement (method_invocation)) @mutant (#set! kind "dropped") (#set! new ";"))

((unary_expression operator: "!" operand: (_) @kept) @mutant (#set! kind "not") (#set! new "({kept})"))
(binary_expression operator: "&&" @mutant (#set! kind "logic") (#set! new "||"))
(binary_expression operator: "||" @mutant (#set! kind "logic") (#set! new "&&"))
((true) @mutant (#set! kind "logic") (#set! new "false"))
((false) @mutant (#set! kind "logic") (#set! new "true"))

(binary_expression (decimal_integer_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(argument_list (decimal_integer_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(variable_declarator value: (decimal_integer_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(return_statement (decimal_integer_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))

(binary_expression operator: "<" @mutant (#set! kind "boundary") (#set! new "<="))
(binary_expression operator: "<=" @mutant (#set! kind "boundary") (#set! new "<"))
(binary_expression operator: ">" @mutant (#set! kind "boundary") (#set! new ">="))
(binary_expression operator: ">=" @mutant (#set! kind "boundary") (#set! new ">"))

(return_statement (string_literal) @mutant (#not-eq? @mutant "\"\"") (#set! kind "text") (#set! new "\"\""))
