//! Several markets and one book: a block whenever there is something to decide.

mod chaos;
mod delivery;
mod hostile;
mod life;
mod nodes;
mod restarts;
mod retries;
mod world;
