//! The pattern that all ids share.

/// Defines an id: a number that is a type of its own and prints with its word in front.
#[macro_export]
macro_rules! define_id {
    ($(#[$doc:meta])* $name:ident($inner:ty), $word:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl $name {
            /// The id after this one.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }

            /// The id as a place in a list.
            #[must_use]
            #[allow(
                clippy::cast_possible_truncation,
                reason = "lists are shorter than a 32-bit machine's memory"
            )]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($word, "{}"), self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::{AgentId, CallId};

    #[test]
    fn ids_print_as_words() {
        assert_eq!(AgentId(7).to_string(), "agent-7");
        assert_eq!(format!("{:?}", CallId(1).next()), "call-2");
    }
}
