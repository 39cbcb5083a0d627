// Carets say what the line above holds; every definition has one.
interface Props { title: string }
//        ^^^^^ definition.interface
//                ^^^^^ definition.field within=Props

export const Card = ({ title }: Props) => <Panel title={title}>{title}</Panel>;
//           ^^^^ definition.function signature=export const Card = ({ title }: Props)
//                              ^^^^^ reference within=Card
//                                         ^^^^^ reference within=Card
//                                               ^^^^^ reference within=Card
//                                                      ^^^^^ reference within=Card
