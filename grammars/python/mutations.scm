; How a test notices that Python code is broken. README.md says what the settings mean.

(function_definition body: (block) @mutant (#set! kind "body") (#set! new "raise NotImplementedError"))

(comparison_operator operators: "==" @mutant (#set! kind "comparison") (#set! new "!="))
(comparison_operator operators: "!=" @mutant (#set! kind "comparison") (#set! new "=="))
(comparison_operator operators: "<" @mutant (#set! kind "comparison") (#set! new ">="))
(comparison_operator operators: "<=" @mutant (#set! kind "comparison") (#set! new ">"))
(comparison_operator operators: ">" @mutant (#set! kind "comparison") (#set! new "<="))
(comparison_operator operators: ">=" @mutant (#set! kind "comparison") (#set! new "<"))
(comparison_operator operators: "in" @mutant (#set! kind "comparison") (#set! new "not in"))
(comparison_operator operators: "not in" @mutant (#set! kind "comparison") (#set! new "in"))
(comparison_operator operators: "is" @mutant (#set! kind "comparison") (#set! new "is not"))
(comparison_operator operators: "is not" @mutant (#set! kind "comparison") (#set! new "is"))

(binary_operator operator: "+" @mutant (#set! kind "arithmetic") (#set! new "-"))
(binary_operator operator: "-" @mutant (#set! kind "arithmetic") (#set! new "+"))
(binary_operator operator: "*" @mutant (#set! kind "arithmetic") (#set! new "+"))
(binary_operator operator: "/" @mutant (#set! kind "arithmetic") (#set! new "*"))
(binary_operator operator: "//" @mutant (#set! kind "arithmetic") (#set! new "*"))
(binary_operator operator: "%" @mutant (#set! kind "arithmetic") (#set! new "*"))
(augmented_assignment operator: "+=" @mutant (#set! kind "arithmetic") (#set! new "-="))
(augmented_assignment operator: "-=" @mutant (#set! kind "arithmetic") (#set! new "+="))

(return_statement (_) @mutant (#not-eq? @mutant "None") (#set! kind "result") (#set! new "None"))

((raise_statement) @mutant (#set! kind "dropped") (#set! new "pass"))
((expression_statement (augmented_assignment)) @mutant (#set! kind "dropped") (#set! new "pass"))
((expression_statement (call function: (_) @called)) @mutant
  (#not-match? @called "^(self\\.)?_?(log|logger|logging|print|warnings?|super)\\b")
  (#set! kind "dropped") (#set! new "pass"))

((not_operator argument: (_) @kept) @mutant (#set! kind "not") (#set! new "({kept})"))
(boolean_operator operator: "and" @mutant (#set! kind "logic") (#set! new "or"))
(boolean_operator operator: "or" @mutant (#set! kind "logic") (#set! new "and"))
((true) @mutant (#set! kind "logic") (#set! new "False"))
((false) @mutant (#set! kind "logic") (#set! new "True"))

((integer) @mutant (#set! kind "number") (#set! new "({mutant} + 1)"))

(comparison_operator operators: "<" @mutant (#set! kind "boundary") (#set! new "<="))
(comparison_operator operators: "<=" @mutant (#set! kind "boundary") (#set! new "<"))
(comparison_operator operators: ">" @mutant (#set! kind "boundary") (#set! new ">="))
(comparison_operator operators: ">=" @mutant (#set! kind "boundary") (#set! new ">"))

(function_definition body: (block) @mutant (#set! kind "empty body") (#set! new "pass"))

(return_statement (string) @mutant (#not-match? @mutant "^[a-zA-Z]*(\"\"|'')$") (#set! kind "text") (#set! new "\"\""))
(assignment right: (string) @mutant (#not-match? @mutant "^[a-zA-Z]*(\"\"|'')$") (#set! kind "text") (#set! new "\"\""))
(binary_operator (string) @mutant (#not-match? @mutant "^[a-zA-Z]*(\"\"|'')$") (#set! kind "text") (#set! new "\"\""))
(pair value: (string) @mutant (#not-match? @mutant "^[a-zA-Z]*(\"\"|'')$") (#set! kind "text") (#set! new "\"\""))
