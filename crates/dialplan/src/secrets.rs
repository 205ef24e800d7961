//! Where a secret is found, for the shell that looks there.

/// Where the plan says that a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretSource<'a> {
    /// In this environment variable.
    Env(&'a str),
    /// In this file, relative to the site.
    File(&'a str),
}
