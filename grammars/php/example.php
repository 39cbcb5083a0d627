<?php
// Carets say what the line above holds; every definition has one.
declare(strict_types=1);

namespace App\Model;
//        ^^^^^^^^^ definition.namespace signature=namespace App\Model

use App\Base;
//  ^^^^^^^^ import
//      ^^^^ reference within=App\Model
use App\Contracts\{Drawable, Sized as HasSize};
//  ^^^^^^^^^^^^^ import
//                 ^^^^^^^^ reference within=App\Model
//                 ^^^^^^^^ import.member
//                           ^^^^^ import.member
use function App\Support\helper;
//           ^^^^^^^^^^^ import
//                       ^^^^^^ import.member

require_once __DIR__ . '/bootstrap.php';
//                     ^^^^^^^^^^^^^^^^ import

const LIMIT = 10, STEP = 2;
//    ^^^^^ definition.constant within=App\Model signature=const LIMIT = 10, STEP = 2
//                ^^^^ definition.constant within=App\Model
define('VERSION', '1.0');
//      ^^^^^^^ definition.constant within=App\Model
$total = 0;
// ^^^ definition.variable within=App\Model signature=$total = 0
[$first, $second] = [1, 2];
//^^^^^ definition.variable within=App\Model
//        ^^^^^^ definition.variable within=App\Model

/** What can be logged. */
interface Loggable
//        ^^^^^^^^ definition.interface within=App\Model signature=interface Loggable
{
    public const LEVEL = 'info';
    //           ^^^^^ definition.field within=App\Model.Loggable signature=public const LEVEL = 'info'
    public function log(string $message): void;
    //              ^^^ definition.method within=App\Model.Loggable signature=public function log(string $message): void
}

trait Counts
//    ^^^^^^ definition.trait within=App\Model signature=trait Counts
{
    private static int $count = 0;
    //                  ^^^^^ definition.field within=App\Model.Counts

    protected function count(): int
    //                 ^^^^^ definition.method within=App\Model.Counts signature=protected function count(): int
    {
        return self::$count++;
    }
}

enum Suit: string implements HasLabel
//   ^^^^ definition.enum within=App\Model signature=enum Suit: string implements HasLabel
//                           ^^^^^^^^ reference within=App\Model.Suit
{
    case Hearts = 'H';
    //   ^^^^^^ definition.field within=App\Model.Suit
    case Spades = 'S';
    //   ^^^^^^ definition.field within=App\Model.Suit

    const Wild = self::Spades;
    //    ^^^^ definition.constant within=App\Model.Suit

    public function label(): string
    //              ^^^^^ definition.method within=App\Model.Suit signature=public function label(): string
    {
        return ucfirst($this->value);
    }
}

abstract class Shape extends Base implements Drawable, Loggable
//             ^^^^^ definition.class within=App\Model signature=abstract class Shape extends Base implements Drawable, Loggable
//                           ^^^^ reference within=App\Model.Shape
//                                           ^^^^^^^^ reference within=App\Model.Shape
{
    use Counts;
    //  ^^^^^^ reference within=App\Model.Shape

    public ?string $name = null, $label;
    //              ^^^^ definition.field within=App\Model.Shape
    //                            ^^^^^ definition.field within=App\Model.Shape

    public function __construct(private readonly int $width, int $limit = LIMIT)
    //              ^^^^^^^^^^^ definition.method within=App\Model.Shape signature=public function __construct(private readonly int $width, int $limit = LIMIT)
    //                                                ^^^^^ definition.field within=App\Model.Shape.__construct
    //                                                                    ^^^^^ reference within=App\Model.Shape.__construct
    {
        parent::__construct($limit);
        $inner = fn($by) => $this->width * $by;
        //                         ^^^^^ reference within=App\Model.Shape.__construct
        static::make(new Circle($inner), Suit::Hearts);
        //                                     ^^^^^^ reference within=App\Model.Shape.__construct
        $this?->draw(size: 1);
        //           ^^^^ reference within=App\Model.Shape.__construct
    }

    abstract protected function area(): float;
    //                          ^^^^ definition.method within=App\Model.Shape signature=abstract protected function area(): float
}

# Anyone may call it.
function run(int ...$sizes): int|null
//       ^^^ definition.function within=App\Model signature=function run(int ...$sizes): int|null
{
    $local = array_sum($sizes);
    // ^^^ reference within=App\Model.run
    $object = new class extends Base {
    //                          ^^^^ reference within=App\Model.run
        public function hook(): void {}
        //              ^^^^ definition.method within=App\Model.run signature=public function hook(): void
    };
    return helper($local, \strlen(VERSION));
}

$handler = function (array $rows) use ($total) {
// ^^^^^ definition.variable within=App\Model
//                                      ^^^^^ reference within=App\Model.handler
    $hidden = count($rows);
};
