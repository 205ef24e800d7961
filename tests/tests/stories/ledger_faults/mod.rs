//! What befalls the ledger while people call: its process is killed, its disk takes nothing, its database is away. Whatever
//! it is, calls go on that can, nothing is promised that is not kept, and what happened is written down, once.

mod away;
mod disk;
mod killed;
mod meanwhile;
mod on_the_line;
mod people;
mod recordings;
mod steps;
