//! Rule packs: loader, linter, engine.
