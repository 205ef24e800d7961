//! Stories of transactions, on virtual time: text in, transcript out.

#[cfg(test)]
mod clients;
#[cfg(test)]
mod disorder;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod world;
