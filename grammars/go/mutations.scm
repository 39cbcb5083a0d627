; How a test notices that Go code is broken. README.md says what the settings mean.

(function_declaration body: (block) @mutant (#set! kind "body") (#set! new "{ panic(\"not implemented\") }"))
(method_declaration body: (block) @mutant (#set! kind "body") (#set! new "{ panic(\"not implemented\") }"))

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
(assignment_statement operator: "+=" @mutant (#set! kind "arithmetic") (#set! new "-="))
(assignment_statement operator: "-=" @mutant (#set! kind "arithmetic") (#set! new "+="))
((inc_statement (_) @kept) @mutant (#set! kind "arithmetic") (#set! new "{kept}--"))
((dec_statement (_) @kept) @mutant (#set! kind "arithmetic") (#set! new "{kept}++"))

((expression_statement (call_expression function: (_) @called)) @mutant
  (#not-match? @called "^(log|fmt\\.Print)")
  (#set! kind "dropped") (#set! new "{}"))

((unary_expression operator: "!" operand: (_) @kept) @mutant (#set! kind "not") (#set! new "({kept})"))
(binary_expression operator: "&&" @mutant (#set! kind "logic") (#set! new "||"))
(binary_expression operator: "||" @mutant (#set! kind "logic") (#set! new "&&"))
((true) @mutant (#set! kind "logic") (#set! new "false"))
((false) @mutant (#set! kind "logic") (#set! new "true"))

(binary_expression (int_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(expression_list (int_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))
(argument_list (int_literal) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))

(binary_expression operator: "<" @mutant (#set! kind "boundary") (#set! new "<="))
(binary_expression operator: "<=" @mutant (#set! kind "boundary") (#set! new "<"))
(binary_expression operator: ">" @mutant (#set! kind "boundary") (#set! new ">="))
(binary_expression operator: ">=" @mutant (#set! kind "boundary") (#set! new ">"))

(expression_list (interpreted_string_literal) @mutant (#not-eq? @mutant "\"\"") (#set! kind "text") (#set! new "\"\""))
(binary_expression (interpreted_string_literal) @mutant (#not-eq? @mutant "\"\"") (#set! kind "text") (#set! new "\"\""))
