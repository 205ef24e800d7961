//! Stories of two user agents and the network between them, on virtual time.

#[cfg(test)]
mod calls;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod doubts;
#[cfg(test)]
mod early;
#[cfg(test)]
mod identifiers;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod lost;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod outliving;
#[cfg(test)]
mod refers;
#[cfg(test)]
mod reoffers;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod strays;
#[cfg(test)]
mod updates;
#[cfg(test)]
mod wire;
