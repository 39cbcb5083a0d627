; How a test notices that Rust code is broken. README.md says what the settings mean.

(function_item body: (block) @mutant (#set! kind "body") (#set! new "{ panic!(\"not implemented\") }"))

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
(compound_assignment_expr operator: "+=" @mutant (#set! kind "arithmetic") (#set! new "-="))
(compound_assignment_expr operator: "-=" @mutant (#set! kind "arithmetic") (#set! new "+="))

((expression_statement (call_expression function: (_) @called)) @mutant (#set! kind "dropped") (#set! new "();"))
((expression_statement (compound_assignment_expr)) @mutant (#set! kind "dropped") (#set! new "();"))

((unary_expression "!" (_) @kept) @mutant (#set! kind "not") (#set! new "({kept})"))
(binary_expression operator: "&&" @mutant (#set! kind "logic") (#set! new "||"))
(binary_expression operator: "||" @mutant (#set! kind "logic") (#set! new "&&"))
((boolean_literal) @mutant (#eq? @mutant "true") (#set! kind "logic") (#set! new "false"))
((boolean_literal) @mutant (#eq? @mutant "false") (#set! kind "logic") (#set! new "true"))

(binary_expression (integer_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(arguments (integer_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(let_declaration value: (integer_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(index_expression (_) (integer_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))

(binary_expression operator: "<" @mutant (#set! kind "boundary") (#set! new "<="))
(binary_expression operator: "<=" @mutant (#set! kind "boundary") (#set! new "<"))
(binary_expression operator: ">" @mutant (#set! kind "boundary") (#set! new ">="))
(binary_expression operator: ">=" @mutant (#set! kind "boundary") (#set! new ">"))
