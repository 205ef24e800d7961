//! End-to-end tests over real sockets with real phones.
